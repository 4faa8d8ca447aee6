import { decodeBase64url, encodeBase64url } from '../domain/base64url.ts';
import { signCheckpoint } from '../domain/ledger/sign-checkpoint.ts';
import type { Checkpoint } from '../domain/ledger/entry.ts';
import { CompactRange, leafHash } from '../domain/ledger/merkle.ts';
import type { LedgerTile } from '../ports.ts';
import { ledgerOrigin, type Issuer } from './issuer.ts';
import { TileGrower } from './tile-grower.ts';

/** Entries read at a time, so that sealing needs constant memory and lets others run in between. */
const BATCH = 2_000;

/**
 * Takes the entries that no checkpoint covers yet, in `seq` order, extends the tree and stores a signed
 * checkpoint. Idempotent and alone: when two seal at once, the second's checkpoint finds its predecessor
 * already followed, is dropped whole, and the next run goes on from the first's.
 *
 * What if we stop here: before `seal` returns nothing was written, and the next run starts from the same checkpoint; a
 * signature made and not stored was never shown to anybody, and would cover the same entries anyway, since
 * entries never change.
 *
 * @returns the checkpoint now in force; undefined for an empty ledger
 */
export async function sealLedger(issuer: Issuer): Promise<Checkpoint | undefined> {
  const previous = await issuer.store.latestCheckpoint();
  const range = CompactRange.restore(
    previous?.size ?? 0,
    (previous?.compactRange ?? []).map((hash) => decodeBase64url(hash)),
  );
  const grower = new TileGrower(range.size, (level, index) => issuer.store.tile(level, index));
  for (;;) {
    const entries = await issuer.store.entriesAfter(range.size, BATCH);
    for (const entry of entries) {
      if (entry.seq !== range.size + 1) throw new Error(`ledger entry ${range.size + 1} is missing`);
      const leaf = leafHash(new TextEncoder().encode(entry.text));
      range.append(leaf);
      await grower.append(leaf);
    }
    if (entries.length < BATCH) break;
  }
  if (range.size === (previous?.size ?? 0)) return previous;
  // A clock that stepped back must not make a later checkpoint look older than an earlier one.
  const signedAt = Math.max(issuer.clock.now(), previous?.signedAt ?? 0);
  const root = range.root();
  const checkpoint: Checkpoint = {
    size: range.size,
    previousSize: previous?.size ?? 0,
    rootHash: encodeBase64url(root),
    signedAt,
    note: await signCheckpoint(
      issuer.custody,
      ledgerOrigin(issuer.identifier),
      { size: range.size, root },
      signedAt,
    ),
    compactRange: range.hashes().map((hash) => encodeBase64url(hash)),
  };
  const tiles: readonly LedgerTile[] = grower.changed();
  const sealed = await issuer.store.seal(checkpoint, tiles);
  return sealed.ok ? checkpoint : issuer.store.latestCheckpoint();
}
