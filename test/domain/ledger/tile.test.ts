import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CompactRange, leafHash } from '../../../src/domain/ledger/merkle.ts';
import { inclusionPlan, proofOf, rootOf, verifyInclusion } from '../../../src/domain/ledger/proof.ts';
import {
  changedTiles,
  parseTilePath,
  subtreeHash,
  tileOfSubtree,
  tilePath,
  tileWidth,
  type Tile,
} from '../../../src/domain/ledger/tile.ts';

const SIZE = 70_000;

// C2SP tlog-tiles, "Partial Tiles": the tree of 70,000 and the tree of 256.
test.each([
  [SIZE, 0, 272, 256],
  [SIZE, 0, 273, 112],
  [SIZE, 0, 274, 0],
  [SIZE, 1, 0, 256],
  [SIZE, 1, 1, 17],
  [SIZE, 2, 0, 1],
  [SIZE, 3, 0, 0],
  [256, 0, 0, 256],
  [256, 0, 1, 0],
  [256, 1, 0, 1],
])('in a tree of %i, tile %i/%i holds %i hashes', (size, level, index, width) => {
  expect(tileWidth(level, index, size)).toBe(width);
});

test('lists all tiles of a tree as those changed from nothing', () => {
  const tiles = changedTiles(0, SIZE);
  expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
  expect(tiles.filter(({ width }) => width < 256)).toEqual([
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ]);
});

test('a tile changed if and only if its width differs between the sizes', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(2_000), (from, growth) => {
      const size = from + growth;
      const expected: Tile[] = [];
      for (let level = 0; level < 4; level++) {
        for (let index = 0; tileWidth(level, index, size) > 0; index++) {
          const width = tileWidth(level, index, size);
          if (width !== tileWidth(level, index, from)) expected.push({ level, index, width });
        }
      }
      expect(changedTiles(from, size)).toEqual(expected);
    }),
  );
});

test('stays right where sizes come near 2^53', () => {
  const size = Number.MAX_SAFE_INTEGER;
  const [first] = changedTiles(size - 1, size);
  expect(first).toEqual({ level: 0, index: 2 ** 45 - 1, width: 255 });
});

test('proofs made of tiles alone verify', () => {
  const range = new CompactRange();
  const tiles = new Map<string, Uint8Array>();
  const leaves: Uint8Array[] = [];
  for (let i = 0; i < SIZE; i++) {
    const leaf = leafHash(new TextEncoder().encode(String(i)));
    leaves.push(leaf);
    range.append(leaf, (level, index, hash) => {
      if (level % 8 !== 0) return;
      const key = `${level / 8}/${Math.floor(index / 256)}`;
      const tile = tiles.get(key) ?? new Uint8Array(8192);
      tile.set(hash, (index % 256) * 32);
      tiles.set(key, tile);
    });
  }
  const hashOf = (level: number, index: number) => {
    const { level: tileLevel, index: tileIndex } = tileOfSubtree({ level, index });
    const width = tileWidth(tileLevel, tileIndex, SIZE);
    const tile = tiles.get(`${tileLevel}/${tileIndex}`)?.subarray(0, width * 32);
    return subtreeHash({ level, index }, tile ?? new Uint8Array());
  };
  const root = range.root();
  expect(rootOf(SIZE, hashOf)).toEqual(root);
  fc.assert(
    fc.property(fc.nat(SIZE - 1), (index) => {
      const proof = proofOf(inclusionPlan(index, SIZE), hashOf);
      expect(verifyInclusion(index, SIZE, leaves[index] ?? new Uint8Array(), proof, root)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('throws when a tile is too narrow for the subtree', () => {
  expect(() => subtreeHash({ level: 3, index: 1 }, new Uint8Array(15 * 32))).toThrow(RangeError);
});

test.each([
  [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
  [{ level: 1, index: 1, width: 17 }, 'tile/1/001.p/17'],
  [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  [{ level: 63, index: 1000, width: 1 }, 'tile/63/x001/000.p/1'],
])('spells %o as %s', (tile, path) => {
  expect(tilePath(tile)).toBe(path);
});

test('reads every path back', () => {
  const tiles = fc.record({
    level: fc.nat(63),
    index: fc.maxSafeNat(),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tiles, (tile) => {
      expect(parseTilePath(tilePath(tile))).toEqual({ ok: true, value: tile });
    }),
  );
});

test.each([
  'tile/00/000',
  'tile/64/000',
  'tile/0/0',
  'tile/0/x000/001',
  'tile/0/001/001',
  'tile/0/x001',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/0/000.p/07',
  'tile/0/000.p/',
  'tile/0/x999/x999/x999/x999/x999/999',
  'tile/0/000/',
  ' tile/0/000',
  'tile/entries/000',
  '',
])('refuses the path "%s"', (path) => {
  expect(parseTilePath(path)).toMatchObject({ ok: false, error: { code: 'not_a_tile_path' } });
});
