import { drizzle, type SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import type { Executor } from './executor.ts';

/** Drizzle over an executor: it writes the SQL and reads the rows, the executor runs them. For reads. */
export type ReadDatabase = SqliteRemoteDatabase;

export function readDatabase(executor: Executor): ReadDatabase {
  return drizzle(async (sql, params) => ({ rows: await executor.rows({ sql, params }) }));
}
