import { sql, type AnyColumn, type SQL } from 'drizzle-orm';

/** The page after `after` in an order newest first; no condition for the first page. */
export function before(column: AnyColumn, after: string | undefined): SQL | undefined {
  return after === undefined ? undefined : sql`${column} < ${after}`;
}

/** Equality, or no condition. */
export function equals(column: AnyColumn, value: string | undefined): SQL | undefined {
  return value === undefined ? undefined : sql`${column} = ${value}`;
}

/** A LIKE pattern that finds a text anywhere. LIKE's own wildcards are dropped from what is looked for. */
export function containing(search: string): string {
  return `%${search.replaceAll(/[%_]/g, '')}%`;
}

/** One of these values, or no condition. A single bound parameter however many there are: D1 allows 100 a statement. */
export function within(column: AnyColumn, values: readonly string[] | undefined): SQL | undefined {
  return values === undefined
    ? undefined
    : sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
