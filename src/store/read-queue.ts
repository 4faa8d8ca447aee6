import { and, asc, desc, eq, gt, lt, sql, type SQL } from 'drizzle-orm';
import type { QueueFilter, QueuePlace, QueueRow, QueueReads } from '../ports.ts';
import { containing, equals, within } from './conditions.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { reviewClaims } from './review-schema.ts';
import { decisions, people, publishers, software, submissions } from './schema.ts';

/** Reads of the review queue and of what is known of those who wait in it. */
export function queueReads(database: ReadDatabase, executor: Executor): QueueReads {
  const rows = (
    conditions: readonly (SQL | undefined)[],
    order: readonly SQL[],
    limit: number,
    now: number,
  ) =>
    database
      .select({
        submission: submissions,
        softwareName: software.name,
        publisherName: publishers.name,
        claim: {
          personId: reviewClaims.personId,
          personName: people.name,
          expiresAt: reviewClaims.expiresAt,
        },
      })
      .from(submissions)
      .innerJoin(software, eq(software.id, submissions.softwareId))
      .innerJoin(publishers, eq(publishers.id, submissions.publisherId))
      .leftJoin(
        reviewClaims,
        and(eq(reviewClaims.submissionId, submissions.id), gt(reviewClaims.expiresAt, now)),
      )
      .leftJoin(people, eq(people.id, reviewClaims.personId))
      .where(and(...conditions))
      .orderBy(...order)
      .limit(limit);

  return {
    reviewQueue: async (filter, { after, limit }, order, now) => {
      const conditions = conditionsOf(filter, now);
      const read = async (at: SQL | undefined, by: readonly SQL[], count: number) =>
        (await rows([...conditions, at], by, count, now)).map(rowOf);
      if (order === 'newest')
        return read(after && lt(submissions.id, after.id), [desc(submissions.id)], limit);
      if (order === 'oldest')
        return read(after && gt(submissions.id, after.id), [asc(submissions.id)], limit);
      const byAttention = [desc(submissions.riskScore), asc(submissions.id)];
      if (after === undefined) return read(undefined, byAttention, limit);
      // Two seeks: one comparison of both columns would walk from the first row of the same score.
      const rest = await read(restOfScore(after), byAttention, limit);
      if (rest.length === limit) return rest;
      const lower = await read(lt(submissions.riskScore, after.riskScore), byAttention, limit - rest.length);
      return [...rest, ...lower];
    },
    decisionsOn: (submissionIds) =>
      database
        .select()
        .from(decisions)
        .where(within(decisions.submissionId, submissionIds))
        .orderBy(decisions.id),
    publisherTallies: async (publisherIds, countTo) => {
      const counted = await executor.rows({
        sql: TALLIES,
        params: [countTo, countTo, countTo, JSON.stringify(publisherIds)],
      });
      return counted.map(([id, approved, rejected, revoked]) => ({
        publisherId: String(id),
        approved: Number(approved),
        rejected: Number(rejected),
        revokedStatements: Number(revoked),
      }));
    },
    publisherOutcomes: async (publisherId) => {
      const params = [publisherId];
      const [submitted, revoked, suspensions] = await Promise.all([
        executor.rows({ sql: SUBMISSIONS_BY_STATE, params }),
        executor.rows({ sql: REVOKED_STATEMENTS, params }),
        executor.rows({ sql: SUSPENSIONS, params }),
      ]);
      const suspended = countsByName(suspensions);
      return {
        submissions: countsByName(submitted),
        revokedStatements: Number(revoked[0]?.[0] ?? 0),
        suspensions: suspended['publisher.suspended'] ?? 0,
        softwareSuspensions: suspended['software.suspended'] ?? 0,
      };
    },
  };
}

const upTo = (of: string) => `(SELECT count(*) FROM (SELECT 1 FROM ${of} LIMIT ?))`;
const TALLIES =
  'SELECT asked.value, ' +
  `${upTo(`submissions WHERE publisher_id = asked.value AND state = 'approved'`)}, ` +
  `${upTo(`submissions WHERE publisher_id = asked.value AND state = 'rejected'`)}, ` +
  `${upTo(`statements WHERE publisher_id = asked.value AND state = 'revoked'`)} ` +
  'FROM json_each(?) AS asked';
const SUBMISSIONS_BY_STATE = 'SELECT state, count(*) FROM submissions WHERE publisher_id = ? GROUP BY state';
const REVOKED_STATEMENTS = `SELECT count(*) FROM statements WHERE state = 'revoked' AND publisher_id = ?`;
/** The unary plus keeps SQLite from walking everything the publisher ever did. */
const SUSPENSIONS =
  `SELECT kind, count(*) FROM ledger_entries WHERE kind IN ('publisher.suspended', 'software.suspended') ` +
  'AND +publisher_id = ? GROUP BY kind';

function countsByName(rows: readonly (readonly unknown[])[]): Readonly<Record<string, number>> {
  return Object.fromEntries(rows.map(([name, count]) => [String(name), Number(count)]));
}

function conditionsOf(
  { state, riskLevel, publisherIds, expands, search, claim, decidableBy }: QueueFilter,
  now: number,
): readonly (SQL | undefined)[] {
  return [
    eq(submissions.state, state),
    equals(submissions.riskLevel, riskLevel),
    within(submissions.publisherId, publisherIds),
    expands === true ? sql`instr(${submissions.changes}, '"effect":"expands"') > 0` : undefined,
    search === undefined ? undefined : namedLike(containing(search)),
    claim && claimCondition(claim, now),
    ...(decidableBy === undefined ? [] : decidable(decidableBy)),
  ];
}

/** Names are looked for once, before the queue is walked. */
function namedLike(pattern: string): SQL {
  return sql`(${submissions.softwareId} IN (SELECT id FROM software WHERE name LIKE ${pattern})
    OR ${submissions.publisherId} IN (SELECT id FROM publishers WHERE name LIKE ${pattern}))`;
}

function claimCondition(claim: NonNullable<QueueFilter['claim']>, now: number): SQL {
  const good = sql`SELECT submission_id FROM review_claims WHERE expires_at > ${now}`;
  switch (claim.is) {
    case 'mine':
      return sql`${submissions.id} IN (${good} AND person_id = ${claim.personId})`;
    case 'available':
      return sql`${submissions.id} NOT IN (${good} AND person_id <> ${claim.personId})`;
    case 'unclaimed':
      return sql`${submissions.id} NOT IN (${good})`;
  }
}

function decidable({ personId, publisherIds }: NonNullable<QueueFilter['decidableBy']>): readonly SQL[] {
  return [
    sql`${submissions.publisherId} NOT IN (SELECT value FROM json_each(${JSON.stringify(publisherIds)}))`,
    sql`${submissions.submittedBy} <> ${personId}`,
    sql`NOT EXISTS (SELECT 1 FROM decisions WHERE submission_id = ${submissions.id} AND decided_by = ${personId})`,
  ];
}

function restOfScore({ riskScore, id }: QueuePlace): SQL | undefined {
  return and(eq(submissions.riskScore, riskScore), gt(submissions.id, id));
}

type JoinedRow = Omit<QueueRow, 'claim'> & {
  readonly claim: {
    readonly personId: string | null;
    readonly personName: string | null;
    readonly expiresAt: number | null;
  } | null;
};

function rowOf({ claim, ...row }: JoinedRow): QueueRow {
  const { personId = null, personName = null, expiresAt = null } = claim ?? {};
  return {
    ...row,
    claim:
      personId === null || personName === null || expiresAt === null
        ? null
        : { personId, personName, expiresAt },
  };
}
