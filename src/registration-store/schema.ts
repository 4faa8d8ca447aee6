import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JsonObject } from '../domain/json.ts';
import { AUDIT_KINDS, END_REASONS, type GoverningStatement } from '../kit/registration/ports.ts';
import { checkpointTable, tileTable } from '../store/log-tables.ts';

/**
 * The tables of the registration endpoint, one for each row type of its ports.ts and with its property names. Every name begins with
 * `registration_`, so that a host can keep them in a database of its own tables. Ids are UUIDv7: their order is the order of creation.
 */

export const registrations = sqliteTable(
  'registration_clients',
  {
    clientId: text('client_id').primaryKey(),
    clientClass: text('client_class').notNull(),
    metadata: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    state: text({ enum: ['active', 'ended'] }).notNull(),
    endReason: text('end_reason', { enum: END_REASONS }),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    expiresAt: integer('expires_at'),
    lastUsedAt: integer('last_used_at'),
    secretSha256: text('secret_sha256'),
    secretExpiresAt: integer('secret_expires_at'),
    tokenSha256: text('token_sha256').notNull(),
    previousTokenSha256: text('previous_token_sha256'),
    previousTokenUntil: integer('previous_token_until'),
    governing: text({ mode: 'json' }).$type<GoverningStatement>(),
    initialAccessTokenId: text('initial_access_token_id'),
    version: integer().notNull(),
    // What governs, once more, for the inventory.
    issuer: text(),
    softwareId: text('software_id'),
    statement: text(),
  },
  (table) => [
    index('registration_clients_state').on(table.state, table.clientId),
    index('registration_clients_class').on(table.clientClass, table.clientId),
    index('registration_clients_issuer').on(table.issuer, table.clientId),
    index('registration_clients_software').on(table.issuer, table.softwareId, table.clientId),
    index('registration_clients_software_id').on(table.softwareId, table.clientId),
    index('registration_clients_statement').on(table.statement, table.clientId),
    check('registration_client_state', sql`state IN ('active', 'ended')`),
    check('registration_client_end', sql`(state = 'ended') = (end_reason IS NOT NULL)`),
  ],
);

export const attestedSoftware = sqliteTable(
  'registration_software',
  {
    issuer: text().notNull(),
    softwareId: text('software_id').notNull(),
    floorIssuedAt: integer('floor_issued_at').notNull(),
    newestIssuedAt: integer('newest_issued_at').notNull(),
    newestMetadata: text('newest_metadata', { mode: 'json' }).$type<JsonObject>().notNull(),
    registrations: integer().notNull(),
    version: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.softwareId] }),
    check('registration_software_count', sql`registrations >= 0`),
  ],
);

export const initialAccessTokens = sqliteTable(
  'registration_initial_access_tokens',
  {
    id: text().primaryKey(),
    secretSha256: text('secret_sha256').notNull(),
    clientClass: text('client_class').notNull(),
    subject: text().notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    maxUses: integer('max_uses').notNull(),
    uses: integer().notNull(),
    revokedAt: integer('revoked_at'),
    version: integer().notNull(),
  },
  () => [check('registration_token_uses', sql`uses BETWEEN 0 AND max_uses`)],
);

/** `seq` is given by the database, without gaps: rows are never deleted and a failed commit leaves none. */
export const auditEntries = sqliteTable(
  'registration_audit_entries',
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    at: integer().notNull(),
    kind: text({ enum: AUDIT_KINDS }).notNull(),
    clientId: text('client_id'),
    text: text().notNull(),
    guarded: integer().notNull(),
  },
  (table) => [
    uniqueIndex('registration_audit_entry_id').on(table.id),
    index('registration_audit_client').on(table.clientId, table.seq),
    check('guards_hold', sql`guarded = 1`),
  ],
);

export const auditCheckpoints = checkpointTable('registration_');
export const auditTiles = tileTable('registration_');
