import { and, desc, eq, like, sql } from 'drizzle-orm';
import { before, containing, equals, within } from './conditions.ts';
import type { Store } from '../ports.ts';
import type { ReadDatabase } from './database.ts';
import { memberships, people, policies, publishers, tokens, idempotencyKeys } from './schema.ts';

type PeopleReads = Pick<
  Store,
  | 'tokenHolder'
  | 'token'
  | 'tokens'
  | 'person'
  | 'people'
  | 'peopleOf'
  | 'publisher'
  | 'publishers'
  | 'members'
  | 'membership'
  | 'policy'
  | 'idempotency'
>;

/** Reads of who may do what, and for whom. */
export function peopleReads(database: ReadDatabase): PeopleReads {
  const holder = database
    .select({
      token: tokens,
      person: people,
      // A comma-separated list: publisher ids are UUIDs.
      publisherIds: sql<
        string | null
      >`(SELECT group_concat(publisher_id) FROM memberships WHERE person_id = ${people.id})`,
    })
    .from(tokens)
    .innerJoin(people, eq(people.id, tokens.personId))
    .where(eq(tokens.id, sql.placeholder('id')))
    .prepare();
  const token = database
    .select()
    .from(tokens)
    .where(eq(tokens.id, sql.placeholder('id')))
    .prepare();
  const person = database
    .select()
    .from(people)
    .where(eq(people.id, sql.placeholder('id')))
    .prepare();
  const publisher = database
    .select()
    .from(publishers)
    .where(eq(publishers.id, sql.placeholder('id')))
    .prepare();
  const policy = database.select().from(policies).orderBy(desc(policies.version)).limit(1).prepare();
  const idempotency = database
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.personId, sql.placeholder('personId')),
        eq(idempotencyKeys.key, sql.placeholder('key')),
      ),
    )
    .prepare();

  return {
    tokenHolder: async (id) => {
      const [row] = await holder.all({ id });
      return row && { ...row, publisherIds: row.publisherIds?.split(',') ?? [] };
    },
    token: async (id) => (await token.all({ id }))[0],
    tokens: ({ personId }, { after, limit }) =>
      database
        .select()
        .from(tokens)
        .where(and(equals(tokens.personId, personId), before(tokens.id, after)))
        .orderBy(desc(tokens.id))
        .limit(limit),
    person: async (id) => (await person.all({ id }))[0],
    people: ({ after, limit }) =>
      database.select().from(people).where(before(people.id, after)).orderBy(desc(people.id)).limit(limit),
    peopleOf: (ids) => database.select().from(people).where(within(people.id, ids)),
    publisher: async (id) => (await publisher.all({ id }))[0],
    publishers: ({ ids, search }, { after, limit }) =>
      database
        .select()
        .from(publishers)
        .where(
          and(
            within(publishers.id, ids),
            search === undefined ? undefined : like(publishers.name, containing(search)),
            before(publishers.id, after),
          ),
        )
        .orderBy(desc(publishers.id))
        .limit(limit),
    members: (publisherId) =>
      database
        .select({ person: people, createdAt: memberships.createdAt })
        .from(memberships)
        .innerJoin(people, eq(people.id, memberships.personId))
        .where(eq(memberships.publisherId, publisherId))
        .orderBy(memberships.personId),
    membership: async (publisherId, personId) =>
      (
        await database
          .select()
          .from(memberships)
          .where(and(eq(memberships.publisherId, publisherId), eq(memberships.personId, personId)))
          .limit(1)
      )[0],
    policy: async () => (await policy.all())[0]?.policy,
    idempotency: async (personId, key) => (await idempotency.all({ personId, key }))[0],
  };
}
