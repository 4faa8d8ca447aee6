import { desc, sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Action, IssuerRole } from '../domain/access.ts';
import type { MetadataChange } from '../domain/client-metadata/difference.ts';
import type { Finding } from '../domain/client-metadata/finding.ts';
import type { ClientMetadata } from '../domain/client-metadata/parse-client-metadata.ts';
import type { IssuerPolicy } from '../domain/policy.ts';
import { KEY_STATES, SIGNING_ALGORITHMS, type PublicJwk } from '../domain/signing-key.ts';
import { PROFILES, STATEMENT_STATES } from '../domain/statement/statement.ts';
import type { DocumentReference } from '../domain/client-identifier.ts';
import { SUBMISSION_STATES, VERDICTS } from '../domain/submission.ts';
import type { Conditions } from '../domain/review/conditions.ts';
import { checkpointTable, tileTable } from './log-tables.ts';

/**
 * The tables, one for each row type of ports.ts and with its property names, so that a row is the domain type.
 * Constraints carry the rules that must hold whatever the code does. Ids are UUIDv7: their order is the order
 * of creation, and pages are read by them.
 */

const list = <T>(name: string) => text(name, { mode: 'json' }).$type<readonly T[]>();

export const policies = sqliteTable('policies', {
  version: integer().primaryKey(),
  policy: text({ mode: 'json' }).$type<IssuerPolicy>().notNull(),
});

export const publishers = sqliteTable(
  'publishers',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    state: text({ enum: ['active', 'suspended', 'revoked'] }).notNull(),
    stateReason: text('state_reason'),
    verifiedDomains: text('verified_domains', { mode: 'json' }).$type<readonly string[]>().notNull(),
    allowedScopes: text('allowed_scopes', { mode: 'json' }).$type<readonly string[]>(),
    createdAt: integer('created_at').notNull(),
    version: integer().notNull(),
  },
  (table) => [
    index('publishers_standing')
      .on(table.state)
      .where(sql`state <> 'active'`),
    check('publisher_state', sql`state IN ('active', 'suspended', 'revoked')`),
  ],
);

export const people = sqliteTable(
  'people',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    email: text(),
    roles: list<IssuerRole>('roles').notNull(),
    state: text({ enum: ['active', 'disabled'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    version: integer().notNull(),
  },
  () => [check('person_state', sql`state IN ('active', 'disabled')`)],
);

export const memberships = sqliteTable(
  'memberships',
  {
    publisherId: text('publisher_id')
      .notNull()
      .references(() => publishers.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.id),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.publisherId, table.personId] }),
    index('memberships_person').on(table.personId),
  ],
);

export const tokens = sqliteTable(
  'tokens',
  {
    id: text().primaryKey(),
    personId: text('person_id')
      .notNull()
      .references(() => people.id),
    label: text().notNull(),
    secretSha256: text('secret_sha256').notNull(),
    scopes: list<Action>('scopes').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAt: integer('expires_at').notNull(),
    revokedAt: integer('revoked_at'),
    version: integer().notNull(),
  },
  (table) => [index('tokens_person').on(table.personId, table.id)],
);

export const software = sqliteTable(
  'software',
  {
    id: text().primaryKey(),
    publisherId: text('publisher_id')
      .notNull()
      .references(() => publishers.id),
    name: text().notNull(),
    state: text({ enum: ['active', 'suspended'] }).notNull(),
    stateReason: text('state_reason'),
    approvedSubmissionId: text('approved_submission_id'),
    createdAt: integer('created_at').notNull(),
    version: integer().notNull(),
  },
  (table) => [
    index('software_publisher').on(table.publisherId, table.id),
    index('software_suspended')
      .on(table.state)
      .where(sql`state = 'suspended'`),
    check('software_state', sql`state IN ('active', 'suspended')`),
  ],
);

