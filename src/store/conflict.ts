import type { Conflict } from '../ports.ts';

/**
 * What a failed batch means, from the text that SQLite and D1 share; undefined when it is no foreseeable loss.
 *
 * `CHECK constraint failed: guards_hold` says that a guard did not hold, `UNIQUE constraint failed: t.a, t.b`
 * (or `index 'name'` for a partial index) that a value is taken.
 */
export function conflictOf(error: unknown): Conflict | undefined {
  const message = error instanceof Error ? `${error.message} ${causeOf(error)}` : '';
  if (message.includes('CHECK constraint failed: guards_hold')) return { code: 'stale' };
  const [, columns] = /UNIQUE constraint failed: ([\w.', ]+?)(?::|$| {2}|\s*$)/m.exec(message) ?? [];
  if (columns === undefined) return undefined;
  return { code: 'duplicate', columns: columns.split(',').map((column) => column.trim()) };
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : '';
}
