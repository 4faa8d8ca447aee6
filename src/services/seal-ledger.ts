import type { Checkpoint } from '../domain/ledger/entry.ts';
import { sealLog } from '../domain/ledger/seal.ts';
import { ledgerOrigin, restoreCount, type Issuer } from './issuer.ts';

/**
 * Seals the issuer's ledger under its checkpoint key.
 *
 * @returns the checkpoint now in force; undefined for an empty ledger
 */
export function sealLedger(issuer: Issuer): Promise<Checkpoint | undefined> {
  return sealLog(issuer.store, async () => ({
    origin: ledgerOrigin(issuer.identifier, await restoreCount(issuer)),
    publicKey: await issuer.custody.checkpointPublicKey(),
    sign: (message) => issuer.custody.signCheckpoint(message),
    now: () => issuer.clock.now(),
  }));
}
