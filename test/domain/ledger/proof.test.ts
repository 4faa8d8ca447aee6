import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompactRange, emptyRoot, leafHash } from '../../../src/domain/ledger/merkle.ts';
import {
  consistencyPlan,
  inclusionPlan,
  proofOf,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/domain/ledger/proof.ts';

type Tree = {
  leaves: Uint8Array[];
  roots: Uint8Array[];
  hashOf: (level: number, index: number) => Uint8Array;
};

function treeOf(size: number): Tree {
  const range = new CompactRange();
  const subtrees = new Map<string, Uint8Array>();
  const tree: Tree = {
    leaves: [],
    roots: [range.root()],
    hashOf(level, index) {
      const hash = subtrees.get(`${level}/${index}`);
      if (hash === undefined) throw new Error(`no complete subtree ${level}/${index}`);
      return hash;
    },
  };
  for (let i = 0; i < size; i++) {
    const leaf = leafHash(new TextEncoder().encode(String(i)));
    tree.leaves.push(leaf);
    range.append(leaf, (level, index, hash) => subtrees.set(`${level}/${index}`, hash.slice()));
    tree.roots.push(range.root());
  }
  return tree;
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${index}`);
  return found;
}

/** `hashes` with one bit of one of them the other way round. */
function flipped(hashes: readonly Uint8Array[], bit: number): Uint8Array[] {
  const copies = hashes.map((hash) => hash.slice());
  const hash = at(copies, Math.floor(bit / 256) % copies.length);
  const octet = Math.floor((bit % 256) / 8);
  hash[octet] = at([...hash], octet) ^ (1 << (bit % 8));
  return copies;
}

const tree = treeOf(300);
const sizes = fc.integer({ min: 1, max: 300 });
const pairs = fc.tuple(sizes, sizes).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

test('proves every leaf of every tree of up to 40 leaves', () => {
  for (let size = 1; size <= 40; size++) {
    for (let index = 0; index < size; index++) {
      const proof = proofOf(inclusionPlan(index, size), tree.hashOf);
      expect(verifyInclusion(index, size, at(tree.leaves, index), proof, at(tree.roots, size))).toBe(true);
    }
  }
});

test('proves that every tree of up to 40 leaves continues every smaller one', () => {
  for (let size2 = 0; size2 <= 40; size2++) {
    for (let size1 = 0; size1 <= size2; size1++) {
      const proof = proofOf(consistencyPlan(size1, size2), tree.hashOf);
      expect(verifyConsistency(size1, at(tree.roots, size1), size2, at(tree.roots, size2), proof)).toBe(true);
    }
  }
});

test('finds the root from complete subtrees', () => {
  for (let size = 0; size <= 300; size++) {
    expect(rootOf(size, tree.hashOf)).toEqual(at(tree.roots, size));
  }
});

test('refuses an inclusion proof with any bit flipped, in proof, leaf or root', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), (size, leaf, bit) => {
      const index = leaf % size;
      const proof = proofOf(inclusionPlan(index, size), tree.hashOf);
      const [leafHashed, root, ...path] = flipped(
        [at(tree.leaves, index), at(tree.roots, size), ...proof],
        bit,
      );
      expect(verifyInclusion(index, size, leafHashed ?? emptyRoot(), path, root ?? emptyRoot())).toBe(false);
    }),
  );
});

test('refuses a consistency proof with any bit flipped, in proof or roots', () => {
  fc.assert(
    fc.property(pairs, fc.nat(), ([size1, size2], bit) => {
      const proof = proofOf(consistencyPlan(size1, size2), tree.hashOf);
      const [root1, root2, ...path] = flipped([at(tree.roots, size1), at(tree.roots, size2), ...proof], bit);
      expect(verifyConsistency(size1, root1 ?? emptyRoot(), size2, root2 ?? emptyRoot(), path)).toBe(false);
    }),
  );
});

test('refuses a right proof for another leaf, or with a hash too many or too few', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), (size, leaf) => {
      const index = leaf % size;
      const other = (index + 1) % size;
      const proof = proofOf(inclusionPlan(index, size), tree.hashOf);
      const root = at(tree.roots, size);
      const hash = at(tree.leaves, index);
      expect(verifyInclusion(other, size, hash, proof, root)).toBe(false);
      expect(verifyInclusion(index, size, hash, [...proof, root], root)).toBe(false);
      expect(verifyInclusion(index, size, hash, proof.slice(0, -1), root)).toBe(false);
    }),
  );
});

test.each([31, 33, 0])('refuses hashes of %i octets', (length) => {
  const bad = new Uint8Array(length);
  const root = at(tree.roots, 1);
  expect(verifyInclusion(0, 1, bad, [], bad)).toBe(false);
  expect(verifyInclusion(0, 2, root, [bad], root)).toBe(false);
  expect(verifyConsistency(1, bad, 1, bad, [])).toBe(false);
  expect(verifyConsistency(0, bad, 1, root, [])).toBe(false);
});

test('refuses the empty tree under another root than the empty one', () => {
  const root = at(tree.roots, 1);
  expect(verifyConsistency(0, root, 5, at(tree.roots, 5), [])).toBe(false);
  expect(verifyConsistency(0, root, 0, root, [])).toBe(false);
});

test('plans and walks proofs up to 2^53 - 1 leaves', () => {
  const size = Number.MAX_SAFE_INTEGER;
  const hashOf = (level: number, index: number) => leafHash(new TextEncoder().encode(`${level}/${index}`));
  // Leaf size - 1 is a complete subtree of its own: its siblings need no hashing below them.
  const proof = proofOf(inclusionPlan(size - 1, size), hashOf);
  expect(verifyInclusion(size - 1, size, hashOf(0, size - 1), proof, rootOf(size, hashOf))).toBe(true);
  const grown = proofOf(consistencyPlan(size - 1, size), hashOf);
  const roots = [rootOf(size - 1, hashOf), rootOf(size, hashOf)] as const;
  expect(verifyConsistency(size - 1, roots[0], size, roots[1], grown)).toBe(true);
  expect(verifyConsistency(size - 1, roots[1], size, roots[0], grown)).toBe(false);
});

test.each([
  ['an index that is not in the tree', () => inclusionPlan(5, 5)],
  ['a negative index', () => inclusionPlan(-1, 5)],
  ['a size past 2^53', () => inclusionPlan(0, 2 ** 53)],
  ['a tree that shrinks', () => consistencyPlan(6, 5)],
])('throws a RangeError when asked to plan a proof for %s', (_, plan) => {
  expect(plan).toThrow(RangeError);
});

// github.com/transparency-dev/merkle, testdata.
const VECTORS = '../shared/vectors/merkle-rfc6962';

// That library compares the roots of equal trees without looking at their length; these are 12 octets long. Its other
// difference, refusing proofs from an empty tree, shows in no vector: those that say so have such roots or a proof.
const REFUSED_HERE_ALONE = ['consistency/additional/sizes-are-equal-one-and-proof-is-empty.json'];

type InclusionVector = Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string };
type ConsistencyVector = Vector & { size1: number; size2: number; root1: string; root2: string };
type Vector = { proof: string[] | null; wantErr: boolean };

function filesOf(kind: string): string[] {
  return readdirSync(join(VECTORS, kind), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${kind}/${name}`);
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

describe.runIf(existsSync(VECTORS))('vectors of transparency-dev/merkle', () => {
  test('inclusion', () => {
    const files = filesOf('inclusion');
    expect(files.length).toBeGreaterThan(50);
    for (const file of files) {
      const vector: InclusionVector = JSON.parse(readFileSync(join(VECTORS, file), 'utf8'));
      const proof = (vector.proof ?? []).map((hash) => fromBase64(hash));
      const { leafIdx, treeSize, leafHash: leaf, root } = vector;
      const verified = verifyInclusion(leafIdx, treeSize, fromBase64(leaf), proof, fromBase64(root));
      expect(verified, file).toBe(!vector.wantErr);
    }
  });

  test('consistency, apart from the named case', () => {
    const files = filesOf('consistency');
    expect(files.length).toBeGreaterThan(50);
    const different: string[] = [];
    for (const file of files) {
      const vector: ConsistencyVector = JSON.parse(readFileSync(join(VECTORS, file), 'utf8'));
      const proof = (vector.proof ?? []).map((hash) => fromBase64(hash));
      const { size1, root1, size2, root2 } = vector;
      const verified = verifyConsistency(size1, fromBase64(root1), size2, fromBase64(root2), proof);
      if (verified === vector.wantErr) different.push(file);
    }
    expect(different.toSorted()).toEqual(REFUSED_HERE_ALONE);
  });
});

if (!existsSync(VECTORS)) console.warn(`${VECTORS} is absent: its vectors were not run`);
