import { err } from '../../../../domain/result.ts';
import type { Publisher } from '../../../../domain/publisher.ts';
import { listMembers, type Member } from '../../../../services/members.ts';
import { listPublishers, readPublisher } from '../../../../services/publishers.ts';
import { listSoftware } from '../../../../services/software.ts';
import type { Software } from '../../../../domain/software.ts';
import { A } from '../../components/here.tsx';
import { ButtonLink, Field, Filters } from '../../components/form.tsx';
import { Empty, Facts, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Code, Name, State, Time } from '../../components/text.tsx';
import { go, page, show } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { filterOf, pageAfter, paged } from './paging.ts';

const SOFTWARE_SHOWN = 10;

export const publishersPage = page({
  method: 'GET',
  path: '/console/publishers',
  who: 'publishers:read',
  handle: async ({ issuer, visitor, query }) => {
    const search = filterOf(query, 'search');
    const found = await listPublishers(issuer, visitor.actor, { search }, pageAfter(query));
    return found.ok
      ? show({
          title: 'Publishers',
          body: (
            <Publishers
              found={found.value}
              query={query}
              mayWrite={mayOpen(visitor.actor, 'publishers:write')}
            />
          ),
        })
      : found;
  },
});

export const publisherPage = page({
  method: 'GET',
  path: '/console/publishers/{publisher_id}',
  who: 'publishers:read',
  handle: async ({ issuer, visitor, params }) => {
    const { actor } = visitor;
    const id = params['publisher_id'] ?? '';
    // Developers have a page of their own for their publisher.
    if (actor.roles.length === 0 && actor.publisherIds.includes(id))
      return go(`/console/publishers/${id}/domains`);
    const [publisher, members, software] = await Promise.all([
      readPublisher(issuer, actor, id),
      listMembers(issuer, actor, id),
      listSoftware(issuer, actor, { publisherId: id }, { limit: SOFTWARE_SHOWN }),
    ]);
    if (!publisher.ok) return err(publisher.error);
    if (!members.ok) return members;
    if (!software.ok) return software;
    return show({
      title: publisher.value.name,
      body: (
        <PublisherFile
          publisher={publisher.value}
          members={members.value}
          software={software.value}
          mayWrite={mayOpen(actor, 'publishers:write')}
          maySuspend={mayOpen(actor, 'publishers:suspend')}
          mayReadLedger={mayOpen(actor, 'ledger:read')}
          mayReadPeople={mayOpen(actor, 'people:read')}
        />
      ),
    });
  },
});

function Publishers(props: {
  readonly found: readonly Publisher[];
  readonly query: URLSearchParams;
  readonly mayWrite: boolean;
}) {
  const { query, mayWrite } = props;
  const { rows, next } = paged(props.found, ({ id }) => id);
  const isFiltered = query.has('search') || query.has('after');
  return (
    <>
      <PageHeader
        title="Publishers"
        lead="The organisations that are answerable for software."
        actions={
          mayWrite ? <ButtonLink href="/console/publishers/new">Admit a publisher</ButtonLink> : undefined
        }
      />
      <Filters action="/console/publishers" label="Search publishers">
        <Field name="search" label="Name" type="search" value={query.get('search') ?? ''} maxlength={200} />
      </Filters>
      <Section title="Publishers">
        {rows.length === 0 ? (
          <Empty title={isFiltered ? 'No publisher is called that.' : 'There is no publisher yet.'}>
            <p>
              {isFiltered ? (
                <A href="/console/publishers">See all of them.</A>
              ) : (
                'Admit one, then invite its first developer.'
              )}
            </p>
          </Empty>
        ) : (
          <Table
            caption="Publishers, newest first"
            columns={['Name', 'State', 'Verified domains', 'Admitted']}
            rows={rows.map(({ id, name, state, verifiedDomains, createdAt }) => [
              <A href={`/console/publishers/${id}`}>
                <Name>{name}</Name>
              </A>,
              <State state={state} />,
              verifiedDomains.length === 0 ? (
                <span class="none">none</span>
              ) : (
                <DomainList domains={verifiedDomains} />
              ),
              <Time at={createdAt} />,
            ])}
          />
        )}
        <Pager path="/console/publishers" query={query} next={next} />
      </Section>
    </>
  );
}

const DOMAINS_SHOWN = 3;

function DomainList({ domains }: { readonly domains: readonly string[] }) {
  const more = domains.length - DOMAINS_SHOWN;
  return (
    <>
      {domains.slice(0, DOMAINS_SHOWN).map((domain) => (
        <>
          <Code>{domain}</Code>{' '}
        </>
      ))}
      {more > 0 ? `and ${more} more` : null}
    </>
  );
}

