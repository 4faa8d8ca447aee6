import { err, type Result } from '../../../../domain/result.ts';
import type { InitialAccessToken } from '../../../../domain/exchange/exchange.ts';
import {
  createInitialAccessToken,
  DEFAULT_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS,
  MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS,
  readInitialAccessToken,
  revokeInitialAccessToken,
} from '../../../../services/exchange/initial-access-tokens.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { problemDetail } from '../../../problem.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Actions, Button, ButtonLink, Field, Form } from '../../components/form.tsx';
import { CopyBlock, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import type { Form as Sent } from '../../form.ts';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { daysIn, lifetimeOf } from './lifetime.ts';
import { problemAt } from './problem-at.ts';

export type TokenFormErrors = {
  readonly label?: string | undefined;
  readonly client?: string | undefined;
  readonly lifetime?: string | undefined;
};

const PATH = '/console/software/{software_id}/initial-access-tokens';
const MAX_LABEL_CHARACTERS = 100;
type Reply = Promise<Result<PageReply, Refusal>>;

/** Initial access tokens: made, shown once, and revoked. @param again shows the page of the form with what is wrong */
export function initialAccessTokenPages(again: (call: SignedInCall, errors: TokenFormErrors) => Reply) {
  return [
    page({ method: 'POST', path: PATH, who: 'statements:issue', handle: (call) => make(call, again) }),
    page({
      method: 'GET',
      path: `${PATH}/{initial_access_token_id}/revoke`,
      who: 'statements:issue',
      handle: async (call) => {
        const found = await tokenOf(call);
        if (!found.ok) return found;
        const { id, label, softwareId } = found.value;
        const back = `/console/software/${softwareId}/workloads`;
        return show({
          title: 'Revoke an initial access token',
          body: (
            <Confirm
              title={
                <>
                  Revoke <Name>{label}</Name>
                </>
              }
              above={{ href: back, label: 'Workloads' }}
              effect="Nobody gets a statement by it any more."
              action={`/console/software/${softwareId}/initial-access-tokens/${id}/revoke`}
              button="Revoke the token"
              cancel={back}
            />
          ),
        });
      },
    }),
    page({
      method: 'POST',
      path: `${PATH}/{initial_access_token_id}/revoke`,
      who: 'statements:issue',
      handle: async (call) => {
        const found = await tokenOf(call);
        if (!found.ok) return found;
        const { id, softwareId } = found.value;
        const revoked = await revokeInitialAccessToken(call.issuer, call.visitor.actor, softwareId, id);
        return revoked.ok ? go(`/console/software/${softwareId}/workloads`, 'token_revoked') : revoked;
      },
    }),
  ];
}

function tokenOf({ issuer, visitor, params }: SignedInCall): Promise<Result<InitialAccessToken, Refusal>> {
  return readInitialAccessToken(
    issuer,
    visitor.actor,
    params['software_id'] ?? '',
    params['initial_access_token_id'] ?? '',
  );
}

async function make(
  call: SignedInCall,
  again: (call: SignedInCall, errors: TokenFormErrors) => Reply,
): Reply {
  const { issuer, visitor, form, params } = call;
  const softwareId = params['software_id'] ?? '';
  const label = form.text('token_label');
  const clientId = form.text('client_id');
  const lifetime = lifetimeOf(form);
  if (label === '' || label.length > MAX_LABEL_CHARACTERS)
    return again(call, { label: `Say what it is for, in at most ${MAX_LABEL_CHARACTERS} characters.` });
  if (!lifetime.ok) return again(call, { lifetime: lifetime.error });
  const made = await createInitialAccessToken(issuer, visitor.actor, softwareId, {
    label,
    clientId: clientId === '' ? undefined : clientId,
    lifetimeSeconds: lifetime.value,
  });
  if (made.ok) return shown(made.value.token, made.value.secret ?? '', issuer.identifier);
  switch (made.error.code) {
    case 'lifetime_not_allowed':
      return again(call, { lifetime: problemDetail(made.error, issuer.identifier) });
    case 'client_id_taken':
      return again(call, { client: problemDetail(made.error, issuer.identifier) });
    case 'invalid_input':
      return again(call, { client: problemAt(made.error, '/client_id') });
    default:
      return err(made.error);
  }
}

function shown({ label, softwareId, clientId }: InitialAccessToken, secret: string, issuer: string) {
  const back = `/console/software/${softwareId}/workloads`;
  const about = clientId === null ? `--software ${softwareId}` : `--client-id ${clientId}`;
  return show({
    title: 'Your new initial access token',
    body: (
      <>
        <PageHeader title="Your new initial access token" above={{ href: back, label: 'Workloads' }} />
        <Notice tone="waiting" title="This is the one time it is shown." alert>
          It is good for one statement. Only its digest is kept here.
        </Notice>
        <Section title={<Name>{label}</Name>}>
          <CopyBlock label="The token" text={secret} />
          <p>Use it, with the token in a variable:</p>
          <CopyBlock
            label="The command"
            text={`imprimatur exchange --url ${issuer} ${about} --subject-token-variable INITIAL_ACCESS_TOKEN`}
          />
          <Actions>
            <ButtonLink href={back}>I have put it away</ButtonLink>
          </Actions>
        </Section>
      </>
    ),
  });
}

/** The form that makes one. */
export function InitialAccessTokenForm(props: {
  readonly place: string;
  readonly form: Sent;
  readonly errors: TokenFormErrors;
}) {
  const { place, form, errors } = props;
  return (
    <Section title="Make an initial access token" id="new">
      <Form action={`${place}/initial-access-tokens`}>
        <Field
          name="token_label"
          label="What for"
          required
          maxlength={MAX_LABEL_CHARACTERS}
          value={form.raw('token_label')}
          error={errors.label}
          placeholder="First statement"
        />
        <Field
          name="client_id"
          label="Client ID Metadata Document"
          type="url"
          maxlength={2_000}
          value={form.raw('client_id')}
          error={errors.client}
          help="The URL of the document, where the statement is to be about one. Empty: about the software."
        />
        <Field
          name="lifetime_days"
          label="Lifetime, in days"
          type="number"
          min={1}
          value={form.raw('lifetime_days')}
          error={errors.lifetime}
          help={`Empty for ${daysIn(DEFAULT_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS)}; at most ${daysIn(MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS)}.`}
        />
        <Actions>
          <Button>Make it</Button>
        </Actions>
      </Form>
    </Section>
  );
}
