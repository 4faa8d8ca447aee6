import type { Invitation } from '../../../../domain/sign-in/invitation.ts';
import { invitationState } from '../../../../domain/sign-in/invitation.ts';
import type { IssuerRole } from '../../../../domain/access.ts';
import type { Result } from '../../../../domain/result.ts';
import type { Publisher } from '../../../../domain/publisher.ts';
import { listPublishers, readPublisher } from '../../../../services/publishers.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { invite, listInvitations, revokeInvitation } from '../../../../services/sign-in/invite.ts';
import { Actions, Button, ButtonLink, Field, Form, Select } from '../../components/form.tsx';
import { Empty, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Name, State, Time } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { linkPage } from './invitation-link.tsx';
import { optionalEmail } from './person-changes.tsx';
import { pageAfter, paged } from './paging.ts';
import { PeopleTabs } from './people.tsx';
import { problemsOfRefusal, type FieldProblems } from './problems.ts';
import { RoleBadges, RoleChoices, rolesIn } from './role-words.tsx';

const PATH = '/console/people/invitations';
const DAY = 86_400;
const DEFAULT_DAYS = '7';
const LIFETIMES = ['1', '3', '7', '14', '30', '90'] as const;
/** Publishers offered in the form; further ones are reached from their own page. */
const PUBLISHERS_OFFERED = 200;

