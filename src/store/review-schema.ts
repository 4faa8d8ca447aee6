import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { DOMAIN_METHODS, DOMAIN_STATES } from '../domain/domain-claim.ts';
import { EVIDENCE_OUTCOMES, type EvidenceMember } from '../domain/review/evidence.ts';
import { people, publishers, software, submissions } from './schema.ts';

/** What surrounds a submission: domains, evidence, what people say, and what they are in the middle of. */

export const domainClaims = sqliteTable(
  'domain_claims',
  {
    id: text().primaryKey(),
    publisherId: text('publisher_id')
      .notNull()
      .references(() => publishers.id),
    domain: text().notNull(),
    challenge: text().notNull(),
    state: text({ enum: DOMAIN_STATES }).notNull(),
    method: text({ enum: DOMAIN_METHODS }),
    detail: text(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    checkedAt: integer('checked_at'),
    verifiedAt: integer('verified_at'),
    failingSince: integer('failing_since'),
    nextCheckAt: integer('next_check_at').notNull(),
    version: integer().notNull(),
  },
  (table) => [
    uniqueIndex('one_claim_a_domain').on(table.publisherId, table.domain),
    index('domain_claims_due').on(table.nextCheckAt),
    index('domain_claims_failing')
      .on(table.failingSince)
      .where(sql`failing_since IS NOT NULL`),
    check('domain_claim_state', sql`state IN ('pending', 'verified', 'lost')`),
  ],
);

export const evidence = sqliteTable(
  'evidence',
  {
    id: text().primaryKey(),
    submissionId: text('submission_id')
      .notNull()
      .references(() => submissions.id),
    member: text().$type<EvidenceMember>().notNull(),
    url: text().notNull(),
    outcome: text({ enum: EVIDENCE_OUTCOMES }).notNull(),
    detail: text().notNull(),
    checkedAt: integer('checked_at'),
    version: integer().notNull(),
  },
  (table) => [
    uniqueIndex('one_evidence_a_member').on(table.submissionId, table.member),
    index('evidence_pending')
      .on(table.id)
      .where(sql`outcome = 'pending'`),
    index('evidence_failed')
      .on(table.checkedAt)
      .where(sql`outcome = 'fails'`),
  ],
);

export const comments = sqliteTable(
  'comments',
  {
    id: text().primaryKey(),
    submissionId: text('submission_id')
      .notNull()
      .references(() => submissions.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.id),
    text: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [index('comments_submission').on(table.submissionId, table.id)],
);

export const drafts = sqliteTable('drafts', {
  softwareId: text('software_id')
    .primaryKey()
    .references(() => software.id),
  softwareVersion: text('software_version').notNull(),
  metadataText: text('metadata_text').notNull(),
  note: text().notNull(),
  updatedBy: text('updated_by').notNull(),
  updatedAt: integer('updated_at').notNull(),
  version: integer().notNull(),
});

export const reviewClaims = sqliteTable('review_claims', {
  submissionId: text('submission_id')
    .primaryKey()
    .references(() => submissions.id),
  personId: text('person_id')
    .notNull()
    .references(() => people.id),
  claimedAt: integer('claimed_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
});
