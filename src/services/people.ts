import type { Actor } from '../domain/access.ts';
import type { Person } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Page } from '../ports.ts';
import { authorize } from './authorize.ts';
import {
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import { readName } from './names.ts';
import type { Refusal } from './refusal.ts';
import { endingOf, NOTHING, openSessions } from './sign-in/session-plan.ts';

/** Adds a person. Roles for the whole issuer are given here; a developer is made by membership of a publisher. */
export async function createPerson(
  issuer: Issuer,
  actor: Actor,
  draft: Pick<Person, 'name' | 'email' | 'roles'>,
  idempotency?: Idempotency,
): Promise<Result<Person, Refusal>> {
  const allowed = authorize(actor, 'people:write', undefined);
  if (!allowed.ok) return allowed;
  const name = readName(draft.name, '/name');
  if (!name.ok) return name;
  return decideAndCommit(issuer, async () => {
    const repeat = await replayOf(issuer, actor, idempotency, (id) => personOf(issuer, id));
    if (!repeat.ok) return repeat;
    if (repeat.value !== undefined) return ok(repeat.value);
    const person: Person = {
      ...draft,
      name: name.value,
      id: newId(issuer),
      state: 'active',
      createdAt: issuer.clock.now(),
      version: 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'person.created', { subject: person.id, data: { roles: [...person.roles] } }),
      ],
      changes: [{ insert: 'person', row: person }, ...rememberKey(issuer, actor, idempotency, person.id)],
      value: person,
    });
  });
}

/** One person, for operators and auditors. */
export async function readPerson(issuer: Issuer, actor: Actor, id: string): Promise<Result<Person, Refusal>> {
  const allowed = authorize(actor, 'people:read', undefined);
  return allowed.ok ? personOf(issuer, id) : allowed;
}

/** People, newest first. */
export async function listPeople(
  issuer: Issuer,
  actor: Actor,
  page: Page,
): Promise<Result<readonly Person[], Refusal>> {
  const allowed = authorize(actor, 'people:read', undefined);
  return allowed.ok ? ok(await issuer.store.people(page)) : allowed;
}

/**
 * Changes a person's name, roles or state. Disabling ends every token and every session at once. Nobody can take the operator
 * role from themselves or disable themselves, so that an operator always remains.
 */
export async function changePerson(
  issuer: Issuer,
  actor: Actor,
  id: string,
  change: Partial<Pick<Person, 'name' | 'email' | 'roles' | 'state'>>,
  expectedVersion?: number,
): Promise<Result<Person, Refusal>> {
  const allowed = authorize(actor, 'people:write', undefined);
  if (!allowed.ok) return allowed;
  const name = change.name === undefined ? ok(undefined) : readName(change.name, '/name');
  if (!name.ok) return name;
  return decideAndCommit(issuer, async () => {
    const found = await personOf(issuer, id);
    if (!found.ok) return found;
    const before = found.value;
    if (expectedVersion !== undefined && expectedVersion !== before.version)
      return err({ code: 'version_mismatch', current: before.version });
    const after: Person = { ...before, ...change, version: before.version + 1 };
    const remainsOperator = after.state === 'active' && after.roles.includes('operator');
    if (actor.personId === id && !remainsOperator) return err({ code: 'last_operator' });
    const ended =
      before.state === 'active' && after.state === 'disabled'
        ? endingOf(issuer, actor, await openSessions(issuer, id), 'its person was disabled')
        : NOTHING;
    return ok({
      entries: [
        entryOf(issuer, actor, 'person.changed', {
          subject: id,
          data: {
            before: { roles: [...before.roles], state: before.state },
            after: { roles: [...after.roles], state: after.state },
          },
        }),
        ...ended.entries,
      ],
      changes: [{ replace: 'person', row: after }, ...ended.changes],
      value: after,
    });
  });
}

/** A person by id, for use cases that have authorised already. */
export async function personOf(issuer: Issuer, id: string): Promise<Result<Person, Refusal>> {
  const person = await issuer.store.person(id);
  return person === undefined ? err({ code: 'not_found', what: 'person', id }) : ok(person);
}