function PublisherFile(props: {
  readonly publisher: Publisher;
  readonly members: readonly Member[];
  readonly software: readonly Software[];
  readonly mayWrite: boolean;
  readonly maySuspend: boolean;
  readonly mayReadLedger: boolean;
  readonly mayReadPeople: boolean;
}) {
  const { publisher, members, software, mayWrite, maySuspend, mayReadLedger, mayReadPeople } = props;
  const place = `/console/publishers/${publisher.id}`;
  const { state, stateReason, verifiedDomains, allowedScopes } = publisher;
  return (
    <>
      <PageHeader
        title={<Name>{publisher.name}</Name>}
        above={{ href: '/console/publishers', label: 'Publishers' }}
        badge={<State state={state} />}
        actions={
          <>
            {mayWrite ? (
              <ButtonLink href={`${place}/edit`} look="quiet">
                Change
              </ButtonLink>
            ) : null}
            {maySuspend ? <Acts place={place} state={state} /> : null}
          </>
        }
      />
      {state === 'active' ? null : (
        <Notice tone="bad" title={`This publisher is ${state}.`}>
          {stateReason}
        </Notice>
      )}
      <div class="columns">
        <div>
          <Members members={members} place={place} mayWrite={mayWrite} mayReadPeople={mayReadPeople} />
          <Section title="Software">
            {software.length === 0 ? (
              <p class="none">Its developers have registered none yet.</p>
            ) : (
              <Table
                caption="The newest software of this publisher"
                columns={['Name', 'State', 'Approved', 'Registered']}
                rows={software.map(({ id, name, state: standing, approvedSubmissionId, createdAt }) => [
                  <A href={`/console/software/${id}`}>
                    <Name>{name}</Name>
                  </A>,
                  <State state={standing} />,
                  approvedSubmissionId === null ? 'nothing yet' : 'yes',
                  <Time at={createdAt} />,
                ])}
              />
            )}
          </Section>
        </div>
        <Section
          title="What is known of it"
          actions={
            mayReadLedger ? (
              <A href={`/console/ledger?publisher=${publisher.id}`}>In the ledger</A>
            ) : undefined
          }
        >
          <Facts
            facts={[
              {
                name: 'Verified domains',
                value:
                  verifiedDomains.length === 0 ? (
                    <span class="none">none</span>
                  ) : (
                    <ul>
                      {verifiedDomains.map((domain) => (
                        <li>
                          <Code>{domain}</Code>
                        </li>
                      ))}
                    </ul>
                  ),
                note: <A href={`${place}/domains`}>How they were verified</A>,
              },
              {
                name: 'Scopes',
                value:
                  allowedScopes === null
                    ? 'any'
                    : allowedScopes.length === 0
                      ? 'none'
                      : allowedScopes.map((scope) => (
                          <>
                            <Code>{scope}</Code>{' '}
                          </>
                        )),
                note: 'What its software may ask for.',
              },
              { name: 'Admitted', value: <Time at={publisher.createdAt} exact /> },
              { name: 'Id', value: <Code>{publisher.id}</Code> },
            ]}
          />
        </Section>
      </div>
    </>
  );
}

function Acts({ place, state }: { readonly place: string; readonly state: Publisher['state'] }) {
  if (state === 'revoked') return null;
  return (
    <>
      <ButtonLink href={`${place}/${state === 'active' ? 'suspend' : 'reinstate'}`} look="quiet">
        {state === 'active' ? 'Suspend…' : 'Reinstate…'}
      </ButtonLink>
      <ButtonLink href={`${place}/revoke`} look="quiet">
        Revoke…
      </ButtonLink>
    </>
  );
}

function Members(props: {
  readonly members: readonly Member[];
  readonly place: string;
  readonly mayWrite: boolean;
  readonly mayReadPeople: boolean;
}) {
  const { members, place, mayWrite, mayReadPeople } = props;
  return (
    <Section
      title="Members"
      lead="They are its developers: they submit, and issue what was approved."
      actions={
        mayWrite ? (
          <ButtonLink href={`${place}/members/new`} look="quiet">
            Add or invite
          </ButtonLink>
        ) : undefined
      }
    >
      {members.length === 0 ? (
        <p class="none">Nobody yet, so nothing can be submitted for it.</p>
      ) : (
        <Table
          caption="Members"
          columns={['Name', 'State', 'Since', ...(mayWrite ? ['Change'] : [])]}
          rows={members.map(({ person, createdAt }) => [
            mayReadPeople ? (
              <A href={`/console/people/${person.id}`}>
                <Name>{person.name}</Name>
              </A>
            ) : (
              <Name>{person.name}</Name>
            ),
            <State state={person.state} />,
            <Time at={createdAt} />,
            ...(mayWrite
              ? [
                  <ButtonLink href={`${place}/members/${person.id}/remove`} look="quiet">
                    Remove…
                  </ButtonLink>,
                ]
              : []),
          ])}
        />
      )}
    </Section>
  );
}