export const submissions = sqliteTable(
  'submissions',
  {
    id: text().primaryKey(),
    softwareId: text('software_id')
      .notNull()
      .references(() => software.id),
    publisherId: text('publisher_id').notNull(),
    softwareVersion: text('software_version').notNull(),
    metadata: text({ mode: 'json' }).$type<ClientMetadata>().notNull(),
    metadataSha256: text('metadata_sha256').notNull(),
    document: text({ mode: 'json' }).$type<DocumentReference>(),
    findings: list<Finding>('findings').notNull(),
    comparedWith: text('compared_with'),
    changes: list<MetadataChange>('changes').notNull(),
    riskLevel: text('risk_level', { enum: ['low', 'medium', 'high'] }).notNull(),
    riskScore: integer('risk_score').notNull(),
    note: text(),
    state: text({ enum: SUBMISSION_STATES }).notNull(),
    requiredApprovals: integer('required_approvals').notNull(),
    conditions: text({ mode: 'json' }).$type<Conditions>(),
    submittedBy: text('submitted_by').notNull(),
    submittedAt: integer('submitted_at').notNull(),
    closedAt: integer('closed_at'),
    version: integer().notNull(),
  },
  (table) => [
    uniqueIndex('one_software_version')
      .on(table.softwareId, table.softwareVersion)
      .where(sql`state NOT IN ('rejected', 'withdrawn')`),
    uniqueIndex('one_open_submission')
      .on(table.softwareId)
      .where(sql`state IN ('submitted', 'changes_requested')`),
    index('submissions_software').on(table.softwareId, table.id),
    index('submissions_publisher').on(table.publisherId, table.id),
    // The review queue is filtered in these two indexes, and only what is shown is read from the table (read-queue.ts).
    index('submissions_state').on(
      table.state,
      table.id,
      table.publisherId,
      table.softwareId,
      table.riskLevel,
    ),
    index('submissions_attention').on(
      table.state,
      desc(table.riskScore),
      table.id,
      table.publisherId,
      table.softwareId,
      table.riskLevel,
    ),
    index('submissions_outcomes').on(table.publisherId, table.state),
    // The catalogue is read and searched in this index alone (read-catalogue.ts).
    index('submissions_approved')
      .on(table.id, table.softwareId, table.publisherId, sql`lower(metadata ->> 'client_name')`)
      .where(sql`state = 'approved'`),
    check(
      'submission_state',
      sql`state IN ('submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn', 'superseded')`,
    ),
  ],
);

export const decisions = sqliteTable(
  'decisions',
  {
    id: text().primaryKey(),
    submissionId: text('submission_id')
      .notNull()
      .references(() => submissions.id),
    verdict: text({ enum: VERDICTS }).notNull(),
    reason: text().notNull(),
    conditions: text({ mode: 'json' }).$type<Conditions>(),
    decidedBy: text('decided_by').notNull(),
    decidedAt: integer('decided_at').notNull(),
  },
  (table) => [uniqueIndex('one_decision_a_reviewer').on(table.submissionId, table.decidedBy)],
);

export const statusLists = sqliteTable(
  'status_lists',
  {
    id: text().primaryKey(),
    bits: integer().$type<2>().notNull(),
    size: integer().notNull(),
    allocated: integer().notNull(),
    state: text({ enum: ['open', 'closed'] }).notNull(),
    unallocatedStatus: integer('unallocated_status').$type<0 | 1>().notNull(),
    createdAt: integer('created_at').notNull(),
    revision: integer().notNull(),
  },
  () => [check('status_list_bits', sql`bits = 2`), check('status_list_fill', sql`allocated <= size`)],
);

