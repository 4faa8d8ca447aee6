import { ISSUER_ROLES } from '../../../../domain/access.ts';
import type { Person } from '../../../../domain/publisher.ts';
import { searchPeople } from '../../../../services/person-file.ts';
import { A } from '../../components/here.tsx';
import { ButtonLink, Field, Filters, Select } from '../../components/form.tsx';
import { Empty, PageHeader, Pager, Section, Table, Tabs } from '../../components/parts.tsx';
import { Name, State, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { choiceOf, filterOf, pageAfter, paged } from './paging.ts';
import { RoleBadges } from './role-words.tsx';

const STATES = ['active', 'disabled'] as const;

export const peoplePage = page({
  method: 'GET',
  path: '/console/people',
  who: 'people:read',
  handle: async ({ issuer, visitor, query }) => {
    const filter = {
      search: filterOf(query, 'search'),
      role: choiceOf(query, 'role', ISSUER_ROLES),
      state: choiceOf(query, 'state', STATES),
    };
    const found = await searchPeople(issuer, visitor.actor, filter, pageAfter(query));
    return found.ok
      ? show({
          title: 'People',
          body: (
            <People found={found.value} query={query} mayWrite={mayOpen(visitor.actor, 'people:write')} />
          ),
        })
      : found;
  },
});

/** People and invitations, side by side. */
export function PeopleTabs({ current }: { readonly current: 'people' | 'invitations' }) {
  return (
    <Tabs
      label="People and invitations"
      tabs={[
        { href: '/console/people', label: 'People', current: current === 'people' },
        { href: '/console/people/invitations', label: 'Invitations', current: current === 'invitations' },
      ]}
    />
  );
}

function People(props: {
  readonly found: readonly Person[];
  readonly query: URLSearchParams;
  readonly mayWrite: boolean;
}) {
  const { query, mayWrite } = props;
  const { rows, next } = paged(props.found, ({ id }) => id);
  return (
    <>
      <PageHeader
        title="People"
        lead="Everybody who can sign in or has a token."
        actions={
          mayWrite ? (
            <ButtonLink href="/console/people/invitations/new">Invite somebody</ButtonLink>
          ) : undefined
        }
      />
      <PeopleTabs current="people" />
      <Filters action="/console/people" label="Filter people">
        <Field
          name="search"
          label="Name or e-mail"
          type="search"
          value={query.get('search') ?? ''}
          maxlength={200}
        />
        <Select
          name="role"
          label="Role"
          value={query.get('role') ?? ''}
          options={[
            { value: '', label: 'Any' },
            ...ISSUER_ROLES.map((role) => ({ value: role, label: role })),
          ]}
        />
        <Select
          name="state"
          label="State"
          value={query.get('state') ?? ''}
          options={[{ value: '', label: 'Any' }, ...STATES.map((state) => ({ value: state, label: state }))]}
        />
      </Filters>
      <Section title="People">
        {rows.length === 0 ? (
          <Empty title="Nobody fits.">
            <p>
              Ask for less, or see <A href="/console/people">everybody</A>.
            </p>
          </Empty>
        ) : (
          <Table
            caption="People, newest first"
            columns={['Name', 'E-mail', 'Roles', 'State', 'Since']}
            rows={rows.map(({ id, name, email, roles, state, createdAt }) => [
              <A href={`/console/people/${id}`}>
                <Name>{name}</Name>
              </A>,
              email ?? <span class="none">not known</span>,
              <RoleBadges roles={roles} />,
              <State state={state} />,
              <Time at={createdAt} />,
            ])}
          />
        )}
        <Pager path="/console/people" query={query} next={next} />
      </Section>
    </>
  );
}
