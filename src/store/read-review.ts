import { and, asc, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { Store } from '../ports.ts';
import type { ReadDatabase } from './database.ts';
import { comments, domainClaims, evidence } from './review-schema.ts';

type ReviewReads = Pick<
  Store,
  'domainClaim' | 'domainClaims' | 'domainClaimsDue' | 'comments' | 'evidence' | 'pendingEvidence'
>;

/** Reads of what surrounds a submission. */
export function reviewReads(database: ReadDatabase): ReviewReads {
  return {
    domainClaim: async (id) => (await database.select().from(domainClaims).where(eq(domainClaims.id, id)))[0],
    domainClaims: (publisherId) =>
      database
        .select()
        .from(domainClaims)
        .where(eq(domainClaims.publisherId, publisherId))
        .orderBy(asc(domainClaims.domain)),
    domainClaimsDue: (now, limit) =>
      database
        .select()
        .from(domainClaims)
        .where(lte(domainClaims.nextCheckAt, now))
        .orderBy(asc(domainClaims.nextCheckAt))
        .limit(limit),
    comments: (submissionId) =>
      database
        .select()
        .from(comments)
        .where(eq(comments.submissionId, submissionId))
        .orderBy(asc(comments.id)),
    evidence: (submissionId) =>
      database
        .select()
        .from(evidence)
        .where(eq(evidence.submissionId, submissionId))
        .orderBy(asc(evidence.id)),
    pendingEvidence: (triedBefore, limit) =>
      database
        .select()
        .from(evidence)
        // A literal, so that the partial index serves it.
        .where(
          and(
            sql`${evidence.outcome} = 'pending'`,
            or(isNull(evidence.checkedAt), lte(evidence.checkedAt, triedBefore)),
          ),
        )
        // What was never tried comes before what is tried again.
        .orderBy(sql`${evidence.checkedAt} IS NOT NULL`, asc(evidence.id))
        .limit(limit),
  };
}
