import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CompactRange, emptyRoot, leafHash, nodeHash } from '../../../src/domain/ledger/merkle.ts';
import { sha256 } from '../../../src/domain/sha256.ts';

function hex(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('hex');
}

/** MTH as RFC 6962 §2.1 writes it down. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return emptyRoot();
  if (leaves.length === 1) return only;
  let middle = 1;
  while (middle * 2 < leaves.length) middle *= 2;
  return sha256(Uint8Array.of(1), treeHash(leaves.slice(0, middle)), treeHash(leaves.slice(middle)));
}

function grown(leaves: readonly Uint8Array[]): CompactRange {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range;
}

function restored(size: number, hashes: readonly Uint8Array[]): CompactRange {
  const range = CompactRange.restore(size, hashes);
  if (!range.ok) throw new Error(range.error.detail);
  return range.value;
}

const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => leafHash(new TextEncoder().encode(`entry ${i}`)));
const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });

// The published roots for these inputs, sizes 1 to 8, begin as listed (RFC 6962 reference test data).
const REFERENCE = [
  ['', '6e340b9c'],
  ['00', 'fac54203'],
  ['10', 'aeb6bcfe'],
  ['2021', 'd37ee418'],
  ['3031', '4e3bbb1f'],
  ['40414243', '76e67dad'],
  ['5051525354555657', 'ddb89be4'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79'],
] as const;

test('gives the reference roots for sizes 1 to 8', () => {
  const range = new CompactRange();
  for (const [entry, root] of REFERENCE) {
    range.appendEntry(Buffer.from(entry, 'hex'));
    expect(hex(range.root()).slice(0, 8)).toBe(root);
  }
});

test('hashes the empty tree as SHA-256 of nothing', () => {
  expect(hex(new CompactRange().root())).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('prefixes leaves with 0x00 and nodes with 0x01', () => {
  const leaf = sha256(Uint8Array.of(0, 7));
  expect(hex(leafHash(Uint8Array.of(7)))).toBe(hex(leaf));
  expect(hex(nodeHash(leaf, emptyRoot()))).toBe(hex(sha256(Uint8Array.of(1), leaf, emptyRoot())));
});

test.each([65_535, 65_536, 65_537, 200_000])('hashes an entry of %i octets whole', (length) => {
  const entry = new Uint8Array(length).fill(9);
  const range = new CompactRange();
  range.appendEntry(entry);
  expect(hex(leafHash(entry))).toBe(hex(sha256(Uint8Array.of(0), entry)));
  expect(hex(range.root())).toBe(hex(leafHash(entry)));
});

test('has the root of the recursive definition at every size up to 300', () => {
  const leaves = leavesOf(300);
  const range = new CompactRange();
  for (const [size, leaf] of leaves.entries()) {
    expect(hex(range.root())).toBe(hex(treeHash(leaves.slice(0, size))));
    range.append(leaf);
  }
  expect(hex(range.root())).toBe(hex(treeHash(leaves)));
});

test('goes on from its hashes as if it had never stopped', () => {
  fc.assert(
    fc.property(fc.array(hashes, { maxLength: 150 }), fc.nat(150), (leaves, at) => {
      const before = grown(leaves.slice(0, at));
      const range = restored(before.size, before.hashes());
      for (const leaf of leaves.slice(at)) range.append(leaf);
      expect(range.size).toBe(leaves.length);
      expect(hex(range.root())).toBe(hex(treeHash(leaves)));
    }),
  );
});

test('reports every complete subtree once, with its hash', () => {
  fc.assert(
    fc.property(fc.array(hashes, { maxLength: 100 }), (leaves) => {
      const seen = new Map<string, string>();
      const range = new CompactRange();
      for (const leaf of leaves) {
        range.append(leaf, (level, index, hash) => {
          expect(seen.has(`${level}/${index}`)).toBe(false);
          seen.set(`${level}/${index}`, hex(hash));
        });
      }
      let expected = 0;
      for (let level = 0; 2 ** level <= leaves.length; level++) {
        for (let index = 0; (index + 1) * 2 ** level <= leaves.length; index++, expected++) {
          const subtree = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level);
          expect(seen.get(`${level}/${index}`)).toBe(hex(treeHash(subtree)));
        }
      }
      expect(seen.size).toBe(expected);
    }),
    { numRuns: 30 },
  );
});

test('keeps its sums right at a size of 2^53 - 2', () => {
  const size = Number.MAX_SAFE_INTEGER - 1;
  const edge = Array.from({ length: 52 }, (_, i) => leafHash(Uint8Array.of(i)));
  const range = restored(size, edge);
  const last = leafHash(Uint8Array.of(99));
  range.append(last);
  expect(range.size).toBe(Number.MAX_SAFE_INTEGER);
  expect(range.hashes().map(hex)).toEqual([...edge, last].map(hex));
});

test.each([
  ['too few hashes', 3, 1, 32],
  ['too many hashes', 4, 2, 32],
  ['a hash of 31 octets', 1, 1, 31],
  ['a negative size', -1, 0, 32],
  ['a fractional size', 1.5, 1, 32],
  ['a size past 2^53', 2 ** 53, 1, 32],
])('refuses to go on from %s', (_, size, count, length) => {
  const edge = Array.from({ length: count }, () => new Uint8Array(length));
  expect(CompactRange.restore(size, edge)).toMatchObject({
    ok: false,
    error: { code: 'not_a_compact_range' },
  });
});

test('throws when a leaf hash is not 32 octets', () => {
  expect(() => new CompactRange().append(new Uint8Array(33))).toThrow('a leaf hash is 32 octets');
});
