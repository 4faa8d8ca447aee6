import type { Child } from 'hono/jsx';
import type { SignInMethod } from '../../../../domain/sign-in/session.ts';
import type { IdentityProvider } from '../../../../ports/sign-in.ts';
import { beginAcceptance, finishAcceptance } from '../../../../services/sign-in/accept-invitation.ts';
import { readInvitation, type OpenInvitation } from '../../../../services/sign-in/open-invitation.ts';
import { usableMethods } from '../../../../services/sign-in/usable-method.ts';
import { ButtonLink, Field } from '../../components/form.tsx';
import { Facts, Notice, PageHeader } from '../../components/parts.tsx';
import { Name, Time } from '../../components/text.tsx';
import { openPage, show } from '../../page.ts';
import { browserName } from './browser-name.ts';
import { browserOf } from './ceremony-cookie.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { answerOf, arrivedReply, begunReply, fieldOf } from './script-replies.ts';

const PATH = '/invitations/{token}';

export const invitationPages = [
  openPage({
    method: 'GET',
    path: PATH,
    handle: async ({ issuer, signIn, params, request }) => {
      const token = params['token'] ?? '';
      const [open, methods] = await Promise.all([
        readInvitation(issuer, token),
        usableMethods(issuer, signIn),
      ]);
      if (!open.ok) return open;
      return show({
        title: TITLES[open.value.invitation.purpose],
        scripts: ['passkeys'],
        body: (
          <Invitation
            open={open.value}
            token={token}
            methods={methods}
            provider={signIn.identityProvider}
            issuerName={new URL(issuer.identifier).host}
            device={browserName(request.headers.get('user-agent'))}
          />
        ),
      });
    },
  }),
  openPage({
    method: 'POST',
    path: `${PATH}/passkey`,
    begins: 'ceremony',
    body: 'json',
    handle: async ({ issuer, signIn, params, json }) =>
      begunReply(
        issuer,
        await beginAcceptance(issuer, signIn.passkeys, {
          link: params['token'] ?? '',
          name: fieldOf(json, 'name'),
        }),
      ),
  }),
  openPage({
    method: 'POST',
    path: `${PATH}/passkey/finish`,
    body: 'json',
    handle: async ({ issuer, signIn, params, request, json }) =>
      arrivedReply(
        issuer,
        await finishAcceptance(issuer, signIn.passkeys, {
          ...browserOf(request, issuer),
          link: params['token'] ?? '',
          response: answerOf(json),
          passkeyName: fieldOf(json, 'passkey_name'),
        }),
      ),
  }),
];

const TITLES = {
  set_up: 'Become the operator',
  invite: 'You are invited',
  recover: 'Come back in',
} as const;

function Invitation(props: {
  readonly open: OpenInvitation;
  readonly token: string;
  readonly methods: readonly SignInMethod[];
  readonly provider: IdentityProvider | undefined;
  readonly issuerName: string;
  readonly device: string;
}) {
  const { open, token, methods, provider } = props;
  const { purpose, name } = open.invitation;
  return (
    <>
      <PageHeader title={TITLES[purpose]} lead={<Lead open={open} issuerName={props.issuerName} />} />
      <Facts facts={factsOf(open)} />
      {methods.length === 0 ? (
        <Notice tone="bad" title="Nobody can get in at the moment">
          The policy asks for an identity provider, and none is set up. Ask an operator.
        </Notice>
      ) : null}
      {methods.includes('passkey') ? (
        <PasskeyForm
          does="create"
          begin={`/invitations/${token}/passkey`}
          finish={`/invitations/${token}/passkey/finish`}
          next="/console"
          button="Create a passkey"
          label="Accept with a passkey"
        >
          {purpose === 'recover' ? null : (
            <Field
              name="name"
              label="Your name"
              required
              maxlength={200}
              autocomplete="name"
              value={purpose === 'set_up' ? '' : name}
              help="What others see beside what you do."
            />
          )}
          <Field
            name="passkey_name"
            label="Name of this passkey"
            required
            maxlength={200}
            value={props.device}
            help="Your device, phone or security key keeps the passkey; nothing secret is sent. The name tells it apart from others you add later."
          />
        </PasskeyForm>
      ) : null}
      {methods.includes('open_id_connect') && provider !== undefined ? (
        <p>
          <ButtonLink
            href={`/invitations/${token}/open-id-connect`}
            look={methods.includes('passkey') ? 'quiet' : 'main'}
          >
            {`Continue with ${provider.name}`}
          </ButtonLink>
        </p>
      ) : null}
    </>
  );
}

function Lead({ open, issuerName }: { readonly open: OpenInvitation; readonly issuerName: string }) {
  const { inviter, invitation } = open;
  if (invitation.purpose === 'set_up')
    return <>{`Whoever opens this link first becomes the operator of ${issuerName}.`}</>;
  const who = inviter === undefined ? 'An operator' : <Name>{inviter.name}</Name>;
  return invitation.purpose === 'recover' ? (
    <>
      {who} lets you back in to {issuerName}. When you use this link, every session you had ends.
    </>
  ) : (
    <>
      {who} invites you to {issuerName}, which vouches for software of others.
    </>
  );
}

function factsOf({ invitation, publisher, person }: OpenInvitation): readonly {
  readonly name: Child;
  readonly value: Child;
}[] {
  const roles = person?.roles ?? invitation.roles;
  return [
    ...(person === undefined || invitation.purpose === 'set_up'
      ? []
      : [{ name: 'You are', value: <Name>{person.name}</Name> }]),
    ...(roles.length === 0 ? [] : [{ name: 'As', value: roles.join(', ') }]),
    ...(publisher === undefined ? [] : [{ name: 'Developer of', value: <Name>{publisher.name}</Name> }]),
    { name: 'The link works once, until', value: <Time at={invitation.expiresAt} exact /> },
  ];
}
