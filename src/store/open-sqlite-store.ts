import { ok, type Result } from '../domain/result.ts';
import type { Store } from '../ports.ts';
import { createStore } from './create-store.ts';
import type { OpenRefusal } from './migrate-sqlite.ts';
import { openDatabase } from './open-database.ts';
import { sqliteExecutor } from './sqlite-executor.ts';

export type SqliteStore = {
  readonly store: Store;
  /** Copies the live database, consistent at one moment, to a file that must not exist yet. */
  readonly backup: (path: string) => Promise<void>;
  /** What `integrity_check` and `foreign_key_check` find wrong; empty when the file is whole. */
  readonly findDamage: () => readonly string[];
  readonly close: () => void;
};

/**
 * Opens (and where needed makes or migrates) the database.
 *
 * @param path a file, or `:memory:`
 * @param options.groupCommit false for one transaction per commit
 */
export function openSqliteStore(
  path: string,
  options: { readonly groupCommit?: boolean } = {},
): Result<SqliteStore, OpenRefusal> {
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  return ok({
    store: createStore(sqliteExecutor(database, options.groupCommit)),
    backup: async (target) => {
      await database.backup(target);
    },
    findDamage: () => {
      const broken = database.prepare<[], { integrity_check: string }>('PRAGMA integrity_check').all();
      const dangling = database.prepare<[], { table: string }>('PRAGMA foreign_key_check').all();
      return [
        ...broken.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
        ...dangling.map((row) => `a row of ${row.table} refers to one that does not exist`),
      ];
    },
    close: () => database.close(),
  });
}
