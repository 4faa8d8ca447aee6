import { err, ok, type Result } from '../result.ts';
import { sha256, SHA256_OCTETS, sha256Into } from '../sha256.ts';

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
// Entries up to this length share one scratch buffer.
const SCRATCH_OCTETS = 65_536;
// Levels of a tree whose size is a safe integer.
const MAX_LEVELS = 54;

const leafInput = new Uint8Array(1 + SCRATCH_OCTETS);
leafInput[0] = LEAF_PREFIX;
const nodeInput = new Uint8Array(1 + 2 * SHA256_OCTETS);
nodeInput[0] = NODE_PREFIX;

/** The hash of a leaf, SHA-256(0x00 ‖ entry) (RFC 6962 §2.1, RFC 9162 §2.1.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const hash = new Uint8Array(SHA256_OCTETS);
  leafHashInto(entry, hash, 0);
  return hash;
}

/** The hash of an inner node, SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1, RFC 9162 §2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const hash = new Uint8Array(SHA256_OCTETS);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + SHA256_OCTETS);
  sha256Into(nodeInput, hash, 0);
  return hash;
}

/** The root of a tree without leaves, SHA-256 of nothing (RFC 6962 §2.1). */
export function emptyRoot(): Uint8Array {
  return sha256();
}

/** Whether a hash has the length of a SHA-256 digest. */
export function isHash(hash: Uint8Array): boolean {
  return hash.length === SHA256_OCTETS;
}

/** Whether two hashes are the same 32 octets. Hashes are public: no constant time is needed. */
export function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  return isHash(a) && isHash(b) && a.every((octet, i) => octet === b[i]);
}

/** Hashes that do not belong to a tree of the named size. */
export type CompactRangeProblem = { readonly code: 'not_a_compact_range'; readonly detail: string };

/**
 * Called with every complete subtree as it comes into being: `level` 0 is a leaf, `index` counts subtrees of that level
 * from the left. `hash` is only lent: copy it to keep it.
 */
export type OnSubtree = (level: number, index: number, hash: Uint8Array) => void;

/**
 * The right edge of a growing Merkle tree: the roots of its complete subtrees, largest first. Takes leaves in order and
 * gives the root at any time, in constant memory and without an allocation per leaf.
 * @see RFC 6962 §2.1
 */
export class CompactRange {
  #size = 0;
  #count = 0;
  // Hash k lies at 1 + 32k; the octet before a pair holds the node prefix while the pair is hashed in place.
  readonly #octets = new Uint8Array(1 + MAX_LEVELS * SHA256_OCTETS);
  readonly #pairs = Array.from({ length: MAX_LEVELS - 1 }, (_, k) =>
    this.#octets.subarray(k * SHA256_OCTETS, 1 + (k + 2) * SHA256_OCTETS),
  );

  /** A range that goes on from `hashes()` of a tree of `size` leaves. Code `not_a_compact_range`. */
  static restore(size: number, hashes: readonly Uint8Array[]): Result<CompactRange, CompactRangeProblem> {
    if (!Number.isSafeInteger(size) || size < 0) return refuse(`${size} is no tree size`);
    if (hashes.length !== onesIn(size)) {
      return refuse(`${size} leaves make ${onesIn(size)} complete subtrees, not ${hashes.length}`);
    }
    if (!hashes.every((hash) => isHash(hash))) return refuse('a hash is not 32 octets');
    const range = new CompactRange();
    for (const [k, hash] of hashes.entries()) range.#octets.set(hash, 1 + k * SHA256_OCTETS);
    range.#size = size;
    range.#count = hashes.length;
    return ok(range);
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Hashes `entry` as the next leaf and appends it. */
  appendEntry(entry: Uint8Array, onSubtree?: OnSubtree): void {
    leafHashInto(entry, this.#octets, this.#offset(this.#count));
    this.#merge(onSubtree);
  }

  /** Appends the next leaf by its hash. Throws a RangeError when that is not 32 octets: a caller's bug. */
  append(hash: Uint8Array, onSubtree?: OnSubtree): void {
    if (!isHash(hash)) throw new RangeError('a leaf hash is 32 octets');
    this.#octets.set(hash, this.#offset(this.#count));
    this.#merge(onSubtree);
  }

  /** The roots of the complete subtrees, left to right, largest first: all that `restore` needs besides the size. */
  hashes(): Uint8Array[] {
    return Array.from({ length: this.#count }, (_, k) => this.#view(k).slice());
  }

  /** The root hash of the tree (RFC 6962 §2.1). */
  root(): Uint8Array {
    if (this.#count === 0) return emptyRoot();
    return foldRight(this.hashes());
  }

  #merge(onSubtree: OnSubtree | undefined): void {
    let top = this.#count;
    let index = this.#size;
    let level = 0;
    onSubtree?.(level, index, this.#view(top));
    for (; index % 2 === 1; index = (index - 1) / 2) {
      top--;
      hashPairInPlace(this.#pairs[top], this.#octets, top);
      level++;
      onSubtree?.(level, (index - 1) / 2, this.#view(top));
    }
    this.#count = top + 1;
    this.#size++;
  }

  #offset(k: number): number {
    return 1 + k * SHA256_OCTETS;
  }

  #view(k: number): Uint8Array {
    return this.#octets.subarray(this.#offset(k), this.#offset(k + 1));
  }
}

/** The root over subtree roots given left to right, each but the last larger than all that follow it. */
export function foldRight(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

function leafHashInto(entry: Uint8Array, out: Uint8Array, offset: number): void {
  if (entry.length > SCRATCH_OCTETS) {
    out.set(sha256(Uint8Array.of(LEAF_PREFIX), entry), offset);
    return;
  }
  leafInput.set(entry, 1);
  sha256Into(leafInput.subarray(0, 1 + entry.length), out, offset);
}

// `pair` is the view of `octets` that starts one octet before hash `k` and ends with hash `k + 1`.
function hashPairInPlace(pair: Uint8Array | undefined, octets: Uint8Array, k: number): void {
  if (pair === undefined) throw new RangeError('a tree has at most 2^53 leaves');
  const borrowed = pair[0] ?? 0;
  pair[0] = NODE_PREFIX;
  sha256Into(pair, octets, 1 + k * SHA256_OCTETS);
  pair[0] = borrowed;
}

function onesIn(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

function refuse(detail: string): Result<never, CompactRangeProblem> {
  return err({ code: 'not_a_compact_range', detail });
}
