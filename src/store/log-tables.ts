import { sql } from 'drizzle-orm';
import {
  blob,
  check,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
  type AnySQLiteColumn,
} from 'drizzle-orm/sqlite-core';

/** What a log's own table of entries has in any case. */
export type EntryColumns = {
  readonly seq: AnySQLiteColumn<{ data: number; notNull: true }>;
  readonly text: AnySQLiteColumn<{ data: string; notNull: true }>;
};

/** @param prefix begins the names of table and constraints; names are shared by a whole database */
export function checkpointTable(prefix: string) {
  return sqliteTable(
    `${prefix}checkpoints`,
    {
      size: integer().primaryKey(),
      previousSize: integer('previous_size').notNull(),
      rootHash: text('root_hash').notNull(),
      signedAt: integer('signed_at').notNull(),
      note: text().notNull(),
      compactRange: text('compact_range', { mode: 'json' }).$type<readonly string[]>().notNull(),
    },
    (table) => [
      uniqueIndex(`${prefix}one_successor_a_checkpoint`).on(table.previousSize),
      check(`${prefix}checkpoint_grows`, sql`size > previous_size`),
    ],
  );
}

export function tileTable(prefix: string) {
  return sqliteTable(
    `${prefix}ledger_tiles`,
    {
      level: integer().notNull(),
      index: integer('tile_index').notNull(),
      hashes: blob({ mode: 'buffer' }).$type<Uint8Array>().notNull(),
    },
    (table) => [primaryKey({ columns: [table.level, table.index] })],
  );
}
