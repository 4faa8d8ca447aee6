import { ok, type Result } from '../domain/result.ts';
import type { RegistrationStore } from '../kit/registration/ports.ts';
import type { OpenRefusal } from '../store/migrate-sqlite.ts';
import { openDatabase } from '../store/open-database.ts';
import { sqliteExecutor } from '../store/sqlite-executor.ts';
import { createRegistrationStore } from './create-store.ts';

export type SqliteRegistrationStore = {
  readonly store: RegistrationStore;
  /** Copies the live database, consistent at one moment, to a file that must not exist yet. */
  readonly backup: (path: string) => Promise<void>;
  readonly close: () => void;
};

/**
 * Opens (and where needed makes or migrates) the database of a registration endpoint. Several processes may share the file.
 *
 * @param path a file, or `:memory:`
 */
export function openSqliteRegistrationStore(path: string): Result<SqliteRegistrationStore, OpenRefusal> {
  const opened = openTogether(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  return ok({
    store: createRegistrationStore(sqliteExecutor(database)),
    backup: async (target) => {
      await database.backup(target);
    },
    close: () => database.close(),
  });
}

/** When several processes open a new file at once, one of them migrates it; the others fail at that and find it done. */
function openTogether(path: string, triesLeft = 3): ReturnType<typeof openDatabase> {
  const opened = openDatabase(path, 'registration');
  if (opened.ok || opened.error.code !== 'cannot_open' || triesLeft === 0) return opened;
  return openTogether(path, triesLeft - 1);
}
