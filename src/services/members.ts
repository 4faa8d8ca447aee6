import type { Actor } from '../domain/access.ts';
import type { Membership, Person } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { authorize } from './authorize.ts';
import { decideAndCommit, entryOf, type Issuer } from './issuer.ts';
import { personOf } from './people.ts';
import { publisherOf } from './publishers.ts';
import type { Refusal } from './refusal.ts';

export type Member = { readonly person: Person; readonly createdAt: number };

/** The developers of a publisher. */
export async function listMembers(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
): Promise<Result<readonly Member[], Refusal>> {
  const allowed = authorize(actor, 'publishers:read', publisherId);
  if (!allowed.ok) return allowed;
  const found = await publisherOf(issuer, publisherId);
  return found.ok ? ok(await issuer.store.members(publisherId)) : found;
}

/** Makes a person a developer of a publisher; a second time changes nothing. */
export async function addMember(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
  personId: string,
): Promise<Result<Member, Refusal>> {
  const allowed = authorize(actor, 'publishers:write', undefined);
  if (!allowed.ok) return allowed;
  return decideAndCommit(issuer, async () => {
    const publisher = await publisherOf(issuer, publisherId);
    if (!publisher.ok) return publisher;
    const person = await personOf(issuer, personId);
    if (!person.ok) return person;
    const existing = await issuer.store.membership(publisherId, personId);
    if (existing !== undefined)
      return ok({ replay: { person: person.value, createdAt: existing.createdAt } });
    const membership: Membership = { publisherId, personId, createdAt: issuer.clock.now() };
    return ok({
      entries: [
        entryOf(issuer, actor, 'member.added', {
          subject: personId,
          publisherId,
          data: { person_id: personId, publisher_id: publisherId },
        }),
      ],
      changes: [{ insert: 'membership', row: membership }],
      value: { person: person.value, createdAt: membership.createdAt },
    });
  });
}

/** Ends a membership. What the person submitted stays; four eyes still remembers who submitted. */
export async function removeMember(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
  personId: string,
): Promise<Result<void, Refusal>> {
  const allowed = authorize(actor, 'publishers:write', undefined);
  if (!allowed.ok) return allowed;
  return decideAndCommit(issuer, async () => {
    if ((await issuer.store.membership(publisherId, personId)) === undefined)
      return err({ code: 'not_found', what: 'member', id: personId });
    return ok({
      entries: [
        entryOf(issuer, actor, 'member.removed', {
          subject: personId,
          publisherId,
          data: { person_id: personId, publisher_id: publisherId },
        }),
      ],
      changes: [{ remove: 'membership', publisherId, personId }],
      value: undefined,
    });
  });
}
