import Database from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';
import { migrateSqlite, type OpenRefusal } from './migrate-sqlite.ts';

/**
 * Opens (and where needed makes or migrates) a database file whose commits survive a power cut.
 *
 * @param path a file, or `:memory:`
 * @param migrations folder below `drizzle`
 */
export function openDatabase(path: string, migrations = ''): Result<Database.Database, OpenRefusal> {
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
  const migrated = migrateSqlite(database, migrations);
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
  return ok(database);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
