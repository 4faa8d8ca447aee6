import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { IssuerRole } from '../domain/access.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Ceremony } from '../domain/sign-in/ceremony.ts';
import { INVITATION_PURPOSES } from '../domain/sign-in/invitation.ts';
import { SIGN_IN_METHODS } from '../domain/sign-in/session.ts';
import { people, publishers } from './schema.ts';

/** How people get in. Rows are the types of `domain/sign-in/`. */

export const passkeys = sqliteTable(
  'passkeys',
  {
    id: text().primaryKey(),
    personId: text('person_id')
      .notNull()
      .references(() => people.id),
    name: text().notNull(),
    publicKey: text('public_key').notNull(),
    counter: integer().notNull(),
    transports: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
    version: integer().notNull(),
  },
  (table) => [index('passkeys_person').on(table.personId, table.createdAt)],
);

export const identities = sqliteTable(
  'identities',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    personId: text('person_id')
      .notNull()
      .references(() => people.id),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index('identities_person').on(table.personId),
  ],
);

export const sessions = sqliteTable(
  'sessions',
  {
    id: text().primaryKey(),
    personId: text('person_id')
      .notNull()
      .references(() => people.id),
    secretSha256: text('secret_sha256').notNull(),
    method: text({ enum: SIGN_IN_METHODS }).notNull(),
    userAgent: text('user_agent'),
    createdAt: integer('created_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    freshUntil: integer('fresh_until').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    version: integer().notNull(),
  },
  (table) => [index('sessions_person').on(table.personId, table.id)],
);

export const invitations = sqliteTable(
  'invitations',
  {
    id: text().primaryKey(),
    secretSha256: text('secret_sha256').notNull(),
    purpose: text({ enum: INVITATION_PURPOSES }).notNull(),
    personId: text('person_id').references(() => people.id),
    name: text().notNull(),
    email: text(),
    roles: text({ mode: 'json' }).$type<readonly IssuerRole[]>().notNull(),
    publisherId: text('publisher_id').references(() => publishers.id),
    createdBy: text('created_by'),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    revokedAt: integer('revoked_at'),
    version: integer().notNull(),
  },
  () => [check('invitation_once', sql`used_at IS NULL OR revoked_at IS NULL`)],
);

export const ceremonies = sqliteTable(
  'ceremonies',
  {
    id: text().primaryKey(),
    kind: text().$type<Ceremony['kind']>().notNull(),
    data: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('ceremonies_expiry').on(table.expiresAt)],
);
