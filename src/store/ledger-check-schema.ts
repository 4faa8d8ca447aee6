import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { LedgerFault, LedgerVerified } from '../domain/ledger/ledger-verifier.ts';

/**
 * How the last full check of the ledger came out: one row, working data. It reminds people and proves nothing, since whoever can change the
 * ledger's rows can change this one too.
 */
export const lastLedgerCheck = sqliteTable(
  'last_ledger_check',
  {
    id: integer().primaryKey(),
    state: text({ enum: ['holds', 'fails'] }).notNull(),
    checked: integer().notNull(),
    total: integer().notNull(),
    startedAt: integer('started_at').notNull(),
    finishedAt: integer('finished_at').notNull(),
    startedBy: text('started_by').notNull(),
    fault: text({ mode: 'json' }).$type<LedgerFault>(),
    verified: text({ mode: 'json' }).$type<LedgerVerified>(),
  },
  () => [check('one_last_check', sql`id = 1`)],
);