export const invitationPages = [
  page({
    method: 'GET',
    path: PATH,
    who: 'people:read',
    handle: async ({ issuer, visitor, query }) => {
      const found = await listInvitations(issuer, visitor.actor, pageAfter(query));
      return found.ok
        ? show({
            title: 'Invitations',
            body: (
              <Invitations
                found={found.value}
                query={query}
                now={issuer.clock.now()}
                mayWrite={mayOpen(visitor.actor, 'people:write')}
              />
            ),
          })
        : found;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/new`,
    who: 'people:write',
    handle: (call) => newInvitation(call, { ...EMPTY, publisherId: call.query.get('publisher') ?? '' }, {}),
  }),
  page({
    method: 'POST',
    path: PATH,
    who: 'people:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const typed: Typed = {
        name: form.text('name'),
        email: form.text('email'),
        roles: rolesIn(form),
        publisherId: form.text('publisher'),
        days: form.text('days'),
      };
      const email = optionalEmail.safeParse(typed.email);
      if (!email.success) return newInvitation(call, typed, { email: email.error.issues[0]?.message ?? '' });
      const days = LIFETIMES.find((known) => known === typed.days) ?? DEFAULT_DAYS;
      const made = await invite(issuer, visitor.actor, {
        name: typed.name,
        email: email.data,
        roles: typed.roles,
        publisherId: typed.publisherId === '' ? null : typed.publisherId,
        lifetimeSeconds: Number(days) * DAY,
      });
      if (made.ok) return linkPage(made.value, { href: PATH, label: 'All invitations' });
      const problems = problemsOfRefusal(made.error, ['name', 'roles']);
      return problems === undefined ? made : newInvitation(call, typed, problems);
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/{invitation_id}/revoke`,
    who: 'people:write',
    handle: async ({ issuer, visitor, params }) => {
      const revoked = await revokeInvitation(issuer, visitor.actor, params['invitation_id'] ?? '');
      return revoked.ok ? go(PATH, 'invitation_revoked') : revoked;
    },
  }),
];

type Typed = {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly IssuerRole[];
  readonly publisherId: string;
  readonly days: string;
};

const EMPTY: Typed = { name: '', email: '', roles: [], publisherId: '', days: DEFAULT_DAYS };

const PURPOSES: Readonly<Record<Invitation['purpose'], string>> = {
  set_up: 'first operator',
  invite: 'new person',
  recover: 'new passkey for somebody known',
};

function Invitations(props: {
  readonly found: readonly Invitation[];
  readonly query: URLSearchParams;
  readonly now: number;
  readonly mayWrite: boolean;
}) {
  const { query, now, mayWrite } = props;
  const { rows, next } = paged(props.found, ({ id }) => id);
  return (
    <>
      <PageHeader
        title="Invitations"
        lead="One-time links by which people get in. The links themselves are not kept."
        actions={mayWrite ? <ButtonLink href={`${PATH}/new`}>Invite somebody</ButtonLink> : undefined}
      />
      <PeopleTabs current="invitations" />
      <Section title="Every invitation">
        {rows.length === 0 ? (
          <Empty title="Nobody was invited yet.">
            <p>An invitation gives somebody a role, makes them a developer of a publisher, or both.</p>
          </Empty>
        ) : (
          <Table
            caption="Invitations, newest first"
            columns={['For', 'Purpose', 'Roles', 'State', 'Made', 'Expires', ...(mayWrite ? ['Change'] : [])]}
            rows={rows.map((invitation) => {
              const { id, name, purpose, roles, createdAt, expiresAt } = invitation;
              const state = invitationState(invitation, now);
              return [
                <Name>{name}</Name>,
                PURPOSES[purpose],
                <RoleBadges roles={roles} />,
                <State state={state} />,
                <Time at={createdAt} />,
                <Time at={expiresAt} />,
                ...(mayWrite
                  ? [
                      state === 'open' ? (
                        <Form
                          action={`${PATH}/${id}/revoke`}
                          class="form inline"
                          label={`Take back the link of ${name}`}
                        >
                          <Button look="quiet">Take back</Button>
                        </Form>
                      ) : (
                        ''
                      ),
                    ]
                  : []),
              ];
            })}
          />
        )}
        <Pager path={PATH} query={query} next={next} />
      </Section>
    </>
  );
}

async function newInvitation(
  { issuer, visitor }: SignedInCall,
  typed: Typed,
  problems: FieldProblems,
): Promise<Result<PageReply, Refusal>> {
  const publishers = await listPublishers(issuer, visitor.actor, {}, { limit: PUBLISHERS_OFFERED });
  if (!publishers.ok) return publishers;
  const active = publishers.value.filter(({ state }) => state === 'active');
  const isOffered = active.some(({ id }) => id === typed.publisherId);
  const chosen =
    typed.publisherId === '' || isOffered
      ? undefined
      : await readPublisher(issuer, visitor.actor, typed.publisherId);
  return show({
    title: 'Invite somebody',
    ...(Object.keys(problems).length === 0 ? {} : { status: 422 }),
    body: (
      <NewInvitationForm
        typed={typed}
        problems={problems}
        publishers={chosen?.ok === true ? [chosen.value, ...active] : active}
      />
    ),
  });
}

function NewInvitationForm(props: {
  readonly typed: Typed;
  readonly problems: FieldProblems;
  readonly publishers: readonly Publisher[];
}) {
  const { typed, problems, publishers } = props;
  return (
    <>
      <PageHeader
        title="Invite somebody"
        above={{ href: PATH, label: 'Invitations' }}
        lead="You get a link to hand over. Whoever opens it makes a passkey, and is in."
      />
      {problems[''] === undefined ? null : <Notice tone="bad">{problems['']}</Notice>}
      <Form action={PATH}>
        <Field
          name="name"
          label="Name"
          required
          maxlength={200}
          value={typed.name}
          error={problems['name']}
          help="They can change it when they accept."
        />
        <Field
          name="email"
          label="E-mail"
          type="email"
          maxlength={254}
          value={typed.email}
          error={problems['email']}
          help="So that operators can reach them. Nothing is sent to it from here."
        />
        <RoleChoices roles={typed.roles} error={problems['roles']} />
        <Select
          name="publisher"
          label="Developer of"
          needed="needed, unless a role is ticked"
          value={typed.publisherId}
          options={[
            { value: '', label: 'no publisher' },
            ...publishers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          help="Developers submit metadata and issue statements for their publisher."
        />
        <Select
          name="days"
          label="The link works for"
          required
          value={typed.days}
          options={LIFETIMES.map((days) => ({ value: days, label: days === '1' ? '1 day' : `${days} days` }))}
        />
        <Actions>
          <Button>Make the link</Button>
          <ButtonLink href={PATH} look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}
