import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { err, ok, type Result } from '../domain/result.ts';

/** Why a database file cannot be used; `detail` says what to do. */
export type OpenRefusal = {
  readonly code: 'cannot_open' | 'newer_version' | 'not_durable';
  readonly detail: string;
};

/** The same SQL files that `wrangler d1 migrations apply` runs; two folders up from here, in `src` and in `dist`. */
const DRIZZLE = fileURLToPath(new URL('../../drizzle', import.meta.url));

/**
 * Brings a database up to this program's version, and refuses one that a newer program has changed.
 *
 * @param folder of the migrations, below `drizzle`
 */
export function migrateSqlite(database: Database.Database, folder = ''): Result<void, OpenRefusal> {
  const migrationsFolder = join(DRIZZLE, folder);
  try {
    const newest = newestApplied(database);
    if (newest !== undefined && newest > newestKnown(migrationsFolder))
      return err({
        code: 'newer_version',
        detail:
          'this database was changed by a newer version of imprimatur; install that version or a later one',
      });
    migrate(drizzle(database), { migrationsFolder });
    return ok(undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({
      code: 'cannot_open',
      detail: `cannot bring the database ${database.name} up to date: ${reason}`,
    });
  }
}

function newestApplied(database: Database.Database): number | undefined {
  const table = database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name = '__drizzle_migrations'`)
    .get();
  if (table === undefined) return undefined;
  const row = database
    .prepare<[], { newest: number | null }>('SELECT max(created_at) AS newest FROM __drizzle_migrations')
    .get();
  return row?.newest ?? undefined;
}

function newestKnown(migrationsFolder: string): number {
  const journal: { entries: readonly { when: number }[] } = JSON.parse(
    readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'),
  );
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}
