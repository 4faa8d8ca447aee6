import { decodeBase64url, encodeBase64url } from '../domain/base64url.ts';
import { checkpointBody, cosignCheckpoint, signCheckpoint } from '../domain/ledger/checkpoint.ts';
import type { Checkpoint } from '../domain/ledger/entry.ts';
import { CompactRange, leafHash } from '../domain/ledger/merkle.ts';
import { encodeNote } from '../domain/ledger/note.ts';
import { growTiles } from './grow-tiles.ts';
import { ledgerOrigin, restoreCount, type Issuer } from './issuer.ts';

/** Entries a checkpoint covers at most at a time, so that sealing needs constant memory. */
const BATCH = 5_000;

/**
 * Takes the entries that no checkpoint covers yet, in `seq` order, extends the tree and stores a signed
 * checkpoint. Idempotent and alone: when two seal at once, the second's checkpoint finds its predecessor
 * already followed, is dropped whole, and the next run goes on from the first's.
 *
 * What if we stop here: before `seal` returns nothing was written, and the next run starts from the same checkpoint; a
 * signature made and not stored was never shown to anybody.
 *
 * @returns the checkpoint now in force; undefined for an empty ledger
 */
export async function sealLedger(issuer: Issuer): Promise<Checkpoint | undefined> {
  for (;;) {
    const previous = await issuer.store.latestCheckpoint();
    const entries = await issuer.store.entriesAfter(previous?.size ?? 0, BATCH);
    if (entries.length === 0) return previous;
    const range = rangeAt(previous);
    const leaves = entries.map((entry, i) => {
      if (entry.seq !== range.size + i + 1) throw new Error(`ledger entry ${range.size + i + 1} is missing`);
      return leafHash(new TextEncoder().encode(entry.text));
    });
    const tiles = await growTiles(issuer.store, range, leaves);
    const sealed = await issuer.store.seal(await checkpointOver(issuer, range, previous), tiles);
    if (!sealed.ok || entries.length < BATCH) return issuer.store.latestCheckpoint();
  }
}

function rangeAt(previous: Checkpoint | undefined): CompactRange {
  const hashes = (previous?.compactRange ?? []).map((text) => {
    const hash = decodeBase64url(text);
    if (!hash.ok) throw new Error(`checkpoint ${previous?.size}: a stored hash is not base64url`);
    return hash.value;
  });
  const range = CompactRange.restore(previous?.size ?? 0, hashes);
  if (!range.ok) throw new Error(`checkpoint ${previous?.size}: ${range.error.detail}`);
  return range.value;
}

async function checkpointOver(
  issuer: Issuer,
  range: CompactRange,
  previous: Checkpoint | undefined,
): Promise<Checkpoint> {
  // A clock that stepped back must not make a later checkpoint look older than an earlier one.
  const signedAt = Math.max(issuer.clock.now(), previous?.signedAt ?? 0);
  const root = range.root();
  const origin = ledgerOrigin(issuer.identifier, await restoreCount(issuer));
  const key = { name: origin, publicKey: await issuer.custody.checkpointPublicKey() };
  const body = checkpointBody({ origin, size: range.size, root });
  const sign = (message: Uint8Array) => issuer.custody.signCheckpoint(message);
  const signatures = [
    await signCheckpoint(body, key, sign),
    await cosignCheckpoint(body, key, signedAt, sign),
  ];
  return {
    size: range.size,
    previousSize: previous?.size ?? 0,
    rootHash: encodeBase64url(root),
    signedAt,
    note: encodeNote(body, signatures),
    compactRange: range.hashes().map((hash) => encodeBase64url(hash)),
  };
}
