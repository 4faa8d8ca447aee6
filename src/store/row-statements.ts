import { getTableColumns, getTableName, type Column, type Table } from 'drizzle-orm';
import type { Statement } from './executor.ts';

type Row = Readonly<Record<string, unknown>>;

/** Makes the INSERT and UPDATE of whole rows of one table; the SQL text is made once. */
export type RowStatements = {
  readonly insert: (row: Row) => Statement;
  /** Writes every column of the row with this primary key. */
  readonly update: (row: Row) => Statement;
};

/** @param primaryKey property name of the column that names a row */
export function rowStatements(table: Table, primaryKey: string): RowStatements {
  const columns = Object.entries(getTableColumns(table));
  const name = getTableName(table);
  const insert =
    `INSERT INTO "${name}" (${columns.map(([, column]) => `"${column.name}"`).join(', ')}) ` +
    `VALUES (${columns.map(() => '?').join(', ')})`;
  const others = columns.filter(([property]) => property !== primaryKey);
  const keyColumn = columns.find(([property]) => property === primaryKey)?.[1].name ?? primaryKey;
  const update =
    `UPDATE "${name}" SET ${others.map(([, column]) => `"${column.name}" = ?`).join(', ')} ` +
    `WHERE "${keyColumn}" = ?`;
  return {
    insert: (row) => ({
      sql: insert,
      params: columns.map(([property, column]) => encode(column, row[property])),
    }),
    update: (row) => ({
      sql: update,
      params: [...others.map(([property, column]) => encode(column, row[property])), row[primaryKey]],
    }),
  };
}

function encode(column: Column, value: unknown): unknown {
  return value === null || value === undefined ? null : column.mapToDriverValue(value);
}
