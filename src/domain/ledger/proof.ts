import { emptyRoot, equalHashes, foldRight, isHash, nodeHash } from './merkle.ts';

/** A complete subtree: `level` 0 is a leaf, `index` counts the subtrees of that level from the left. */
export type Subtree = { readonly level: number; readonly index: number };

/**
 * What a proof is made of: each of its hashes is the root over these complete subtrees, left to right. Known before any
 * hash is read, so that a store can be asked once for all of them.
 */
export type ProofPlan = readonly (readonly Subtree[])[];

/**
 * The plan of the inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1, RFC 9162 §2.1.3.1).
 * Throws a RangeError unless 0 ≤ index < size ≤ 2^53 − 1.
 */
export function inclusionPlan(index: number, size: number): ProofPlan {
  assertSize(size);
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  }
  const plan: Subtree[][] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      plan.push(subtreesOf(middle, end));
      end = middle;
    } else {
      plan.push(subtreesOf(start, middle));
      start = middle;
    }
  }
  return plan.toReversed();
}

/**
 * The plan of the proof that the tree of `size2` leaves continues the tree of its first `size1` (RFC 6962 §2.1.2, RFC 9162
 * §2.1.4.1). Empty when the sizes are equal or the old tree is. Throws a RangeError unless 0 ≤ size1 ≤ size2 ≤ 2^53 − 1.
 */
export function consistencyPlan(size1: number, size2: number): ProofPlan {
  assertSize(size1);
  assertSize(size2);
  if (size1 > size2) throw new RangeError(`a tree does not shrink from ${size1} to ${size2}`);
  if (size1 === 0 || size1 === size2) return [];
  const plan: Subtree[][] = [];
  let start = 0;
  let end = size2;
  while (end !== size1) {
    const middle = start + split(end - start);
    if (size1 <= middle) {
      plan.push(subtreesOf(middle, end));
      end = middle;
    } else {
      plan.push(subtreesOf(start, middle));
      start = middle;
    }
  }
  // The verifier knows the root of the old tree; where the last subtree is all of it, it needs no telling.
  if (start !== 0) plan.push(subtreesOf(start, end));
  return plan.toReversed();
}

/** The hashes of a proof, given the hash of each complete subtree its plan names. */
export function proofOf(plan: ProofPlan, hashOf: (level: number, index: number) => Uint8Array): Uint8Array[] {
  return plan.map((subtrees) => foldRight(subtrees.map(({ level, index }) => hashOf(level, index))));
}

/** The root of the tree of `size` leaves, given the hash of each complete subtree it is made of (RFC 6962 §2.1). */
export function rootOf(size: number, hashOf: (level: number, index: number) => Uint8Array): Uint8Array {
  assertSize(size);
  if (size === 0) return emptyRoot();
  return foldRight(subtreesOf(0, size).map(({ level, index }) => hashOf(level, index)));
}

/**
 * Whether `proof` shows that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with that `root`. False for
 * anything malformed, hashes of another length than 32 octets included.
 * @see RFC 9162 §2.1.3.2
 */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (![leaf, root, ...proof].every((hash) => isHash(hash))) return false;
  let first = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      hash = nodeHash(sibling, hash);
      for (; first % 2 === 0 && first !== 0; first /= 2) last = Math.floor(last / 2);
    } else {
      hash = nodeHash(hash, sibling);
    }
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalHashes(hash, root);
}

/**
 * Whether `proof` shows that the tree (`size2`, `root2`) continues the tree (`size1`, `root1`). False for anything malformed,
 * hashes of another length than 32 octets included.
 *
 * RFC 9162 leaves `size1` = 0 undefined. Here, as in c2sp.org/tlog-witness, every tree continues the empty one: `root1` must be
 * the empty root and the proof empty. transparency-dev/merkle refuses every proof from an empty tree.
 * @see RFC 9162 §2.1.4.2
 */
export function verifyConsistency(
  size1: number,
  root1: Uint8Array,
  size2: number,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(size1) || !isSize(size2) || size1 > size2) return false;
  if (![root1, root2, ...proof].every((hash) => isHash(hash))) return false;
  if (size1 === size2 && !equalHashes(root1, root2)) return false;
  if (size1 === 0) return proof.length === 0 && equalHashes(root1, emptyRoot());
  if (size1 === size2) return proof.length === 0;

  let first = size1 - 1;
  let last = size2 - 1;
  for (; first % 2 === 1; first = (first - 1) / 2) last = Math.floor(last / 2);
  // The old tree is one complete subtree of the new: its root starts the proof unsaid.
  const [start, ...rest] = first === 0 ? [root1, ...proof] : proof;
  if (start === undefined) return false;
  let hash1 = start;
  let hash2 = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      hash1 = nodeHash(sibling, hash1);
      hash2 = nodeHash(sibling, hash2);
      for (; first % 2 === 0 && first !== 0; first /= 2) last = Math.floor(last / 2);
    } else {
      hash2 = nodeHash(hash2, sibling);
    }
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalHashes(hash1, root1) && equalHashes(hash2, root2);
}

/** The complete subtrees that make up the leaves of [start, end), left to right; `start` is aligned to the tree. */
function subtreesOf(start: number, end: number): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let from = start; from < end;) {
    let level = 0;
    let width = 1;
    while (from % (width * 2) === 0 && from + width * 2 <= end) {
      width *= 2;
      level++;
    }
    subtrees.push({ level, index: from / width });
    from += width;
  }
  return subtrees;
}

// The largest power of two below `size` (RFC 6962 §2.1).
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function assertSize(size: number): void {
  if (!isSize(size)) throw new RangeError(`${size} is no tree size`);
}
