/** One SQL statement with its bound values, ready to run. */
export type Statement = { readonly sql: string; readonly params: readonly unknown[] };

/**
 * What the two databases have in common: rows of a query, and a list of statements that happens as a whole or
 * not at all. `batch` resolves when the writes are durable, and throws the database's own error otherwise.
 */
export type Executor = {
  rows(statement: Statement): Promise<unknown[][]>;
  batch(statements: readonly Statement[]): Promise<void>;
};
