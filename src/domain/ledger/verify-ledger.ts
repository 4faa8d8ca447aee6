import { err, ok, type Result } from '../result.ts';
import type { Checkpoint, StoredEntry } from './entry.ts';
import {
  LedgerVerifier,
  type LedgerFault,
  type LedgerTrust,
  type LedgerVerified,
} from './ledger-verifier.ts';

export type { LedgerFault, LedgerVerified } from './ledger-verifier.ts';

/**
 * Recomputes the whole ledger from two streams. Memory stays constant.
 *
 * @param source.entries ascending by `seq` from 1
 * @param source.checkpoints ascending by size
 * @param progress told now and then how many entries were read
 */
export async function verifyLedger(
  source: LedgerTrust & {
    readonly entries: AsyncIterable<StoredEntry>;
    readonly checkpoints: AsyncIterable<Checkpoint>;
  },
  progress?: (entries: number) => void,
): Promise<Result<LedgerVerified, LedgerFault>> {
  const verifier = new LedgerVerifier(source);
  const checkpoints = source.checkpoints[Symbol.asyncIterator]();
  let next = await checkpoints.next();
  for await (const entry of source.entries) {
    const missing = verifier.append(entry);
    if (missing !== undefined) return err(missing);
    if (verifier.size % 10_000 === 0) progress?.(verifier.size);
    while (next.done !== true && next.value.size === verifier.size) {
      const fault = await verifier.check(next.value);
      if (fault !== undefined) return err(fault);
      next = await checkpoints.next();
    }
  }
  return next.done === true ? ok(verifier.verified()) : err(verifier.uncovered(next.value));
}
