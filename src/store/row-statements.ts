import { getTableColumns, getTableName, type Column, type Table } from 'drizzle-orm';
import type { Statement } from './executor.ts';

type Row = Readonly<Record<string, unknown>>;

/** Makes the INSERT and UPDATE of whole rows of one table; the SQL text is made once. */
export type RowStatements = {
  readonly insert: (row: Row) => Statement;
  /** Writes every column of the row with this primary key. */
  readonly update: (row: Row) => Statement;
};

/** @param primaryKey property names of the columns that name a row */
export function rowStatements(table: Table, primaryKey: readonly string[]): RowStatements {
  const columns = Object.entries(getTableColumns(table));
  const name = getTableName(table);
  const insert =
    `INSERT INTO "${name}" (${columns.map(([, column]) => `"${column.name}"`).join(', ')}) ` +
    `VALUES (${columns.map(() => '?').join(', ')})`;
  const others = columns.filter(([property]) => !primaryKey.includes(property));
  const keys = columns.filter(([property]) => primaryKey.includes(property));
  const update =
    `UPDATE "${name}" SET ${others.map(([, column]) => `"${column.name}" = ?`).join(', ')} ` +
    `WHERE ${keys.map(([, column]) => `"${column.name}" = ?`).join(' AND ')}`;
  return {
    insert: (row) => ({
      sql: insert,
      params: columns.map(([property, column]) => encode(column, row[property])),
    }),
    update: (row) => ({
      sql: update,
      params: [...others, ...keys].map(([property, column]) => encode(column, row[property])),
    }),
  };
}

function encode(column: Column, value: unknown): unknown {
  return value === null || value === undefined ? null : column.mapToDriverValue(value);
}
