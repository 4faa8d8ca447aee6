import type { SignInMethod, Session } from '../../../../domain/sign-in/session.ts';
import type { Identity, Passkey } from '../../../../domain/sign-in/passkey.ts';
import type { IdentityProvider } from '../../../../ports/sign-in.ts';
import { listIdentities } from '../../../../services/sign-in/identities.ts';
import { listPasskeys } from '../../../../services/sign-in/passkeys.ts';
import { ownSessions, type SignedIn } from '../../../../services/sign-in/sessions.ts';
import { usableMethods } from '../../../../services/sign-in/usable-method.ts';
import { Button, ButtonLink, Field, Form, Group } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Empty, Facts, Pager, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Badge, counted, Name, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { browserName } from './browser-name.ts';
import { PasskeyForm } from './passkey-form.tsx';

const PATH = '/console/account';

export const accountPage = page({
  method: 'GET',
  path: PATH,
  who: 'signed_in',
  handle: async ({ issuer, signIn, visitor, request, query }) => {
    const [passkeys, identities, sessions, methods] = await Promise.all([
      listPasskeys(issuer, visitor),
      listIdentities(issuer, visitor),
      ownSessions(issuer, visitor),
      usableMethods(issuer, signIn),
    ]);
    const device = browserName(request.headers.get('user-agent'));
    const provider = methods.includes('open_id_connect') ? signIn.identityProvider : undefined;
    return show({
      title: 'Your account',
      scripts: ['passkeys'],
      body: (
        <>
          <Header visitor={visitor} />
          <Passkeys passkeys={passkeys} methods={methods} device={device} />
          <Sessions sessions={sessions} own={visitor.session.id} query={query} />
          <Identities identities={identities} provider={provider} />
        </>
      ),
    });
  },
});

function Header({ visitor: { person, actor } }: { readonly visitor: SignedIn }) {
  const roles = [
    ...person.roles,
    ...(actor.publisherIds.length === 0
      ? []
      : [
          actor.publisherIds.length === 1
            ? 'developer'
            : `developer of ${actor.publisherIds.length} publishers`,
        ]),
  ];
  return (
    <>
      <PageHeader
        title="Your account"
        actions={
          <ButtonLink href="/console/account/tokens" look="quiet">
            API tokens
          </ButtonLink>
        }
      />
      <Facts
        facts={[
          { name: 'Name', value: <Name>{person.name}</Name> },
          ...(person.email === null ? [] : [{ name: 'E-mail', value: <Name>{person.email}</Name> }]),
          {
            name: 'Roles',
            value: roles.length === 0 ? 'none' : roles.join(', '),
            note: 'Operators give and take roles.',
          },
        ]}
      />
    </>
  );
}

function Passkeys(props: {
  readonly passkeys: readonly Passkey[];
  readonly methods: readonly SignInMethod[];
  readonly device: string;
}) {
  const { passkeys, methods, device } = props;
  return (
    <Section
      title="Passkeys"
      id="passkeys"
      lead="What you sign in with. Two on different devices are better than one: whoever loses the last needs an operator to get back in."
    >
      {passkeys.length === 0 ? (
        <Empty title="You have no passkey" />
      ) : (
        <Table
          caption="Your passkeys, oldest first"
          columns={['Name', 'Added', 'Last used', '']}
          rows={passkeys.map(({ id, name, createdAt, lastUsedAt }) => [
            <Name>{name}</Name>,
            <Time at={createdAt} />,
            lastUsedAt === null ? 'not yet' : <Time at={lastUsedAt} />,
            <A href={`${PATH}/passkeys/${id}`}>
              Rename or remove<span class="unseen"> {name}</span>
            </A>,
          ])}
        />
      )}
      {methods.includes('passkey') ? (
        <PasskeyForm
          does="create"
          begin={`${PATH}/passkeys`}
          finish={`${PATH}/passkeys/finish`}
          next={`${PATH}?notice=passkey_added`}
          stepUp={`/console/step-up?${new URLSearchParams({ return: PATH }).toString()}`}
          button="Add a passkey"
          label="Add a passkey"
        >
          <Group legend="Another passkey">
            <Field
              name="name"
              label="Name of the new passkey"
              required
              maxlength={200}
              value={device}
              help="The device, phone or security key that keeps it."
            />
          </Group>
        </PasskeyForm>
      ) : (
        <p class="note">Passkeys are switched off by the policy.</p>
      )}
    </Section>
  );
}

/** Sessions of a page: a phone, two computers and a year of signing in at them. */
const SESSIONS_SHOWN = 20;

function Sessions(props: {
  readonly sessions: readonly Session[];
  readonly own: string;
  readonly query: URLSearchParams;
}) {
  const { sessions, own, query } = props;
  const after = query.get('after');
  // Ids order by time, and these come newest first.
  const rest = sessions.filter(({ id }) => after === null || id < after);
  const shown = rest.slice(0, SESSIONS_SHOWN);
  return (
    <Section
      title="Where you are signed in"
      id="sessions"
      lead="End what you do not recognise, then look at your passkeys as well."
      actions={
        sessions.length > 1 ? (
          <Form action={`${PATH}/sessions/end-others`} class="inline" label="Sign out everywhere else">
            <Button look="quiet">Sign out everywhere else</Button>
          </Form>
        ) : undefined
      }
    >
      <Table
        caption="Your sessions, newest first"
        columns={['Browser', 'Signed in', 'Last used', 'By', '']}
        rows={shown.map((session) => [
          <>
            {browserName(session.userAgent)} {session.id === own ? <Badge tone="good">this one</Badge> : null}
          </>,
          <Time at={session.createdAt} />,
          <Time at={session.lastSeenAt} />,
          session.method === 'passkey' ? 'passkey' : 'identity provider',
          session.id === own ? (
            ''
          ) : (
            <Form
              action={`${PATH}/sessions/${session.id}/end`}
              class="inline"
              label={`End the session of ${browserName(session.userAgent)}`}
            >
              <Button look="quiet">End</Button>
            </Form>
          ),
        ])}
      />
      {sessions.length > SESSIONS_SHOWN ? (
        <p class="note">{counted(sessions.length, 'session')} in all.</p>
      ) : null}
      <Pager
        path={PATH}
        query={query}
        next={rest.length > shown.length ? shown.at(-1)?.id : undefined}
        fragment="sessions"
      />
    </Section>
  );
}

function Identities(props: {
  readonly identities: readonly Identity[];
  readonly provider: IdentityProvider | undefined;
}) {
  const { identities, provider } = props;
  if (identities.length === 0 && provider === undefined) return null;
  return (
    <Section
      title="Identity provider"
      id="identity"
      lead="An account of your organisation that signs you in here as well."
      actions={
        identities.length === 0 && provider !== undefined ? (
          <ButtonLink href={`${PATH}/identity/link`} look="quiet">
            {`Link your ${provider.name} account`}
          </ButtonLink>
        ) : undefined
      }
    >
      {identities.length === 0 ? (
        <Empty title="No account is linked" />
      ) : (
        <Table
          caption="Your linked accounts"
          columns={['Provider', 'Account', 'Linked', '']}
          rows={identities.map((identity) => [
            <Name>{identity.issuer}</Name>,
            <Name>{identity.subject}</Name>,
            <Time at={identity.createdAt} />,
            <A
              href={`${PATH}/identity/unlink?${new URLSearchParams({
                issuer: identity.issuer,
                subject: identity.subject,
              }).toString()}`}
            >
              Unlink<span class="unseen"> {identity.subject}</span>
            </A>,
          ])}
        />
      )}
    </Section>
  );
}
