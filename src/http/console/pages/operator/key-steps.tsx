import { ok, type Result } from '../../../../domain/result.ts';
import { SIGNING_ALGORITHMS } from '../../../../domain/signing-key.ts';
import { activateKey, retireKey, revokeKey } from '../../../../services/key-life.ts';
import { readKeyImpact, type KeyImpact } from '../../../../services/key-impact.ts';
import { generateKey } from '../../../../services/keys.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Actions, Button, ButtonLink, Choices, Form } from '../../components/form.tsx';
import { Notice, PageHeader } from '../../components/parts.tsx';
import { Code } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { activationWords, retirementWords, revocationWords } from './key-words.tsx';
import { REASON_MISSING, reasonOf } from './reason.ts';

const ALGORITHM_HELP = {
  ES256: 'Short signatures, and every consumer that was tried verifies it.',
  PS256: 'Demanded by FAPI servers.',
  EdDSA: 'Ed25519: short and fast, not verified everywhere.',
  ES384: 'For those whose rules ask for P-384.',
  RS256: 'For consumers that know only RSA.',
} as const;

/** Each step on a key: a page that says what it does, and the step. */
export const keyStepPages = [
  page({
    method: 'GET',
    path: '/console/keys/new',
    who: 'keys:write',
    handle: async () => show({ title: 'Generate a key', body: <NewKey /> }),
  }),
  page({
    method: 'POST',
    path: '/console/keys',
    who: 'keys:write',
    handle: async ({ issuer, visitor, form }) => {
      const alg = SIGNING_ALGORITHMS.find((known) => known === form.text('alg'));
      if (alg === undefined)
        return show({ title: 'Generate a key', status: 422, body: <NewKey error="Choose one." /> });
      const made = await generateKey(issuer, visitor.actor, { alg });
      return made.ok ? go(`/console/keys/${made.value.kid}`, 'key_generated') : made;
    },
  }),
  page({
    method: 'GET',
    path: '/console/keys/{kid}/activate',
    who: 'keys:write',
    handle: (call) => withImpact(call, (impact) => activation(impact)),
  }),
  page({
    method: 'POST',
    path: '/console/keys/{kid}/activate',
    who: 'keys:write',
    handle: async (call) => {
      const { issuer, visitor, form, params } = call;
      const kid = params['kid'] ?? '';
      const isEarly = form.has('emergency');
      const reason = reasonOf(form);
      if (isEarly && reason === undefined)
        return withImpact(call, (impact) => activation(impact, REASON_MISSING));
      const changed = await activateKey(issuer, visitor.actor, kid, {
        emergencyReason: isEarly ? reason : undefined,
      });
      return changed.ok ? go(`/console/keys/${kid}`, 'key_activated') : changed;
    },
  }),
  page({
    method: 'GET',
    path: '/console/keys/{kid}/retire',
    who: 'keys:write',
    handle: (call) =>
      withImpact(call, (impact) => ({
        title: 'Retire a key',
        body: (
          <Confirm
            title={<KeyTitle word="Retire" kid={impact.key.kid} />}
            above={aboveOf(impact)}
            effect={retirementWords(impact)}
            action={`/console/keys/${impact.key.kid}/retire`}
            button="Retire the key"
            cancel={`/console/keys/${impact.key.kid}`}
          />
        ),
      })),
  }),
  page({
    method: 'POST',
    path: '/console/keys/{kid}/retire',
    who: 'keys:write',
    handle: async ({ issuer, visitor, params }) => {
      const kid = params['kid'] ?? '';
      const changed = await retireKey(issuer, visitor.actor, kid);
      return changed.ok ? go(`/console/keys/${kid}`, 'key_retired') : changed;
    },
  }),
  page({
    method: 'GET',
    path: '/console/keys/{kid}/revoke',
    who: 'keys:write',
    handle: (call) => withImpact(call, (impact) => revocation(impact)),
  }),
  page({
    method: 'POST',
    path: '/console/keys/{kid}/revoke',
    who: 'keys:write',
    handle: async (call) => {
      const { issuer, visitor, form, params } = call;
      const kid = params['kid'] ?? '';
      const reason = reasonOf(form);
      if (reason === undefined) return withImpact(call, (impact) => revocation(impact, REASON_MISSING));
      const changed = await revokeKey(issuer, visitor.actor, kid, reason);
      return changed.ok ? go(`/console/keys/${kid}`, 'key_revoked') : changed;
    },
  }),
];

type Step = Parameters<typeof show>[0];

async function withImpact(
  { issuer, visitor, params }: SignedInCall,
  write: (impact: KeyImpact) => Step,
): Promise<Result<PageReply, Refusal>> {
  const impact = await readKeyImpact(issuer, visitor.actor, params['kid'] ?? '');
  return impact.ok ? ok({ kind: 'page', ...write(impact.value) }) : impact;
}

/** In an emergency the wait is skipped, and only then a reason is asked for. */
function activation(impact: KeyImpact, error?: string): Step {
  const { kid } = impact.key;
  const isEarly = impact.activation.refusal?.code === 'key_not_published_long_enough';
  return {
    title: 'Activate a key',
    ...(error === undefined ? {} : { status: 422 }),
    body: (
      <Confirm
        title={<KeyTitle word="Activate" kid={kid} />}
        above={aboveOf(impact)}
        effect={activationWords(impact)}
        action={`/console/keys/${kid}/activate`}
        button={isEarly ? 'Activate before its time' : 'Activate the key'}
        cancel={`/console/keys/${kid}`}
        {...(isEarly
          ? {
              hidden: { emergency: 'yes' },
              reason: { error, help: 'What the emergency is. Kept in the ledger.' },
            }
          : {})}
      />
    ),
  };
}

function revocation(impact: KeyImpact, error?: string): Step {
  const { kid } = impact.key;
  return {
    title: 'Revoke a key',
    ...(error === undefined ? {} : { status: 422 }),
    body: (
      <Confirm
        title={<KeyTitle word="Revoke" kid={kid} />}
        above={aboveOf(impact)}
        effect={revocationWords(impact)}
        action={`/console/keys/${kid}/revoke`}
        button="Revoke the key"
        cancel={`/console/keys/${kid}`}
        reason={{ error }}
      />
    ),
  };
}

function KeyTitle({ word, kid }: { readonly word: string; readonly kid: string }) {
  return (
    <>
      {word} <Code short>{kid}</Code>
    </>
  );
}

function aboveOf({ key }: KeyImpact) {
  return { href: `/console/keys/${key.kid}`, label: <Code short>{key.kid}</Code> };
}

function NewKey({ error }: { readonly error?: string }) {
  return (
    <>
      <PageHeader title="Generate a key" above={{ href: '/console/keys', label: 'Keys' }} />
      <Notice>
        The key is published at once and signs nothing before it is activated. Until then it stands by: if the
        active key has to be revoked, the oldest standby takes over.
      </Notice>
      <Form action="/console/keys">
        <Choices
          name="alg"
          legend="Algorithm"
          value="ES256"
          error={error}
          options={SIGNING_ALGORITHMS.map((alg) => ({ value: alg, label: alg, help: ALGORITHM_HELP[alg] }))}
        />
        <Actions>
          <Button>Generate the key</Button>
          <ButtonLink href="/console/keys" look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}
