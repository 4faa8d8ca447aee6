import { ACTIONS, isAction, type Action, type Actor } from '../../../../domain/access.ts';
import type { ApiToken } from '../../../../domain/publisher.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import {
  createToken,
  DEFAULT_TOKEN_LIFETIME_SECONDS,
  listTokens,
  MAX_TOKEN_LIFETIME_SECONDS,
  readToken,
  revokeToken,
  type NewToken,
} from '../../../../services/tokens.ts';
import { problemDetail } from '../../../problem.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Actions, Button, ButtonLink, Checkbox, Field, Form, Group } from '../../components/form.tsx';
import { A, useHere } from '../../components/here.tsx';
import { CopyBlock, Empty, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Badge, Code, counted, Name, Time } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { pageAfter, paged } from '../operator/paging.ts';
import { daysIn, lifetimeOf } from './lifetime.ts';

const PATH = '/console/account/tokens';
const MAX_LABEL_CHARACTERS = 100;

type Errors = { readonly label?: string; readonly scopes?: string; readonly lifetime?: string };

/** One's own API tokens: made, shown once, and ended. */
export const tokenPages = [
  page({ method: 'GET', path: PATH, who: 'tokens:read', handle: (call) => list(call) }),
  page({
    method: 'POST',
    path: PATH,
    who: 'tokens:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const label = form.text('label');
      const scopes = form.all('scope').filter(isAction);
      const lifetime = lifetimeOf(form);
      const errors = {
        ...(label === '' || label.length > MAX_LABEL_CHARACTERS
          ? { label: `Say what it is for, in at most ${MAX_LABEL_CHARACTERS} characters.` }
          : {}),
        ...(scopes.length === 0 ? { scopes: 'Tick what it may do.' } : {}),
        ...(lifetime.ok ? {} : { lifetime: lifetime.error }),
      };
      if (!lifetime.ok || Object.keys(errors).length > 0) return list(call, errors);
      const made = await createToken(issuer, visitor.actor, {
        label,
        scopes,
        lifetimeSeconds: lifetime.value,
      });
      if (!made.ok)
        return made.error.code === 'lifetime_not_allowed'
          ? list(call, { lifetime: problemDetail(made.error, issuer.identifier) })
          : made;
      return show({ title: 'Your new token', body: <Made made={made.value} issuer={issuer.identifier} /> });
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/{own_token_id}/revoke`,
    who: 'tokens:write',
    handle: async (call) => {
      const token = await own(call);
      if (!token.ok) return token;
      const { id, label } = token.value;
      return show({
        title: 'Revoke a token',
        body: (
          <Confirm
            title={
              <>
                Revoke <Name>{label}</Name>
              </>
            }
            above={{ href: PATH, label: 'API tokens' }}
            effect="Whatever uses it is refused from now on. A token that is revoked never works again."
            action={`${PATH}/${id}/revoke`}
            button="Revoke the token"
            cancel={PATH}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/{own_token_id}/revoke`,
    who: 'tokens:write',
    handle: async (call) => {
      const token = await own(call);
      if (!token.ok) return token;
      const revoked = await revokeToken(call.issuer, call.visitor.actor, token.value.id);
      return revoked.ok ? go(PATH, 'token_revoked') : revoked;
    },
  }),
];

/** Those of others are ended from the page of their person. */
async function own({ issuer, visitor, params }: SignedInCall): Promise<Result<ApiToken, Refusal>> {
  const id = params['own_token_id'] ?? '';
  const token = await readToken(issuer, visitor.actor, id);
  return token.ok && token.value.personId !== visitor.actor.personId
    ? err({ code: 'not_found', what: 'token', id })
    : token;
}

async function list(call: SignedInCall, errors: Errors = {}): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor, query } = call;
  const { actor } = visitor;
  const found = await listTokens(issuer, actor, { personId: actor.personId }, pageAfter(query));
  if (!found.ok) return found;
  const { rows, next } = paged(found.value, ({ id }) => id);
  return ok({
    kind: 'page',
    title: 'API tokens',
    ...(Object.keys(errors).length === 0 ? {} : { status: 422 }),
    body: (
      <>
        <PageHeader
          title="API tokens"
          above={{ href: '/console/account', label: 'Your account' }}
          lead={
            <>
              For CI jobs and the command line, in your name. What the API takes is described in{' '}
              <A href="/docs">its documentation</A>.
            </>
          }
        />
        <Tokens tokens={rows} />
        <Pager path={PATH} query={query} next={next} />
        <NewTokenForm call={call} errors={errors} actor={actor} />
      </>
    ),
  });
}

