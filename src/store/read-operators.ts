import { and, asc, desc, eq, gte, like, or, sql } from 'drizzle-orm';
import type { LiveGroup, LiveStatements, OperatorReads } from '../ports.ts';
import { before, containing, equals, within } from './conditions.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { workloads } from './exchange-schema.ts';
import { domainClaims, evidence } from './review-schema.ts';
import { memberships, people, publishers, software } from './schema.ts';

const NAMED = {
  person: { table: people, id: people.id, name: people.name },
  publisher: { table: publishers, id: publishers.id, name: publishers.name },
  software: { table: software, id: software.id, name: software.name },
  workload: { table: workloads, id: workloads.id, name: workloads.label },
} as const;

/** Reads of operators and auditors. Counts are taken from indexes that hold all they ask for. */
export function operatorReads(database: ReadDatabase, executor: Executor): OperatorReads {
  const count = async (from: string, params: readonly unknown[]): Promise<number> => {
    const rows = await executor.rows({ sql: `SELECT count(*) FROM ${from}`, params });
    return Number(rows[0]?.[0] ?? 0);
  };
  // Literals in the conditions below, so that the partial indexes serve them.
  const fails = sql`${evidence.outcome} = 'fails'`;
  const failing = sql`${domainClaims.failingSince} IS NOT NULL`;

  return {
    countExpiring: (now, until) =>
      count(`statements WHERE state <> 'revoked' AND expires_at > ? AND expires_at <= ?`, [now, until]),
    liveByKey: async (now) => {
      const rows = await executor.rows({
        sql:
          'SELECT kid, (SELECT count(*) FROM statements WHERE statements.kid = signing_keys.kid AND expires_at > ? ' +
          `AND statements.state <> 'revoked'), (SELECT max(expires_at) FROM statements ` +
          'WHERE statements.kid = signing_keys.kid) FROM signing_keys',
        params: [now],
      });
      return rows.map(([kid, statements, last]) => ({
        kid: String(kid),
        statements: Number(statements),
        lastExpiresAt: typeof last === 'number' ? last : undefined,
      }));
    },
    liveStatements: async (of, now, maxAudiences) => {
      const [column, id] =
        'publisherId' in of ? ['publisher_id', of.publisherId] : ['software_id', of.softwareId];
      const live = `statements.${column} = ? AND statements.state <> 'revoked' AND statements.expires_at > ?`;
      const named = `statements, json_each(statements.audience) WHERE ${live}`;
      const [groups, audiences, audienceCount, softwareCount] = await Promise.all([
        executor.rows({
          sql:
            'SELECT statements.state, software.state, publishers.state, count(*), sum(statements.audience IS NULL) ' +
            'FROM statements JOIN software ON software.id = statements.software_id ' +
            `JOIN publishers ON publishers.id = statements.publisher_id WHERE ${live} GROUP BY 1, 2, 3`,
          params: [id, now],
        }),
        executor.rows({
          sql: `SELECT value, count(*) FROM ${named} GROUP BY value ORDER BY 2 DESC, 1 LIMIT ?`,
          params: [id, now, maxAudiences],
        }),
        executor.rows({ sql: `SELECT count(DISTINCT value) FROM ${named}`, params: [id, now] }),
        executor.rows({
          sql: `SELECT count(DISTINCT statements.software_id) FROM statements WHERE ${live}`,
          params: [id, now],
        }),
      ]);
      return {
        groups: groups.map(groupOf),
        audiences: audiences.map(audienceOf),
        audienceCount: Number(audienceCount[0]?.[0] ?? 0),
        softwareCount: Number(softwareCount[0]?.[0] ?? 0),
      };
    },
    audiencesOfKey: async (kid, now, maxAudiences) => {
      // Statements that name the same servers stand together in the index: they are counted before their lists are opened.
      // The plus keeps SQLite from the index of all that have not expired, which does not hold the lists.
      const named =
        'SELECT audience, count(*) AS statements FROM statements ' +
        `WHERE kid = ? AND state <> 'revoked' AND audience IS NOT NULL AND +expires_at > ? GROUP BY audience`;
      const rows = await executor.rows({
        sql:
          `WITH named AS MATERIALIZED (${named}) SELECT value, sum(statements), count(*) OVER (), ` +
          '(SELECT sum(statements) FROM named) FROM named, json_each(named.audience) GROUP BY value ORDER BY 2 DESC, 1 LIMIT ?',
        params: [kid, now, maxAudiences],
      });
      return {
        audiences: rows.map(audienceOf),
        audienceCount: Number(rows[0]?.[2] ?? 0),
        named: Number(rows[0]?.[3] ?? 0),
      };
    },
    countSubmissions: (state) => count('submissions WHERE state = ?', [state]),

    failedEvidence: (since, limit) =>
      database
        .select()
        .from(evidence)
        .where(and(fails, gte(evidence.checkedAt, since)))
        .orderBy(desc(evidence.checkedAt))
        .limit(limit),
    countFailedEvidence: (since) => count(`evidence WHERE outcome = 'fails' AND checked_at >= ?`, [since]),
    failingDomainClaims: (limit) =>
      database
        .select()
        .from(domainClaims)
        .where(failing)
        .orderBy(asc(domainClaims.failingSince))
        .limit(limit),
    countFailingDomainClaims: () => count('domain_claims WHERE failing_since IS NOT NULL', []),

    names: (of, ids) => {
      const { table, id, name } = NAMED[of];
      return database.select({ id, name }).from(table).where(within(id, ids));
    },
    findPeople: ({ search, role, state }, { after, limit }) =>
      database
        .select()
        .from(people)
        .where(
          and(
            search === undefined
              ? undefined
              : or(like(people.name, containing(search)), like(people.email, containing(search))),
            role === undefined
              ? undefined
              : sql`EXISTS (SELECT 1 FROM json_each(${people.roles}) WHERE value = ${role})`,
            equals(people.state, state),
            before(people.id, after),
          ),
        )
        .orderBy(desc(people.id))
        .limit(limit),
    publishersOf: (personId) =>
      database
        .select({ publisher: publishers, createdAt: memberships.createdAt })
        .from(memberships)
        .innerJoin(publishers, eq(publishers.id, memberships.publisherId))
        .where(eq(memberships.personId, personId)),
  };
}

function audienceOf([audience, statements]: readonly unknown[]): LiveStatements['audiences'][number] {
  return { audience: String(audience), statements: Number(statements) };
}

function groupOf([state, ofSoftware, ofPublisher, statements, forAnyone]: readonly unknown[]): LiveGroup {
  return {
    state: state === 'suspended' ? 'suspended' : 'valid',
    software: ofSoftware === 'suspended' ? 'suspended' : 'active',
    publisher: ofPublisher === 'suspended' || ofPublisher === 'revoked' ? ofPublisher : 'active',
    statements: Number(statements),
    forAnyone: Number(forAnyone),
  };
}
