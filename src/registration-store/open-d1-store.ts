import type { RegistrationStore } from '../kit/registration/ports.ts';
import { d1Executor, isAmbiguousD1Error, type D1Database } from '../store/d1-executor.ts';
import { createRegistrationStore } from './create-store.ts';

/** The registration store over a D1 binding, whose migrations (`drizzle/registration`) `wrangler d1 migrations apply` has run. */
export function openD1RegistrationStore(database: D1Database): RegistrationStore {
  return createRegistrationStore(d1Executor(database), { isAmbiguous: isAmbiguousD1Error });
}
