import { and, asc, desc, eq, getTableColumns, gt, inArray, like, notInArray, sql } from 'drizzle-orm';
import type { Store } from '../ports.ts';
import type { ReadDatabase } from './database.ts';
import { before, containing, equals, within } from './conditions.ts';
import { decisions, publishers, software, submissions } from './schema.ts';

type SoftwareReads = Pick<
  Store,
  | 'software'
  | 'softwareList'
  | 'submission'
  | 'submissions'
  | 'openSubmission'
  | 'openSubmissions'
  | 'submissionOfVersion'
  | 'decisions'
>;

/** Reads of software, what was submitted for it, and what was decided. */
export function softwareReads(database: ReadDatabase): SoftwareReads {
  const standing = database
    .select({ software, publisher: publishers, approved: submissions })
    .from(software)
    .innerJoin(publishers, eq(publishers.id, software.publisherId))
    .leftJoin(submissions, eq(submissions.id, software.approvedSubmissionId))
    .where(eq(software.id, sql.placeholder('id')))
    .prepare();
  const submission = database
    .select()
    .from(submissions)
    .where(eq(submissions.id, sql.placeholder('id')))
    .prepare();
  const open = database
    .select()
    .from(submissions)
    .where(
      and(
        eq(submissions.softwareId, sql.placeholder('softwareId')),
        sql`${submissions.state} IN ('submitted', 'changes_requested')`,
      ),
    )
    .prepare();

  return {
    software: async (id) => {
      const [row] = await standing.all({ id });
      return row && { ...row, approved: row.approved ?? undefined };
    },
    softwareList: ({ publisherIds, search, state }, { after, limit }) =>
      database
        .select()
        .from(software)
        .where(
          and(
            within(software.publisherId, publisherIds),
            search === undefined ? undefined : like(software.name, containing(search)),
            equals(software.state, state),
            before(software.id, after),
          ),
        )
        .orderBy(desc(software.id))
        .limit(limit),
    submission: async (id) => (await submission.all({ id }))[0],
    submissions: ({ softwareId, publisherIds, states, riskLevel }, { after, limit }, order) =>
      database
        .select()
        .from(submissions)
        .where(
          and(
            equals(submissions.softwareId, softwareId),
            within(submissions.publisherId, publisherIds),
            states && inArray(submissions.state, [...states]),
            equals(submissions.riskLevel, riskLevel),
            order === 'newest'
              ? before(submissions.id, after)
              : after === undefined
                ? undefined
                : gt(submissions.id, after),
          ),
        )
        .orderBy(order === 'newest' ? desc(submissions.id) : asc(submissions.id))
        .limit(limit),
    openSubmission: async (softwareId) => (await open.all({ softwareId }))[0],
    // The cross join keeps the order of the tables: by software, not through everything that waits for review.
    openSubmissions: (softwareIds) =>
      database
        .select(getTableColumns(submissions))
        .from(software)
        .crossJoin(submissions)
        .where(
          and(
            within(software.id, softwareIds),
            eq(submissions.softwareId, software.id),
            sql`${submissions.state} IN ('submitted', 'changes_requested')`,
          ),
        ),
    submissionOfVersion: async (softwareId, softwareVersion) =>
      (
        await database
          .select()
          .from(submissions)
          .where(
            and(
              eq(submissions.softwareId, softwareId),
              eq(submissions.softwareVersion, softwareVersion),
              notInArray(submissions.state, ['rejected', 'withdrawn']),
            ),
          )
          .limit(1)
      )[0],
    decisions: (submissionId) =>
      database.select().from(decisions).where(eq(decisions.submissionId, submissionId)).orderBy(decisions.id),
  };
}