export const statements = sqliteTable(
  'statements',
  {
    jti: text().primaryKey(),
    softwareId: text('software_id')
      .notNull()
      .references(() => software.id),
    publisherId: text('publisher_id').notNull(),
    submissionId: text('submission_id').notNull(),
    softwareVersion: text('software_version').notNull(),
    kid: text().notNull(),
    alg: text({ enum: SIGNING_ALGORITHMS }).notNull(),
    profile: text({ enum: PROFILES }).notNull(),
    audience: list<string>('audience'),
    issuedAt: integer('issued_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    listId: text('list_id')
      .notNull()
      .references(() => statusLists.id),
    idx: integer().notNull(),
    state: text({ enum: STATEMENT_STATES }).notNull(),
    stateReason: text('state_reason'),
    stateAt: integer('state_at'),
    jwt: text().notNull(),
    sha256: text().notNull(),
    issuedBy: text('issued_by').notNull(),
    renewedFrom: text('renewed_from'),
    version: integer().notNull(),
  },
  (table) => [
    uniqueIndex('one_statement_a_place').on(table.listId, table.idx),
    index('statements_software').on(table.softwareId, table.jti, table.state, table.expiresAt),
    index('statements_publisher').on(table.publisherId, table.jti, table.state, table.expiresAt),
    index('statements_revoked')
      .on(table.publisherId)
      .where(sql`state = 'revoked'`),
    index('statements_kid').on(table.kid, table.expiresAt, table.state),
    index('statements_audience')
      .on(table.kid, table.audience, table.expiresAt)
      .where(sql`state <> 'revoked' AND audience IS NOT NULL`),
    index('statements_live')
      .on(table.expiresAt)
      .where(sql`state <> 'revoked'`),
    index('statements_renewed')
      .on(table.renewedFrom)
      .where(sql`renewed_from IS NOT NULL`),
    index('statements_not_valid')
      .on(table.listId, table.state, table.idx)
      .where(sql`state <> 'valid'`),
    check('statement_state', sql`state IN ('valid', 'suspended', 'revoked')`),
  ],
);

export const publishedStatusLists = sqliteTable('published_status_lists', {
  listId: text('list_id').primaryKey(),
  revision: integer().notNull(),
  kid: text().notNull(),
  jwt: text().notNull(),
  issuedAt: integer('issued_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
});

export const signingKeys = sqliteTable(
  'signing_keys',
  {
    kid: text().primaryKey(),
    alg: text({ enum: SIGNING_ALGORITHMS }).notNull(),
    publicJwk: text('public_jwk', { mode: 'json' }).$type<PublicJwk>().notNull(),
    state: text({ enum: KEY_STATES }).notNull(),
    stateReason: text('state_reason'),
    createdAt: integer('created_at').notNull(),
    activatedAt: integer('activated_at'),
    retiringAt: integer('retiring_at'),
    endedAt: integer('ended_at'),
    version: integer().notNull(),
  },
  (table) => [
    uniqueIndex('one_active_key')
      .on(table.state)
      .where(sql`state = 'active'`),
    check('key_state', sql`state IN ('pending', 'active', 'retiring', 'retired', 'revoked')`),
  ],
);

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    personId: text('person_id').notNull(),
    key: text().notNull(),
    requestSha256: text('request_sha256').notNull(),
    subject: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.key] })],
);

/** `seq` is given by the database, without gaps: rows are never deleted and a failed commit leaves none. */
export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    at: integer().notNull(),
    kind: text().notNull(),
    actorId: text('actor_id'),
    publisherId: text('publisher_id'),
    softwareId: text('software_id'),
    subject: text().notNull(),
    text: text().notNull(),
    guarded: integer().notNull(),
  },
  (table) => [
    uniqueIndex('ledger_entry_id').on(table.id),
    index('ledger_kind').on(table.kind, table.at, table.seq),
    index('ledger_actor').on(table.actorId, table.at, table.seq),
    index('ledger_publisher').on(table.publisherId, table.at, table.seq),
    index('ledger_software').on(table.softwareId, table.at, table.seq),
    index('ledger_subject').on(table.subject, table.at, table.seq),
    index('ledger_at').on(table.at, table.seq),
    // What the public catalogue tells of a software (read-catalogue.ts).
    index('ledger_catalogue')
      .on(table.softwareId, table.seq)
      .where(
        sql`kind IN ('submission.decided', 'submission.superseded', 'software.suspended', 'software.reinstated', 'software.revoked')`,
      ),
    check('guards_hold', sql`guarded = 1`),
  ],
);

export const checkpoints = checkpointTable('');
export const ledgerTiles = tileTable('');
