import type { Change } from '../ports.ts';
import { checkDueDomains } from './domains/check.ts';
import { checkPendingEvidence } from './evidence/check.ts';
import { watchDueDocuments } from './documents/watch.ts';
import type { Issuer } from './issuer.ts';
import { retireDueKeys } from './key-life.ts';

type Work = (issuer: Issuer, isOver: () => boolean) => Promise<unknown>;

/** What the issuer does by itself, without anybody asking: each is idempotent, and safe beside others doing the same. */
const WORKS = {
  retire_due_keys: retireDueKeys,
  check_pending_evidence: checkPendingEvidence,
  check_due_domains: checkDueDomains,
  watch_due_documents: watchDueDocuments,
  sweep_spent_tokens: ({ store, clock }) => store.sweepSpentTokens(clock.now()),
} as const satisfies Readonly<Record<string, Work>>;

/**
 * Does all that is due now. One work that fails is logged and keeps none of the others from being done.
 *
 * @param isOver asked between two steps; true ends the work early, and what is left is done the next time
 */
export async function housekeep(issuer: Issuer, isOver: () => boolean = () => false): Promise<void> {
  await Promise.all(
    Object.entries(WORKS).map(async ([work, run]: [string, Work]) => {
      try {
        await run(issuer, isOver);
      } catch (error) {
        issuer.log('error', 'housekeeping.failed', { work, error: String(error) });
      }
    }),
  );
}

/** Whether a commit left something that should not wait for the next round. */
export function givesWork(changes: readonly Change[]): boolean {
  return changes.some((change) => 'insert' in change && change.insert === 'evidence');
}
