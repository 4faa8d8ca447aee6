import { decodeBase64url, encodeBase64url } from '../base64url.ts';
import type { Result } from '../result.ts';
import { checkpointBody, cosignCheckpoint, signCheckpoint, type SignNote } from './checkpoint.ts';
import type { Checkpoint, StoredEntry } from './entry.ts';
import { growTiles, type StoredTiles } from './grow-tiles.ts';
import { CompactRange, leafHash } from './merkle.ts';
import { encodeNote } from './note.ts';
import type { LedgerTile } from './tile.ts';

/** A log that can be sealed: entries in order, checkpoints over them, and the tiles of the tree. */
export type SealableLog = StoredTiles & {
  /** Entries with `seq > afterSeq`, ascending. */
  entriesAfter(afterSeq: number, limit: number): Promise<readonly StoredEntry[]>;
  latestCheckpoint(): Promise<Checkpoint | undefined>;
  /**
   * Stores a checkpoint and the tiles it grew. Only one checkpoint can follow another: a second sealer gets
   * `stale` and nothing is written.
   */
  seal(
    checkpoint: Checkpoint,
    tiles: readonly LedgerTile[],
  ): Promise<Result<void, { readonly code: string }>>;
};

/** Who signs checkpoints, and under which name (c2sp.org/tlog-checkpoint). */
export type Sealing = {
  readonly origin: string;
  /** Ed25519, 32 octets. */
  readonly publicKey: Uint8Array;
  readonly sign: SignNote;
  /** NumericDate, seconds. */
  readonly now: () => number;
};

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
 * @param sealing asked for only when there is something to seal
 * @returns the checkpoint now in force; undefined for an empty log
 */
export async function sealLog(
  log: SealableLog,
  sealing: () => Promise<Sealing>,
): Promise<Checkpoint | undefined> {
  for (;;) {
    const previous = await log.latestCheckpoint();
    const entries = await log.entriesAfter(previous?.size ?? 0, BATCH);
    if (entries.length === 0) return previous;
    const range = rangeAt(previous);
    const leaves = entries.map((entry, i) => {
      if (entry.seq !== range.size + i + 1) throw new Error(`ledger entry ${range.size + i + 1} is missing`);
      return leafHash(new TextEncoder().encode(entry.text));
    });
    const tiles = await growTiles(log, range, leaves);
    const sealed = await log.seal(await checkpointOver(range, previous, await sealing()), tiles);
    if (!sealed.ok || entries.length < BATCH) return log.latestCheckpoint();
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
  range: CompactRange,
  previous: Checkpoint | undefined,
  { origin, publicKey, sign, now }: Sealing,
): Promise<Checkpoint> {
  // A clock that stepped back must not make a later checkpoint look older than an earlier one.
  const signedAt = Math.max(now(), previous?.signedAt ?? 0);
  const root = range.root();
  const key = { name: origin, publicKey };
  const body = checkpointBody({ origin, size: range.size, root });
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
