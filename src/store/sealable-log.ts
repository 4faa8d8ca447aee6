import { asc, desc, getTableName, gt, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Checkpoint } from '../domain/ledger/entry.ts';
import type { SealableLog } from '../domain/ledger/seal.ts';
import { err, ok } from '../domain/result.ts';
import { conflictOf } from './conflict.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import type { checkpointTable, EntryColumns, tileTable } from './log-tables.ts';
import { rowStatements } from './row-statements.ts';

/** A log in the database: what sealing needs, and what reading it takes besides. */
export type StoredLog = SealableLog & {
  /** How many entries there are. */
  entryCount(): Promise<number>;
  /** Ascending by size, `size > afterSize`. */
  checkpointsAfter(afterSize: number, limit: number): Promise<readonly Checkpoint[]>;
};

/** A log over its three tables. */
export function sealableLog(
  database: ReadDatabase,
  executor: Executor,
  tables: {
    readonly entries: SQLiteTable & EntryColumns;
    readonly checkpoints: ReturnType<typeof checkpointTable>;
    readonly tiles: ReturnType<typeof tileTable>;
  },
): StoredLog {
  const { entries, checkpoints } = tables;
  const tiles = getTableName(tables.tiles);
  const checkpointRow = rowStatements(checkpoints, ['size']);
  const storeTile =
    `INSERT INTO ${tiles} (level, tile_index, hashes) VALUES (?, ?, ?) ` +
    'ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes';
  const following = database
    .select({ seq: entries.seq, text: entries.text })
    .from(entries)
    .where(gt(entries.seq, sql.placeholder('afterSeq')))
    .orderBy(asc(entries.seq))
    .limit(sql.placeholder('limit'))
    .prepare();
  const latest = database.select().from(checkpoints).orderBy(desc(checkpoints.size)).limit(1).prepare();

  return {
    entriesAfter: (afterSeq, limit) => following.all({ afterSeq, limit }),
    // seq has no gaps, so that the last one is the count.
    entryCount: async () =>
      (await database.select({ seq: entries.seq }).from(entries).orderBy(desc(entries.seq)).limit(1))[0]
        ?.seq ?? 0,
    latestCheckpoint: async () => (await latest.all())[0],
    checkpointsAfter: (afterSize, limit) =>
      database
        .select()
        .from(checkpoints)
        .where(gt(checkpoints.size, afterSize))
        .orderBy(asc(checkpoints.size))
        .limit(limit),
    seal: async (checkpoint, grown) => {
      try {
        await executor.batch([
          checkpointRow.insert(checkpoint),
          ...grown.map(({ level, index, hashes }) => ({ sql: storeTile, params: [level, index, hashes] })),
        ]);
        return ok(undefined);
      } catch (error) {
        if (conflictOf(error) === undefined) throw error;
        return err({ code: 'stale' });
      }
    },
    tile: async (level, index) => {
      const rows = await executor.rows({
        sql: `SELECT hashes FROM ${tiles} WHERE level = ? AND tile_index = ?`,
        params: [level, index],
      });
      return octetsOf(rows[0]?.[0]);
    },
  };
}

/** better-sqlite3 gives a Buffer, D1 an ArrayBuffer or an array of numbers. */
function octetsOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return Array.isArray(value) ? Uint8Array.from(value.map(Number)) : undefined;
}
