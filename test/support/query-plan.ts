import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../src/ports.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Statement } from '../../src/store/executor.ts';
import { openSqliteStore } from '../../src/store/open-sqlite-store.ts';
import { sqliteExecutor } from '../../src/store/sqlite-executor.ts';
import { expectOk } from './issuer.ts';

/** An empty store that tells how SQLite goes about what it is asked. */
export type PlannedStore = {
  readonly store: Store;
  /** The plan of every query that a call makes, a line for each step. */
  readonly planOf: (call: () => Promise<unknown>) => Promise<readonly string[]>;
  /** Writes what a plan may depend on, past the use cases. */
  readonly run: (sql: string, ...params: readonly unknown[]) => void;
  readonly close: () => void;
};

export function plannedStore(): PlannedStore {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-plan-'));
  const path = join(directory, 'plan.sqlite');
  expectOk(openSqliteStore(path)).close();
  const database = new Database(path);
  const executor = sqliteExecutor(database);
  let run: Statement[] = [];
  const store = createStore({
    ...executor,
    rows: (statement) => {
      run.push(statement);
      return executor.rows(statement);
    },
  });
  return {
    store,
    planOf: async (call) => {
      run = [];
      await call();
      return run.flatMap(({ sql, params }) =>
        database
          .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...params)
          .map(({ detail }) => detail),
      );
    },
    run: (sql, ...params) => void database.prepare(sql).run(...params),
    close: () => {
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
