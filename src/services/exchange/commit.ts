import type { LedgerEntry } from '../../domain/ledger/entry.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Change } from '../../ports.ts';
import type { Issuer } from '../issuer.ts';
import { no } from './token-refusals.ts';

/** What the token endpoint wants to be true. With `refusal` it is a no that is written down, such as a denial that uses up a token. */
export type TokenPlan<T> = {
  readonly entries: readonly [LedgerEntry, ...LedgerEntry[]];
  readonly changes: readonly Change[];
} & ({ readonly value: T } | { readonly refusal: TokenRefusal });

const ATTEMPTS = 10;

/** Reads, decides and commits like `decideAndCommit`, for answers that are token errors. */
export async function commitOrRefuse<T>(
  issuer: Issuer,
  prepare: () => Promise<Result<TokenPlan<T>, TokenRefusal>>,
): Promise<Result<T, TokenRefusal>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const prepared = await prepare();
    if (!prepared.ok) return prepared;
    const plan = prepared.value;
    const committed = await issuer.store.commit(plan.entries, plan.changes);
    if (!committed.ok) continue;
    return 'value' in plan ? ok(plan.value) : { ok: false, error: plan.refusal };
  }
  return no('temporarily_unavailable', 'Others were faster every time. Ask again.', 1);
}
