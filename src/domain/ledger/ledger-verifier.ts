import { encodeBase64url } from '../base64url.ts';
import { parseCheckpointBody, verifyNote } from './checkpoint.ts';
import type { Checkpoint, StoredEntry } from './entry.ts';
import { CompactRange, equalHashes } from './merkle.ts';
import { NOTE_SIGNATURE_TYPE, parseNote } from './note.ts';

/** What does not hold first, in ledger order. */
export type LedgerFault =
  | { readonly what: 'entry'; readonly seq: number; readonly detail: string }
  | { readonly what: 'checkpoint'; readonly size: number; readonly detail: string };

export type LedgerVerified = {
  readonly entries: number;
  readonly checkpoints: number;
  /** Entries after the last checkpoint, which nothing vouches for yet. */
  readonly unsealed: number;
  /** base64url root over all entries. */
  readonly rootHash: string;
};

/** Whom a verifier believes. */
export type LedgerTrust = {
  /** The checkpoint key, Ed25519, 32 octets, from where the verifier trusts it. */
  readonly publicKey: Uint8Array;
  /** The ledger's origin; after a restore `<origin>/<n>` (RFC 6962 says nothing of names, C2SP does). */
  readonly origin: string;
};

const ROOT_DIFFERS = 'the root recomputed from the entries is not the one that was signed';

/**
 * Recomputes a ledger step by step: every leaf, and at every checkpoint the root, its signatures and its place in
 * the chain. Holds constant memory, and can stop and go on between any two steps. After a fault it is of no more use.
 */
export class LedgerVerifier {
  readonly #trust: LedgerTrust;
  readonly #range = emptyRange();
  readonly #encoder = new TextEncoder();
  #checkpoints = 0;
  #previousSize = 0;
  #previousTime = 0;

  constructor(trust: LedgerTrust) {
    this.#trust = trust;
  }

  /** How many entries were taken in. */
  get size(): number {
    return this.#range.size;
  }

  /** Size of the last checkpoint that was verified; 0 before the first. */
  get sealedSize(): number {
    return this.#previousSize;
  }

  /** Takes in the next entry. */
  append(entry: StoredEntry): LedgerFault | undefined {
    const expected = this.#range.size + 1;
    if (entry.seq !== expected)
      return { what: 'entry', seq: expected, detail: `missing: the next entry found is ${entry.seq}` };
    this.#range.appendEntry(this.#encoder.encode(entry.text));
    return undefined;
  }

  /** Verifies the checkpoint over exactly the entries taken in so far. */
  async check(checkpoint: Checkpoint): Promise<LedgerFault | undefined> {
    const fault = await this.#faultOf(checkpoint);
    if (fault !== undefined) return this.#located(checkpoint, fault);
    this.#checkpoints += 1;
    this.#previousSize = checkpoint.size;
    this.#previousTime = checkpoint.signedAt;
    return undefined;
  }

  /** The fault when there are no more entries, but a checkpoint that covers more. */
  uncovered(checkpoint: Checkpoint): LedgerFault {
    const { size } = checkpoint;
    return { what: 'checkpoint', size, detail: `covers ${size} entries, but there are ${this.size}` };
  }

  /** What was verified so far. */
  verified(): LedgerVerified {
    return {
      entries: this.size,
      checkpoints: this.#checkpoints,
      unsealed: this.size - this.#previousSize,
      rootHash: encodeBase64url(this.#range.root()),
    };
  }

  // A checkpoint over a single new entry names that entry; one over many can only name the stretch.
  #located({ size }: Checkpoint, fault: string): LedgerFault {
    if (fault !== ROOT_DIFFERS) return { what: 'checkpoint', size, detail: fault };
    if (size - this.#previousSize === 1) return { what: 'entry', seq: size, detail: fault };
    const detail = `${fault}, so one of the entries ${this.#previousSize + 1} to ${size} was changed`;
    return { what: 'checkpoint', size, detail };
  }

  async #faultOf(checkpoint: Checkpoint): Promise<string | undefined> {
    if (checkpoint.previousSize !== this.#previousSize)
      return `names ${checkpoint.previousSize} as its predecessor, which is ${this.#previousSize}`;
    if (checkpoint.signedAt < this.#previousTime) return 'is older than the checkpoint before it';
    const note = parseNote(checkpoint.note);
    if (!note.ok) return `is not a signed note: ${note.error.detail}`;
    const head = parseCheckpointBody(note.value.body);
    if (!head.ok) return `has no readable body: ${head.error.detail}`;
    const { origin, size, root } = head.value;
    if (!isOriginOf(origin, this.#trust.origin)) return `is of another ledger, ${origin}`;
    if (size !== checkpoint.size) return `was signed over ${size} entries`;
    const { publicKey } = this.#trust;
    const verified = await verifyNote(note.value, [
      { name: origin, type: NOTE_SIGNATURE_TYPE.ED25519, publicKey },
      { name: origin, type: NOTE_SIGNATURE_TYPE.COSIGNATURE, publicKey },
    ]);
    if (!verified.ok) return verified.error.detail;
    const times = verified.value.flatMap(({ time }) => (time === undefined ? [] : [time]));
    if (!times.includes(checkpoint.signedAt)) return 'was not signed at the time it says';
    if (verified.value.length < 2) return 'lacks one of its two signatures';
    return equalHashes(root, this.#range.root()) && encodeBase64url(root) === checkpoint.rootHash
      ? undefined
      : ROOT_DIFFERS;
  }
}

function emptyRange(): CompactRange {
  const empty = CompactRange.restore(0, []);
  if (!empty.ok) throw new Error(empty.error.detail);
  return empty.value;
}

function isOriginOf(origin: string, base: string): boolean {
  return (
    origin === base || (origin.startsWith(`${base}/`) && /^[1-9][0-9]*$/.test(origin.slice(base.length + 1)))
  );
}
