import { z } from 'zod';
import type { IssuerRole } from '../../../../domain/access.ts';
import { differences } from '../../../../domain/ledger/ledger-fact.ts';
import type { Person } from '../../../../domain/publisher.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { changePerson, readPerson } from '../../../../services/people.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Actions, Button, ButtonLink, Field, Form, Hidden } from '../../components/form.tsx';
import { Notice, PageHeader } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import type { Form as Posted } from '../../form.ts';
import { go, page, show, type PageReply } from '../../page.ts';
import { Changes } from './changes.tsx';
import { problemsOf, type FieldProblems } from './problems.ts';
import { ROLE_WORDS, RoleChoices, rolesIn } from './role-words.tsx';

const PATH = '/console/people/{person_id}/edit';
/** An e-mail address, or none. */
export const optionalEmail = z.union([
  z.literal('').transform(() => null),
  z.email('is no e-mail address').max(254),
]);
const schema = z.object({
  name: z.string().trim().min(1, 'is missing').max(200),
  email: optionalEmail,
});

/** What is known of a person, and their roles: a change of roles is asked for once more, with what it means. */
export const personChangePages = [
  page({
    method: 'GET',
    path: PATH,
    who: 'people:write',
    handle: async ({ issuer, visitor, params }) => {
      const found = await readPerson(issuer, visitor.actor, params['person_id'] ?? '');
      if (!found.ok) return found;
      const person = found.value;
      return edit(person, { name: person.name, email: person.email ?? '', roles: person.roles }, {});
    },
  }),
  page({
    method: 'POST',
    path: PATH,
    who: 'people:write',
    handle: async ({ issuer, visitor, params, form }) => {
      const found = await readPerson(issuer, visitor.actor, params['person_id'] ?? '');
      if (!found.ok) return found;
      const person = found.value;
      const typed = typedIn(form);
      const draft = draftOf(form);
      if (!draft.ok) return edit(person, typed, draft.error);
      const version = Number(form.text('version'));
      if (version !== person.version) return edit(person, typed, {}, draft.value);
      const hasOtherRoles = person.roles.toSorted().join() !== draft.value.roles.toSorted().join();
      if (hasOtherRoles && !form.has('confirmed')) return confirm(person, typed);
      const changed = await changePerson(issuer, visitor.actor, person.id, draft.value, version);
      return changed.ok ? go(placeOf(person), 'saved') : changed;
    },
  }),
];

type Draft = Pick<Person, 'name' | 'email' | 'roles'>;
type Typed = { readonly name: string; readonly email: string; readonly roles: readonly IssuerRole[] };

function typedIn(form: Posted): Typed {
  return { name: form.text('name'), email: form.text('email'), roles: rolesIn(form) };
}

function draftOf(form: Posted): Result<Draft, FieldProblems> {
  const parsed = schema.safeParse({ name: form.text('name'), email: form.text('email') });
  return parsed.success
    ? ok({ ...parsed.data, roles: rolesIn(form) })
    : err(problemsOf(parsed.error, ['name', 'email']));
}

function placeOf({ id }: Person): string {
  return `/console/people/${id}`;
}

function memberView({ name, email, roles }: Draft) {
  return { name, email, roles: [...roles] };
}

/** @param late what the reader wanted while somebody else was faster */
function edit(person: Person, typed: Typed, problems: FieldProblems, late?: Draft): Result<PageReply, never> {
  const status = late !== undefined ? 412 : Object.keys(problems).length > 0 ? 422 : 200;
  return show({
    title: `Change ${person.name}`,
    status,
    body: (
      <>
        <PageHeader
          title={
            <>
              Change <Name>{person.name}</Name>
            </>
          }
          above={{ href: placeOf(person), label: <Name>{person.name}</Name> }}
        />
        {late === undefined ? null : (
          <Notice
            tone="bad"
            title="Somebody else changed this person meanwhile. Nothing of yours was saved."
            alert
          >
            <p>This is what saving your version would change now:</p>
            <Changes changes={differences([], memberView(person), memberView(late))} />
          </Notice>
        )}
        <Form action={`${placeOf(person)}/edit`}>
          <Hidden name="version" value={String(person.version)} />
          <Field
            name="name"
            label="Name"
            required
            maxlength={200}
            value={typed.name}
            error={problems['name']}
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
          <RoleChoices roles={typed.roles} />
          <Actions>
            <Button>Save</Button>
            <ButtonLink href={placeOf(person)} look="quiet">
              Cancel
            </ButtonLink>
          </Actions>
        </Form>
      </>
    ),
  });
}

function confirm(person: Person, typed: Typed): Result<PageReply, never> {
  const given = typed.roles.filter((role) => !person.roles.includes(role));
  const taken = person.roles.filter((role) => !typed.roles.includes(role));
  return show({
    title: `Change the roles of ${person.name}`,
    body: (
      <Confirm
        title={
          <>
            Change the roles of <Name>{person.name}</Name>
          </>
        }
        above={{ href: `${placeOf(person)}/edit`, label: 'Back to the form' }}
        effect={
          <>
            <RoleList title="They get:" roles={given} />
            <RoleList title="They lose:" roles={taken} />
            <p>This holds from their next request on, at the console and for their tokens.</p>
          </>
        }
        action={`${placeOf(person)}/edit`}
        button="Change the roles"
        cancel={placeOf(person)}
        hidden={{
          confirmed: 'yes',
          version: String(person.version),
          name: typed.name,
          email: typed.email,
        }}
      >
        {typed.roles.map((role) => (
          <Hidden name="roles" value={role} />
        ))}
      </Confirm>
    ),
  });
}

function RoleList({ title, roles }: { readonly title: string; readonly roles: readonly IssuerRole[] }) {
  if (roles.length === 0) return null;
  return (
    <>
      <p>{title}</p>
      <ul>
        {roles.map((role) => (
          <li>
            <strong>{role}</strong>: {ROLE_WORDS[role]}
          </li>
        ))}
      </ul>
    </>
  );
}
