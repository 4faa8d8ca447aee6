import Database from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';
import type { Store } from '../ports.ts';
import { createStore } from './create-store.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { sqliteExecutor } from './sqlite-executor.ts';

export type SqliteStore = {
  readonly store: Store;
  /** Copies the live database, consistent at one moment, to a file that must not exist yet. */
  readonly backup: (path: string) => Promise<void>;
  /** What `integrity_check` and `foreign_key_check` find wrong; empty when the file is whole. */
  readonly findDamage: () => readonly string[];
  readonly close: () => void;
};

/** Why a database file cannot be used; `detail` says what to do. */
export type OpenRefusal = {
  readonly code: 'cannot_open' | 'newer_version' | 'not_durable';
  readonly detail: string;
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
  let database: Database.Database;
  try {
    database = new Database(path);
    database.pragma('journal_mode = WAL');
    // In WAL mode this build of SQLite falls back to NORMAL unless FULL is set after the journal mode: a power
    // cut could then lose a statement that was handed out (SQLITE_DEFAULT_WAL_SYNCHRONOUS=1).
    database.pragma('synchronous = FULL');
    database.pragma('fullfsync = ON');
    database.pragma('foreign_keys = ON');
    database.pragma('busy_timeout = 5000');
    database.pragma('trusted_schema = OFF');
    database.pragma('cache_size = -32000');
  } catch (error) {
    return err({ code: 'cannot_open', detail: `cannot open the database ${path}: ${messageOf(error)}` });
  }
  const migrated = migrateSqlite(database);
  if (!migrated.ok) {
    database.close();
    return migrated;
  }
  if (path !== ':memory:' && database.pragma('synchronous', { simple: true }) !== 2) {
    database.close();
    return err({
      code: 'not_durable',
      detail: 'SQLite does not keep synchronous=FULL, so nothing would be durable',
    });
  }
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
