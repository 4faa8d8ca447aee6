import { readPersonFile, type PersonFile } from '../../../../services/person-file.ts';
import { A } from '../../components/here.tsx';
import { Button, ButtonLink, Form } from '../../components/form.tsx';
import { Facts, Notice, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Code, counted, Name, State, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { RoleBadges } from './role-words.tsx';

export const personPage = page({
  method: 'GET',
  path: '/console/people/{person_id}',
  who: 'people:read',
  handle: async ({ issuer, visitor, params }) => {
    const file = await readPersonFile(issuer, visitor.actor, params['person_id'] ?? '');
    return file.ok
      ? show({
          title: file.value.person.name,
          body: (
            <PersonView
              file={file.value}
              mayWrite={mayOpen(visitor.actor, 'people:write')}
              isSelf={file.value.person.id === visitor.person.id}
            />
          ),
        })
      : file;
  },
});

type View = {
  readonly file: PersonFile;
  readonly mayWrite: boolean;
  /** Nobody disables themselves, or sends themselves a link. */
  readonly isSelf: boolean;
};

function PersonView({ file, mayWrite, isSelf }: View) {
  const { person, passkeys, identities } = file;
  const place = `/console/people/${person.id}`;
  return (
    <>
      <PageHeader
        title={<Name>{person.name}</Name>}
        above={{ href: '/console/people', label: 'People' }}
        badge={<State state={person.state} />}
        actions={mayWrite ? <Changes file={file} isSelf={isSelf} /> : undefined}
      />
      {person.state === 'active' ? null : (
        <Notice tone="bad" title="This person is disabled.">
          They cannot sign in, and their tokens do not work.
        </Notice>
      )}
      <div class="columns">
        <div>
          <Publishers file={file} />
          <Sessions file={file} place={place} mayWrite={mayWrite} />
          <Tokens file={file} place={place} mayWrite={mayWrite} />
        </div>
        <Section
          title="What is known"
          actions={<A href={`/console/ledger?actor=${person.id}`}>What they did</A>}
        >
          <Facts
            facts={[
              { name: 'Roles', value: <RoleBadges roles={person.roles} /> },
              { name: 'E-mail', value: person.email ?? <span class="none">not known</span> },
              {
                name: 'Passkeys',
                value: counted(passkeys.length, 'passkey'),
                note:
                  passkeys.length === 0 && identities.length === 0
                    ? 'They cannot sign in at the console until they accept a link.'
                    : undefined,
              },
              {
                name: 'Identity provider',
                value:
                  identities.length === 0 ? (
                    <span class="none">not linked</span>
                  ) : (
                    identities.map(({ issuer, subject }) => (
                      <p>
                        <Code>{subject}</Code> at {issuer}
                      </p>
                    ))
                  ),
              },
              { name: 'Since', value: <Time at={person.createdAt} exact /> },
              {
                name: 'Id',
                value: <Code>{person.id}</Code>,
                note: <A href={`/console/ledger?subject=${person.id}`}>What was changed about them</A>,
              },
            ]}
          />
        </Section>
      </div>
    </>
  );
}

function Changes({ file, isSelf }: Pick<View, 'file' | 'isSelf'>) {
  const { id, state } = file.person;
  const place = `/console/people/${id}`;
  return (
    <>
      <ButtonLink href={`${place}/edit`} look="quiet">
        Change
      </ButtonLink>
      {isSelf || state === 'disabled' ? null : (
        <ButtonLink href={`${place}/recover`} look="quiet">
          Recovery link…
        </ButtonLink>
      )}
      {isSelf ? null : (
        <ButtonLink href={`${place}/${state === 'active' ? 'disable' : 'enable'}`} look="quiet">
          {state === 'active' ? 'Disable…' : 'Enable…'}
        </ButtonLink>
      )}
    </>
  );
}

function Publishers({ file: { publishers } }: Pick<View, 'file'>) {
  return (
    <Section title="Developer of">
      {publishers.length === 0 ? (
        <p class="none">No publisher.</p>
      ) : (
        <Table
          caption="Publishers"
          columns={['Publisher', 'State', 'Since']}
          rows={publishers.map(({ publisher, createdAt }) => [
            <A href={`/console/publishers/${publisher.id}`}>
              <Name>{publisher.name}</Name>
            </A>,
            <State state={publisher.state} />,
            <Time at={createdAt} />,
          ])}
        />
      )}
    </Section>
  );
}

type Listed = Pick<View, 'file' | 'mayWrite'> & { readonly place: string };

function Sessions({ file: { sessions }, place, mayWrite }: Listed) {
  return (
    <Section title="Sessions" lead="Browsers they are signed in with now.">
      {sessions.length === 0 ? (
        <p class="none">None.</p>
      ) : (
        <Table
          caption="Sessions, newest first"
          columns={['Browser', 'By', 'Began', 'Last seen', ...(mayWrite ? ['Change'] : [])]}
          rows={sessions.map(({ id, userAgent, method, createdAt, lastSeenAt }) => [
            userAgent ?? <span class="none">not known</span>,
            method === 'passkey' ? 'passkey' : 'identity provider',
            <Time at={createdAt} />,
            <Time at={lastSeenAt} />,
            ...(mayWrite
              ? [
                  <Form action={`${place}/sessions/${id}/end`} class="form inline" label="End a session">
                    <Button look="quiet">End</Button>
                  </Form>,
                ]
              : []),
          ])}
        />
      )}
    </Section>
  );
}

function Tokens({ file: { tokens }, place, mayWrite }: Listed) {
  return (
    <Section title="API tokens" lead="Those that still work.">
      {tokens.length === 0 ? (
        <p class="none">None.</p>
      ) : (
        <Table
          caption="API tokens, newest first"
          columns={['Label', 'Scopes', 'Made', 'Expires', ...(mayWrite ? ['Change'] : [])]}
          rows={tokens.map(({ id, label, scopes, createdAt, expiresAt }) => [
            <Name>{label}</Name>,
            <details>
              <summary>{counted(scopes.length, 'scope')}</summary>
              {scopes.map((scope) => (
                <>
                  <Code>{scope}</Code>{' '}
                </>
              ))}
            </details>,
            <Time at={createdAt} />,
            <Time at={expiresAt} />,
            ...(mayWrite
              ? [
                  <ButtonLink href={`${place}/tokens/${id}/revoke`} look="quiet">
                    Revoke…
                  </ButtonLink>,
                ]
              : []),
          ])}
        />
      )}
    </Section>
  );
}
