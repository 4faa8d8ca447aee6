import type { LedgerEntry } from '../domain/ledger/entry.ts';
import { err, ok } from '../domain/result.ts';
import type { Change, Store } from '../ports.ts';
import { commitStatements } from './change-statements.ts';
import { conflictOf } from './conflict.ts';
import { readDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { catalogueReads } from './read-catalogue.ts';
import { exchangeReads } from './read-exchange.ts';
import { ledgerReads } from './read-ledger.ts';
import { operatorReads } from './read-operators.ts';
import { peopleReads } from './read-people.ts';
import { queueReads } from './read-queue.ts';
import { reviewReads } from './read-review.ts';
import { signInReads } from './read-sign-in.ts';
import { softwareReads } from './read-software.ts';
import { statementReads } from './read-statements.ts';
import { workingData } from './working-data.ts';

/**
 * The one Store, over whatever runs its statements.
 *
 * @param options.isAmbiguous whether an error leaves it open that the batch happened (D1 over a network)
 */
export function createStore(
  executor: Executor,
  options: { readonly isAmbiguous?: (error: unknown) => boolean } = {},
): Store {
  const database = readDatabase(executor);

  async function commit(
    entries: readonly [LedgerEntry, ...LedgerEntry[]],
    changes: readonly Change[],
    triesLeft = 2,
  ): ReturnType<Store['commit']> {
    try {
      await executor.batch(commitStatements(entries, changes));
      return ok(undefined);
    } catch (error) {
      const conflict = conflictOf(error);
      if (conflict?.code === 'duplicate' && conflict.columns.includes('ledger_entries.id'))
        return ok(undefined);
      if (conflict !== undefined) return err(conflict);
      if (options.isAmbiguous?.(error) !== true || triesLeft === 0) throw error;
      if (await hasEntry(entries[0].id)) return ok(undefined);
      return commit(entries, changes, triesLeft - 1);
    }
  }

  async function hasEntry(id: string): Promise<boolean> {
    const rows = await executor.rows({ sql: 'SELECT 1 FROM ledger_entries WHERE id = ?', params: [id] });
    return rows.length > 0;
  }

  return {
    ...peopleReads(database),
    ...signInReads(database),
    ...reviewReads(database),
    ...queueReads(database, executor),
    ...workingData(database, executor),
    ...softwareReads(database),
    ...catalogueReads(database, executor),
    ...statementReads(database, executor),
    ...ledgerReads(database, executor),
    ...operatorReads(database, executor),
    ...exchangeReads(database, executor),
    commit: (entries, changes) => commit(entries, changes),
    ping: async () => {
      await executor.rows({ sql: 'SELECT 1', params: [] });
    },
  };
}
