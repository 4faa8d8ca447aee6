import type { Sealing } from '../../../../src/domain/ledger/seal.ts';
import { verifyLedger } from '../../../../src/domain/ledger/verify-ledger.ts';
import type { Checkpoint, StoredEntry } from '../../../../src/domain/ledger/entry.ts';
import type { RegistrationStore } from '../../../../src/kit/registration/ports.ts';
import { NOW } from './rows.ts';

const ORIGIN = 'as.example/registrations';

const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));

/** Seals with an Ed25519 key of this process, at a time that stands still. */
export async function sealing(): Promise<Sealing> {
  return {
    origin: ORIGIN,
    publicKey,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, new Uint8Array(message))),
    now: () => NOW,
  };
}

/** Verifies the whole log, or what a test made of its entries or checkpoints. */
export async function verifyLog(
  store: RegistrationStore,
  changed: { readonly entries?: readonly StoredEntry[]; readonly checkpoints?: readonly Checkpoint[] } = {},
) {
  return verifyLedger({
    entries: each(changed.entries ?? (await store.entriesAfter(0, 100_000))),
    checkpoints: each(changed.checkpoints ?? (await store.checkpointsAfter(0, 100_000))),
    publicKey,
    origin: ORIGIN,
  });
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
