import { createPublisher } from '../../src/services/publishers.ts';
import { ledgerOrigin } from '../../src/services/issuer.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { verifyLedger } from '../../src/domain/ledger/verify-ledger.ts';
import type { Checkpoint, StoredEntry } from '../../src/domain/ledger/entry.ts';
import { testScene, type TestIssuer } from './issuer.ts';

/** Makes a ledger longer. */
export async function grow(test: TestIssuer, entries: number): Promise<void> {
  const draft = { name: 'Publisher', verifiedDomains: [], allowedScopes: null };
  await Promise.all(
    Array.from({ length: entries }, () => createPublisher(test.issuer, test.operator, draft)),
  );
}

/**
 * A ledger under three checkpoints.
 *
 * @param entries how much it grows by last; of more than one tile unless said
 */
export async function sealedLedger(
  test: TestIssuer,
  entries = 300,
): Promise<{ readonly entries: readonly StoredEntry[]; readonly checkpoints: readonly Checkpoint[] }> {
  await sealLedger(test.issuer);
  await testScene(test);
  await sealLedger(test.issuer);
  await grow(test, entries);
  await sealLedger(test.issuer);
  return {
    entries: await test.store.entriesAfter(0, 10_000),
    checkpoints: await test.store.checkpointsAfter(0, 1_000),
  };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Checks entries and checkpoints, the issuer's own or changed ones. */
export async function verify(
  test: TestIssuer,
  entries: readonly StoredEntry[],
  checkpoints: readonly Checkpoint[],
  publicKey?: Uint8Array,
) {
  return verifyLedger({
    entries: each(entries),
    checkpoints: each(checkpoints),
    publicKey: publicKey ?? (await test.custody.checkpointPublicKey()),
    origin: ledgerOrigin(test.issuer.identifier, 0),
  });
}
