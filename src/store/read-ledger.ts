import { and, asc, desc, eq, gt, gte, lt, lte, sql } from 'drizzle-orm';
import { err, ok } from '../domain/result.ts';
import type { Store } from '../ports.ts';
import { conflictOf } from './conflict.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { equals } from './conditions.ts';
import { rowStatements } from './row-statements.ts';
import { checkpoints, ledgerEntries } from './schema.ts';

type LedgerReads = Pick<
  Store,
  | 'entriesAfter'
  | 'entry'
  | 'entries'
  | 'entryCount'
  | 'latestCheckpoint'
  | 'checkpointsAfter'
  | 'checkpointCovering'
  | 'seal'
  | 'tile'
>;

const CHECKPOINT = rowStatements(checkpoints, 'size');
const STORE_TILE =
  'INSERT INTO ledger_tiles (level, tile_index, hashes) VALUES (?, ?, ?) ' +
  'ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes';

/** The ledger: entries as they were committed, checkpoints, and the tiles of the tree. */
export function ledgerReads(database: ReadDatabase, executor: Executor): LedgerReads {
  const columns = { seq: ledgerEntries.seq, text: ledgerEntries.text };
  const following = database
    .select(columns)
    .from(ledgerEntries)
    .where(gt(ledgerEntries.seq, sql.placeholder('afterSeq')))
    .orderBy(asc(ledgerEntries.seq))
    .limit(sql.placeholder('limit'))
    .prepare();
  const latest = database.select().from(checkpoints).orderBy(desc(checkpoints.size)).limit(1).prepare();

  return {
    entriesAfter: (afterSeq, limit) => following.all({ afterSeq, limit }),
    entry: async (seq) =>
      (await database.select(columns).from(ledgerEntries).where(eq(ledgerEntries.seq, seq)).limit(1))[0],
    entries: (filter, beforeSeq, limit) =>
      database
        .select(columns)
        .from(ledgerEntries)
        .where(
          and(
            equals(ledgerEntries.kind, filter.kind),
            equals(ledgerEntries.actorId, filter.actorId),
            equals(ledgerEntries.softwareId, filter.softwareId),
            equals(ledgerEntries.publisherId, filter.publisherId),
            equals(ledgerEntries.subject, filter.subject),
            filter.from === undefined ? undefined : gte(ledgerEntries.at, filter.from),
            filter.to === undefined ? undefined : lte(ledgerEntries.at, filter.to),
            beforeSeq === undefined ? undefined : lt(ledgerEntries.seq, beforeSeq),
          ),
        )
        .orderBy(desc(ledgerEntries.seq))
        .limit(limit),
    // seq has no gaps, so that the last one is the count.
    entryCount: async () =>
      (
        await database
          .select({ seq: ledgerEntries.seq })
          .from(ledgerEntries)
          .orderBy(desc(ledgerEntries.seq))
          .limit(1)
      )[0]?.seq ?? 0,
    latestCheckpoint: async () => (await latest.all())[0],
    checkpointsAfter: (afterSize, limit) =>
      database
        .select()
        .from(checkpoints)
        .where(gt(checkpoints.size, afterSize))
        .orderBy(asc(checkpoints.size))
        .limit(limit),
    checkpointCovering: async (seq) =>
      (
        await database
          .select()
          .from(checkpoints)
          .where(gte(checkpoints.size, seq))
          .orderBy(asc(checkpoints.size))
          .limit(1)
      )[0],
    seal: async (checkpoint, tiles) => {
      try {
        await executor.batch([
          CHECKPOINT.insert(checkpoint),
          ...tiles.map(({ level, index, hashes }) => ({ sql: STORE_TILE, params: [level, index, hashes] })),
        ]);
        return ok(undefined);
      } catch (error) {
        if (conflictOf(error) === undefined) throw error;
        return err({ code: 'stale' });
      }
    },
    tile: async (level, index) => {
      const rows = await executor.rows({
        sql: 'SELECT hashes FROM ledger_tiles WHERE level = ? AND tile_index = ?',
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
