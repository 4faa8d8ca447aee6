import { and, asc, desc, eq, gte, lte, sql, type SQL } from 'drizzle-orm';
import type { Store } from '../ports.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { equals } from './conditions.ts';
import { checkpoints, ledgerEntries, ledgerTiles } from './schema.ts';
import { sealableLog } from './sealable-log.ts';

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

/** The ledger: entries as they were committed, checkpoints, and the tiles of the tree. */
export function ledgerReads(database: ReadDatabase, executor: Executor): LedgerReads {
  const columns = { seq: ledgerEntries.seq, text: ledgerEntries.text };
  return {
    ...sealableLog(database, executor, { entries: ledgerEntries, checkpoints, tiles: ledgerTiles }),
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
            beforeSeq === undefined ? undefined : olderThan(beforeSeq),
          ),
        )
        // By time and not by seq alone, so that one index answers a filter and bounds of time together.
        .orderBy(desc(ledgerEntries.at), desc(ledgerEntries.seq))
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
  };
}

/** What comes after this entry in an order newest first. */
function olderThan(seq: number): SQL {
  return sql`(${ledgerEntries.at}, ${ledgerEntries.seq}) < (SELECT at, seq FROM ledger_entries WHERE seq = ${seq})`;
}
