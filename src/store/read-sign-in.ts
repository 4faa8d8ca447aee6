import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { Store } from '../ports.ts';
import { before, equals } from './conditions.ts';
import type { ReadDatabase } from './database.ts';
import { people } from './schema.ts';
import { identities, invitations, passkeys, sessions } from './sign-in-schema.ts';

type SignInReads = Pick<
  Store,
  | 'sessionHolder'
  | 'session'
  | 'sessions'
  | 'passkey'
  | 'passkeys'
  | 'identity'
  | 'identities'
  | 'invitation'
  | 'invitations'
>;

/** Reads of how people get in. */
export function signInReads(database: ReadDatabase): SignInReads {
  const holder = database
    .select({
      session: sessions,
      person: people,
      // A comma-separated list: publisher ids are UUIDs.
      publisherIds: sql<
        string | null
      >`(SELECT group_concat(publisher_id) FROM memberships WHERE person_id = ${people.id})`,
    })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(eq(sessions.id, sql.placeholder('id')))
    .prepare();

  return {
    sessionHolder: async (id) => {
      const [row] = await holder.all({ id });
      return row && { ...row, publisherIds: row.publisherIds?.split(',') ?? [] };
    },
    session: async (id) => (await database.select().from(sessions).where(eq(sessions.id, id)))[0],
    sessions: ({ personId }, { after, limit }) =>
      database
        .select()
        .from(sessions)
        .where(and(equals(sessions.personId, personId), before(sessions.id, after)))
        .orderBy(desc(sessions.id))
        .limit(limit),
    passkey: async (id) => (await database.select().from(passkeys).where(eq(passkeys.id, id)))[0],
    passkeys: (personId) =>
      database
        .select()
        .from(passkeys)
        .where(eq(passkeys.personId, personId))
        .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
    identity: async (issuer, subject) =>
      (
        await database
          .select()
          .from(identities)
          .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
      )[0],
    identities: (personId) => database.select().from(identities).where(eq(identities.personId, personId)),
    invitation: async (id) => (await database.select().from(invitations).where(eq(invitations.id, id)))[0],
    invitations: ({ after, limit }) =>
      database
        .select()
        .from(invitations)
        .where(before(invitations.id, after))
        .orderBy(desc(invitations.id))
        .limit(limit),
  };
}
