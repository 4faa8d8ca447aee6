import Database from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';

/**
 * Keeps every other server off a database for as long as this process lives. The lock is an exclusive
 * transaction on a file beside it, which the operating system lets go of when the process dies, however it dies.
 *
 * @param path the database file
 * @returns a function that lets go
 */
export function lockDatabase(
  path: string,
): Result<() => void, { readonly code: 'in_use' | 'cannot_open'; readonly detail: string }> {
  try {
    const lock = new Database(`${path}.lock`, { timeout: 0 });
    try {
      lock.pragma('journal_mode = DELETE');
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return ok(() => lock.close());
  } catch (error) {
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    return busy
      ? err({
          code: 'in_use',
          detail: `another imprimatur serves the database ${path}; stop it first, or set IMPRIMATUR_DATA to another directory`,
        })
      : err({ code: 'cannot_open', detail: `cannot lock the database ${path}: ${String(error)}` });
  }
}