function Tokens({ tokens }: { readonly tokens: readonly ApiToken[] }) {
  const { now } = useHere();
  return (
    <Section title="Yours">
      {tokens.length === 0 ? (
        <Empty title="No token yet">
          <p>Make one below. It is shown once.</p>
        </Empty>
      ) : (
        <Table
          caption="API tokens"
          columns={['What for', 'May do', 'Made', 'Ends', 'Action']}
          rows={tokens.map(({ id, label, scopes, createdAt, expiresAt, revokedAt }) => [
            <Name>{label}</Name>,
            <details>
              <summary>{counted(scopes.length, 'action')}</summary>
              <ul>
                {scopes.map((scope) => (
                  <li>
                    <Code>{scope}</Code>
                  </li>
                ))}
              </ul>
            </details>,
            <Time at={createdAt} />,
            revokedAt !== null ? (
              <Badge tone="bad">revoked</Badge>
            ) : expiresAt <= now ? (
              <Badge tone="muted">expired</Badge>
            ) : (
              <Time at={expiresAt} />
            ),
            revokedAt === null && expiresAt > now ? (
              <A href={`${PATH}/${id}/revoke`}>
                Revoke<span class="unseen"> {label}</span>
              </A>
            ) : null,
          ])}
        />
      )}
    </Section>
  );
}

/** What a CI job of a developer does: submit, watch, issue and renew. */
const USUAL: readonly Action[] = [
  'software:read',
  'submissions:read',
  'submissions:write',
  'statements:read',
  'statements:issue',
];

function NewTokenForm(props: {
  readonly call: SignedInCall;
  readonly errors: Errors;
  readonly actor: Actor;
}) {
  const { call, errors, actor } = props;
  const sent = call.form;
  const offered = actor.scopes.filter((action) => mayOpen(actor, action));
  const ticked = sent.has('label') ? sent.all('scope') : USUAL;
  return (
    <Section title="Make a token" id="new">
      <Form action={PATH}>
        <Field
          name="label"
          label="What for"
          required
          value={sent.raw('label')}
          error={errors.label}
          maxlength={MAX_LABEL_CHARACTERS}
          placeholder="CI of the web application"
        />
        <Group legend="What it may do" help="Never more than you. The less, the less is lost with it.">
          {errors.scopes === undefined ? null : <p class="error">{errors.scopes}</p>}
          {offered.map((action) => (
            <Checkbox
              name="scope"
              value={action}
              label={<Code>{action}</Code>}
              help={ACTIONS[action].title}
              checked={ticked.includes(action)}
            />
          ))}
        </Group>
        <Field
          name="lifetime_days"
          label="Lifetime, in days"
          type="number"
          min={1}
          value={sent.raw('lifetime_days')}
          error={errors.lifetime}
          help={`Empty for ${daysIn(DEFAULT_TOKEN_LIFETIME_SECONDS)}; at most ${daysIn(MAX_TOKEN_LIFETIME_SECONDS)}.`}
        />
        <Actions>
          <Button>Make it</Button>
        </Actions>
      </Form>
    </Section>
  );
}

function Made({ made, issuer }: { readonly made: NewToken; readonly issuer: string }) {
  const secret = made.secret ?? '';
  return (
    <>
      <PageHeader title="Your new token" above={{ href: PATH, label: 'API tokens' }} />
      <Notice tone="waiting" title="This is the one time it is shown." alert>
        Put it where the job finds it, and nowhere else. Only its digest is kept here.
      </Notice>
      <Section title={<Name>{made.token.label}</Name>}>
        <CopyBlock label="The token" text={secret} />
        <p>Try it:</p>
        <CopyBlock
          label="A request with the token"
          text={`curl ${issuer}/v1/whoami -H 'Authorization: Bearer ${secret}'`}
        />
        <Actions>
          <ButtonLink href={PATH}>I have put it away</ButtonLink>
        </Actions>
      </Section>
    </>
  );
}
