import type { Child } from 'hono/jsx';
import type { Action } from '../../../../domain/access.ts';
import { ok, type Result } from '../../../../domain/result.ts';
import {
  foreseePublisher,
  foreseeSoftware,
  foreseeStatement,
  type Act,
  type Foreseen,
} from '../../../../services/effects.ts';
import {
  reinstatePublisher,
  revokePublisher,
  suspendPublisher,
} from '../../../../services/publisher-standing.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import {
  reinstateSoftware,
  revokeSoftware,
  suspendSoftware,
} from '../../../../services/software-standing.ts';
import { changeStatement } from '../../../../services/statement-standing.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Code, Name } from '../../components/text.tsx';
import { go, page, show, type Page, type PageReply, type SignedInCall } from '../../page.ts';
import { ACT_WORDS, EffectWords } from './effect-words.tsx';
import { REASON_MISSING, reasonOf } from './reason.ts';

/** Something that statements depend on, and that can be suspended, reinstated and revoked. */
type Kind = {
  readonly noun: keyof typeof ACT_WORDS;
  /** Path of its own page, with its id as the one parameter. */
  readonly path: string;
  readonly parameter: string;
  readonly action: (act: Act) => Action;
  readonly foresee: (
    call: SignedInCall,
    id: string,
    act: Act,
  ) => Promise<Result<Pick<Foreseen<unknown>, 'effect' | 'reach'> & { readonly title: Child }, Refusal>>;
  readonly perform: (
    call: SignedInCall,
    id: string,
    act: Act,
    reason: string,
  ) => Promise<Result<unknown, Refusal>>;
};

const PUBLISHER_ACTS = {
  suspend: suspendPublisher,
  reinstate: reinstatePublisher,
  revoke: revokePublisher,
} as const;
const SOFTWARE_ACTS = {
  suspend: suspendSoftware,
  reinstate: reinstateSoftware,
  revoke: revokeSoftware,
} as const;

const KINDS: readonly Kind[] = [
  {
    noun: 'publisher',
    path: '/console/publishers/{publisher_id}',
    parameter: 'publisher_id',
    action: () => 'publishers:suspend',
    foresee: async ({ issuer, visitor }, id, act) => {
      const seen = await foreseePublisher(issuer, visitor.actor, id, act);
      return seen.ok ? ok({ ...seen.value, title: <Name>{seen.value.subject.name}</Name> }) : seen;
    },
    perform: ({ issuer, visitor }, id, act, reason) => PUBLISHER_ACTS[act](issuer, visitor.actor, id, reason),
  },
  {
    noun: 'software',
    path: '/console/software/{software_id}',
    parameter: 'software_id',
    action: (act) => (act === 'revoke' ? 'software:revoke' : 'software:suspend'),
    foresee: async ({ issuer, visitor }, id, act) => {
      const seen = await foreseeSoftware(issuer, visitor.actor, id, act);
      return seen.ok ? ok({ ...seen.value, title: <Name>{seen.value.subject.software.name}</Name> }) : seen;
    },
    perform: ({ issuer, visitor }, id, act, reason) => SOFTWARE_ACTS[act](issuer, visitor.actor, id, reason),
  },
  {
    noun: 'statement',
    path: '/console/statements/{jti}',
    parameter: 'jti',
    action: (act) => (act === 'revoke' ? 'statements:revoke' : 'statements:suspend'),
    foresee: async ({ issuer, visitor }, id, act) => {
      const seen = await foreseeStatement(issuer, visitor.actor, id, act);
      if (!seen.ok) return seen;
      const { software, statement } = seen.value.subject;
      const title = (
        <>
          a statement of <Name>{software.name}</Name>, <Code short>{statement.jti}</Code>
        </>
      );
      return ok({ ...seen.value, title });
    },
    perform: ({ issuer, visitor }, id, act, reason) =>
      changeStatement(issuer, visitor.actor, id, act, reason),
  },
];

const ACTS = {
  suspend: { word: 'Suspend', notice: 'suspended' },
  reinstate: { word: 'Reinstate', notice: 'reinstated' },
  revoke: { word: 'Revoke', notice: 'revoked' },
} as const;

/** Suspend, reinstate and revoke, each with a page that says what it does before it is done. */
export const standingPages: readonly Page[] = KINDS.flatMap((kind) =>
  (['suspend', 'reinstate', 'revoke'] as const).flatMap((act) => [
    page({
      method: 'GET',
      path: `${kind.path}/${act}`,
      who: kind.action(act),
      handle: (call) => ask(kind, act, call),
    }),
    page({
      method: 'POST',
      path: `${kind.path}/${act}`,
      who: kind.action(act),
      handle: async (call) => {
        const reason = reasonOf(call.form);
        if (reason === undefined) return ask(kind, act, call, REASON_MISSING);
        const id = call.params[kind.parameter] ?? '';
        const done = await kind.perform(call, id, act, reason);
        return done.ok ? go(placeOf(kind, id), ACTS[act].notice) : done;
      },
    }),
  ]),
);

async function ask(
  kind: Kind,
  act: Act,
  call: SignedInCall,
  error?: string,
): Promise<Result<PageReply, Refusal>> {
  const id = call.params[kind.parameter] ?? '';
  const seen = await kind.foresee(call, id, act);
  if (!seen.ok) return seen;
  const { word } = ACTS[act];
  const also = ACT_WORDS[kind.noun][act];
  return show({
    title: `${word} a ${kind.noun}`,
    ...(error === undefined ? {} : { status: 422 }),
    body: (
      <Confirm
        title={
          <>
            {word} {seen.value.title}
          </>
        }
        above={{ href: placeOf(kind, id), label: `Back to the ${kind.noun}` }}
        effect={
          <>
            <EffectWords effect={seen.value.effect} reach={seen.value.reach} />
            {also === '' ? null : <p>{also}</p>}
          </>
        }
        action={`${placeOf(kind, id)}/${act}`}
        button={`${word} the ${kind.noun}`}
        cancel={placeOf(kind, id)}
        reason={{ error, value: call.form.raw('reason') }}
      />
    ),
  });
}

function placeOf({ path, parameter }: Kind, id: string): string {
  return path.replace(`{${parameter}}`, encodeURIComponent(id));
}
