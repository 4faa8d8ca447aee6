import type Database from 'better-sqlite3';
import type { Executor, Statement } from './executor.ts';

type Waiting = {
  readonly statements: readonly Statement[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Runs statements on better-sqlite3. Commits that are asked for in the same turn of the event loop share one
 * transaction and so one fsync (group commit), each in a savepoint of its own: one that fails undoes itself
 * alone. Nobody is answered before COMMIT returned.
 *
 * @param groupCommit false gives every commit its own transaction, which a benchmark compares with
 */
export function sqliteExecutor(database: Database.Database, groupCommit = true): Executor {
  const prepared = new Map<string, Database.Statement>();
  let queue: Waiting[] = [];

  function prepare(sql: string): Database.Statement {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    if (statement.reader) statement.raw(true);
    if (prepared.size > 2_000) prepared.clear();
    prepared.set(sql, statement);
    return statement;
  }

  function runAll(statements: readonly Statement[]): void {
    for (const { sql, params } of statements) prepare(sql).run(...params);
  }

  function flush(): void {
    const group = queue;
    queue = [];
    const landed: Waiting[] = [];
    try {
      prepare('BEGIN IMMEDIATE').run();
      for (const waiting of group) {
        prepare('SAVEPOINT one').run();
        try {
          runAll(waiting.statements);
          landed.push(waiting);
        } catch (error) {
          if (!database.inTransaction) throw error;
          prepare('ROLLBACK TO one').run();
          waiting.reject(error);
        }
        prepare('RELEASE one').run();
      }
      prepare('COMMIT').run();
    } catch (error) {
      // Disk full, I/O error: the whole group is undone, and everybody who was not refused already is told.
      if (database.inTransaction) prepare('ROLLBACK').run();
      for (const waiting of group) waiting.reject(error);
      return;
    }
    for (const waiting of landed) waiting.resolve();
  }

  return {
    rows: async ({ sql, params }) => {
      const statement = prepare(sql);
      const rows: unknown[] = statement.all(...params);
      return rows.filter((row) => Array.isArray(row));
    },

    batch: (statements) =>
      new Promise((resolve, reject) => {
        queue.push({ statements, resolve, reject });
        if (!groupCommit) flush();
        else if (queue.length === 1) setImmediate(flush);
      }),
  };
}
