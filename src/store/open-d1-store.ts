import type { Store } from '../ports.ts';
import { createStore } from './create-store.ts';
import { d1Executor, isAmbiguousD1Error, type D1Database } from './d1-executor.ts';

/** The Store over a D1 binding, whose migrations `wrangler d1 migrations apply` has run. */
export function openD1Store(database: D1Database): Store {
  return createStore(d1Executor(database), { isAmbiguous: isAmbiguousD1Error });
}
