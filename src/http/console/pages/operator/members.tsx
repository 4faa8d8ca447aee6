import type { Person, Publisher } from '../../../../domain/publisher.ts';
import { ok, type Result } from '../../../../domain/result.ts';
import { findPerson } from '../../../../services/find-person.ts';
import { addMember, listMembers, removeMember } from '../../../../services/members.ts';
import { readPublisher } from '../../../../services/publishers.ts';
import { err } from '../../../../domain/result.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Actions, Button, ButtonLink, Field, Form, Hidden } from '../../components/form.tsx';
import { PageHeader, Section, Table } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';

const PATH = '/console/publishers/{publisher_id}/members';

/** Who is a developer of a publisher. */
export const memberPages = [
  page({
    method: 'GET',
    path: `${PATH}/new`,
    who: 'publishers:write',
    handle: (call) => adding(call, { text: '', found: undefined }),
  }),
  page({
    method: 'POST',
    path: PATH,
    who: 'publishers:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const text = form.text('person');
      const found = text === '' ? ok([]) : await findPerson(issuer, visitor.actor, text);
      if (!found.ok) return found;
      const [person] = found.value;
      if (person === undefined || found.value.length > 1) return adding(call, { text, found: found.value });
      const added = await addMember(issuer, visitor.actor, idOf(call), person.id);
      return added.ok ? go(placeOf(idOf(call)), 'saved') : added;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/{person_id}/remove`,
    who: 'publishers:write',
    handle: async ({ issuer, visitor, params }) => {
      const id = params['publisher_id'] ?? '';
      const personId = params['person_id'] ?? '';
      const [publisher, members] = await Promise.all([
        readPublisher(issuer, visitor.actor, id),
        listMembers(issuer, visitor.actor, id),
      ]);
      if (!publisher.ok) return publisher;
      if (!members.ok) return members;
      const member = members.value.find(({ person }) => person.id === personId);
      if (member === undefined) return err({ code: 'not_found', what: 'member', id: personId });
      return show({
        title: 'Remove a member',
        body: (
          <Confirm
            title={
              <>
                Remove <Name>{member.person.name}</Name>
              </>
            }
            above={{ href: placeOf(id), label: <Name>{publisher.value.name}</Name> }}
            effect="They can no longer submit or issue for this publisher, at the console or with their tokens. What they submitted stays, and so do statements."
            action={`${placeOf(id)}/members/${personId}/remove`}
            button="Remove the member"
            cancel={placeOf(id)}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/{person_id}/remove`,
    who: 'publishers:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const removed = await removeMember(issuer, visitor.actor, idOf(call), params['person_id'] ?? '');
      return removed.ok ? go(placeOf(idOf(call)), 'removed') : removed;
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['publisher_id'] ?? '';
}

function placeOf(publisherId: string): string {
  return `/console/publishers/${publisherId}`;
}

type Looked = {
  readonly text: string;
  /** Whom the text may mean; undefined before anybody was looked for. */
  readonly found: readonly Person[] | undefined;
};

async function adding(call: SignedInCall, looked: Looked): Promise<Result<PageReply, Refusal>> {
  const publisher = await readPublisher(call.issuer, call.visitor.actor, idOf(call));
  if (!publisher.ok) return publisher;
  return show({
    title: 'Add a member',
    ...(looked.found === undefined ? {} : { status: 422 }),
    body: <Adding publisher={publisher.value} looked={looked} />,
  });
}

function Adding({ publisher, looked }: { readonly publisher: Publisher; readonly looked: Looked }) {
  const place = placeOf(publisher.id);
  const found = looked.found ?? [];
  const isUnknown = looked.found !== undefined && found.length === 0;
  return (
    <>
      <PageHeader
        title={
          <>
            Add a member to <Name>{publisher.name}</Name>
          </>
        }
        above={{ href: place, label: <Name>{publisher.name}</Name> }}
      />
      <Section title="Somebody who is known here">
        <Form action={`${place}/members`}>
          <Field
            name="person"
            label="Person"
            required
            maxlength={254}
            value={looked.text}
            error={
              isUnknown
                ? 'Nobody active has this name, e-mail address or id. Invite them instead.'
                : undefined
            }
            help="Their name, e-mail address or id."
          />
          <Actions>
            <Button>Add</Button>
            <ButtonLink href={place} look="quiet">
              Cancel
            </ButtonLink>
          </Actions>
        </Form>
        {found.length === 0 ? null : (
          <>
            <h3>Whom do you mean?</h3>
            <Table
              caption="People it may be"
              columns={['Name', 'E-mail', 'Choose']}
              rows={found.map(({ id, name, email }) => [
                <Name>{name}</Name>,
                email ?? <span class="none">not known</span>,
                <Form action={`${place}/members`} class="form inline" label={`Add ${name}`}>
                  <Hidden name="person" value={id} />
                  <Button look="quiet">Add</Button>
                </Form>,
              ])}
            />
          </>
        )}
      </Section>
      <Section
        title="Somebody new"
        lead="A one-time link lets them in, and makes them a developer of this publisher."
      >
        <ButtonLink href={`/console/people/invitations/new?publisher=${publisher.id}`} look="quiet">
          Invite a developer
        </ButtonLink>
      </Section>
    </>
  );
}
