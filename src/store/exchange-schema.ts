import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { DocumentReference } from '../domain/client-identifier.ts';
import { DEFERRAL_STATES, type Holder } from '../domain/exchange/exchange.ts';
import type { JsonObject } from '../domain/json.ts';
import { PROFILES } from '../domain/statement/statement.ts';
import { publishers, software, submissions } from './schema.ts';

/** What clients and workloads get statements by, without a person at a page: documents, bindings, tokens, deferrals, codes. */

const list = (name: string) => text(name, { mode: 'json' }).$type<readonly string[]>();
const softwareId = () =>
  text('software_id')
    .notNull()
    .references(() => software.id);
const publisherId = () =>
  text('publisher_id')
    .notNull()
    .references(() => publishers.id);

export const metadataDocuments = sqliteTable(
  'metadata_documents',
  {
    digest: text().notNull(),
    url: text().notNull(),
    octets: text().notNull(),
    fetchedAt: integer('fetched_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.digest, table.url] })],
);

export const clientIdentifiers = sqliteTable(
  'client_identifiers',
  {
    url: text().primaryKey(),
    softwareId: softwareId(),
    publisherId: publisherId(),
    boundAt: integer('bound_at').notNull(),
    lastIssuedAt: integer('last_issued_at').notNull(),
    version: integer().notNull(),
  },
  (table) => [index('client_identifiers_software').on(table.softwareId)],
);

export const documentWatches = sqliteTable(
  'document_watches',
  {
    url: text()
      .primaryKey()
      .references(() => clientIdentifiers.url),
    softwareId: softwareId(),
    checkedAt: integer('checked_at'),
    nextCheckAt: integer('next_check_at').notNull(),
    seenDigest: text('seen_digest'),
    driftedSince: integer('drifted_since'),
    problem: text(),
    failure: text(),
    failingSince: integer('failing_since'),
    version: integer().notNull(),
  },
  (table) => [
    index('document_watches_due').on(table.nextCheckAt),
    index('document_watches_software').on(table.softwareId),
    index('document_watches_drifted')
      .on(table.driftedSince)
      .where(sql`drifted_since IS NOT NULL`),
  ],
);

export const workloads = sqliteTable(
  'workloads',
  {
    id: text().primaryKey(),
    softwareId: softwareId(),
    publisherId: publisherId(),
    label: text().notNull(),
    rules: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    mayFile: integer('may_file', { mode: 'boolean' }).notNull(),
    state: text({ enum: ['active', 'ended'] }).notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    version: integer().notNull(),
  },
  (table) => [
    index('workloads_software').on(table.softwareId, table.id),
    check('workload_state', sql`state IN ('active', 'ended')`),
  ],
);

export const initialAccessTokens = sqliteTable(
  'initial_access_tokens',
  {
    id: text().primaryKey(),
    softwareId: softwareId(),
    publisherId: publisherId(),
    label: text().notNull(),
    clientId: text('client_id'),
    audience: list('audience'),
    secretSha256: text('secret_sha256').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    revokedAt: integer('revoked_at'),
    version: integer().notNull(),
  },
  (table) => [index('initial_access_tokens_software').on(table.softwareId, table.id)],
);

export const deferrals = sqliteTable(
  'deferrals',
  {
    id: text().primaryKey(),
    softwareId: softwareId(),
    publisherId: publisherId(),
    submissionId: text('submission_id')
      .notNull()
      .references(() => submissions.id),
    clientId: text('client_id'),
    profile: text({ enum: PROFILES }).notNull(),
    audience: list('audience'),
    document: text({ mode: 'json' }).$type<DocumentReference>(),
    agent: text().notNull(),
    holder: text({ mode: 'json' }).$type<Holder>().notNull(),
    renewedFrom: text('renewed_from'),
    state: text({ enum: DEFERRAL_STATES }).notNull(),
    jti: text(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    polledAt: integer('polled_at'),
    intervalSeconds: integer('interval_seconds').notNull(),
    earlyPolls: integer('early_polls').notNull(),
    version: integer().notNull(),
  },
  (table) => [
    index('deferrals_submission').on(table.submissionId),
    index('deferrals_pending')
      .on(table.softwareId)
      .where(sql`state = 'pending'`),
    check('deferral_state', sql`state IN ('pending', 'issued', 'denied', 'cancelled')`),
  ],
);

export const statementCodes = sqliteTable(
  'statement_codes',
  {
    id: text().primaryKey(),
    clientId: text('client_id').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    codeChallenge: text('code_challenge').notNull(),
    dpopJkt: text('dpop_jkt'),
    document: text({ mode: 'json' }).$type<DocumentReference>().notNull(),
    audience: list('audience'),
    submissionId: text('submission_id'),
    agent: text().notNull(),
    expiresAt: integer('expires_at').notNull(),
    spentAt: integer('spent_at'),
    deferralId: text('deferral_id'),
  },
  (table) => [index('statement_codes_expiry').on(table.expiresAt)],
);

export const spentTokens = sqliteTable(
  'spent_tokens',
  { id: text().notNull(), expiresAt: integer('expires_at').notNull() },
  (table) => [uniqueIndex('one_use_a_token').on(table.id), index('spent_tokens_expiry').on(table.expiresAt)],
);
