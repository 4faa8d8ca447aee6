import type { Executor, Statement } from './executor.ts';

/** The part of Cloudflare's D1 binding that is used. */
export type D1Database = {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<unknown>;
};

type D1Statement = {
  bind(...values: unknown[]): D1Statement;
  raw(): Promise<unknown[][]>;
};

/** Runs statements on D1, whose `batch()` is one transaction: all or nothing. */
export function d1Executor(database: D1Database): Executor {
  const bound = ({ sql, params }: Statement) => {
    const statement = database.prepare(sql);
    return params.length === 0 ? statement : statement.bind(...params);
  };
  return {
    rows: (statement) => bound(statement).raw(),
    batch: async (statements) => {
      await database.batch(statements.map((statement) => bound(statement)));
    },
  };
}

const AMBIGUOUS =
  /Network connection lost|storage caused object to be reset|code was updated|internal error/i;

/** Errors after which nobody knows whether the batch happened: the answer was lost, not the write. */
export function isAmbiguousD1Error(error: unknown): boolean {
  return error instanceof Error && AMBIGUOUS.test(error.message);
}
