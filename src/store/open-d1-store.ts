import type { Store } from '../ports.ts';
import { createStore } from './create-store.ts';
import { d1Executor, type D1Database } from './d1-executor.ts';

/** Errors after which nobody knows whether the batch happened: the answer was lost, not the write. */
const AMBIGUOUS =
  /Network connection lost|storage caused object to be reset|code was updated|internal error/i;

/** The Store over a D1 binding, whose migrations `wrangler d1 migrations apply` has run. */
export function openD1Store(database: D1Database): Store {
  return createStore(d1Executor(database), {
    isAmbiguous: (error) => error instanceof Error && AMBIGUOUS.test(error.message),
  });
}
