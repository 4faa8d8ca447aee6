import { and, asc, desc, eq, gte, lte, sql, type SQL } from 'drizzle-orm';
import type { EntryFilter, Store } from '../ports.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
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
    entries: async (filter, beforeSeq, limit) => {
      const narrowest = await narrowestOf(executor, filter);
      return (
        database
          .select(columns)
          .from(ledgerEntries)
          .where(
            and(
              ...FILTERED.map((name) => {
                const value = filter[name];
                if (value === undefined) return undefined;
                const column = ledgerEntries[name];
                // The unary plus keeps SQLite from walking another index (https://www.sqlite.org/optoverview.html §2).
                return name === narrowest ? sql`${column} = ${value}` : sql`+${column} = ${value}`;
              }),
              filter.from === undefined ? undefined : gte(ledgerEntries.at, filter.from),
              filter.to === undefined ? undefined : lte(ledgerEntries.at, filter.to),
              beforeSeq === undefined ? undefined : olderThan(beforeSeq),
            ),
          )
          // By time and not by seq alone, so that one index answers a filter and bounds of time together.
          .orderBy(desc(ledgerEntries.at), desc(ledgerEntries.seq))
          .limit(limit)
      );
    },
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

/** What entries are filtered by, each with an index of its own that goes on by time; those that few entries share come first. */
const FILTERED = ['subject', 'softwareId', 'publisherId', 'actorId', 'kind'] as const;
type Filtered = (typeof FILTERED)[number];

/** Entries counted at most to see which condition is the narrowest; that many are quickly walked. */
const COUNTED = 5_000;

/**
 * The condition by whose index entries are found: of several, the one that the fewest entries meet within the bounds of
 * time. Somebody who issued a million statements changed the policy twice.
 */
async function narrowestOf(executor: Executor, filter: EntryFilter): Promise<Filtered | undefined> {
  const given = FILTERED.filter((name) => filter[name] !== undefined);
  if (given.length < 2) return given[0];
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = filter;
  const counts = given.map(
    (name) =>
      `(SELECT count(*) FROM (SELECT 1 FROM ledger_entries WHERE ${ledgerEntries[name].name} = ? AND at >= ? AND at <= ? LIMIT ${COUNTED}))`,
  );
  const [row = []] = await executor.rows({
    sql: `SELECT ${counts.join(', ')}`,
    params: given.flatMap((name) => [filter[name], from, to]),
  });
  const fewest = Math.min(...row.map(Number));
  return given.find((_, i) => Number(row[i]) === fewest);
}
