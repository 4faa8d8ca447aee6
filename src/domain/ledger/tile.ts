import { err, ok, type Result } from '../result.ts';
import { SHA256_OCTETS } from '../sha256.ts';
import { foldRight } from './merkle.ts';
import type { Subtree } from './proof.ts';

/** Levels of the tree that one tile spans (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8;

/** Hashes of a full tile. */
export const TILE_WIDTH = 256;

/** A tile as it stands in a tree of some size; a `width` below 256 is a partial tile. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number };

/** A 256-hash piece of the Merkle tree (C2SP tlog-tiles); the rightmost of a level may be partial. */
export type LedgerTile = {
  readonly level: number;
  readonly index: number;
  /** 32 octets each, 1 to 256 of them. */
  readonly hashes: Uint8Array;
};

/** Text that is no tile path. */
export type TilePathProblem = { readonly code: 'not_a_tile_path'; readonly detail: string };

/** How many hashes tile (`level`, `index`) has in the tree of `size` leaves; 0 when it does not exist there. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = hashesAt(level, size) - index * TILE_WIDTH;
  return Math.min(TILE_WIDTH, Math.max(0, hashes));
}

/**
 * The tiles that the tree of `size` leaves has and the tree of its first `from` has not, or has narrower. Their hashes are
 * the subtrees of levels 0, 8, 16 … that `CompactRange` reports while it grows from one to the other.
 */
export function changedTiles(from: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > hashesAt(level, from); level++) {
    const first = Math.floor(hashesAt(level, from) / TILE_WIDTH);
    const last = Math.ceil(hashesAt(level, size) / TILE_WIDTH);
    for (let index = first; index < last; index++) {
      tiles.push({ level, index, width: tileWidth(level, index, size) });
    }
  }
  return tiles;
}

/** The tile that holds what a complete subtree's hash is made from. */
export function tileOfSubtree(subtree: Subtree): { readonly level: number; readonly index: number } {
  const level = Math.floor(subtree.level / TILE_HEIGHT);
  const hashesPerSubtree = 2 ** (subtree.level % TILE_HEIGHT);
  return { level, index: Math.floor((subtree.index * hashesPerSubtree) / TILE_WIDTH) };
}

/** The hash of a complete subtree, out of the octets of `tileOfSubtree`. Throws a RangeError when they are too short. */
export function subtreeHash(subtree: Subtree, tile: Uint8Array): Uint8Array {
  const width = 2 ** (subtree.level % TILE_HEIGHT);
  const start = (subtree.index * width) % TILE_WIDTH;
  if (tile.length < (start + width) * SHA256_OCTETS) {
    throw new RangeError(`the tile does not hold subtree ${subtree.level}/${subtree.index}`);
  }
  return subtreeInTile(tile, start, width);
}

/** `tile/<L>/<N>[.p/<W>]`, relative to the log's prefix (C2SP tlog-tiles, "Merkle Tree"). */
export function tilePath(tile: Tile): string {
  const digits = String(tile.index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const index = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${tile.level}/${index}${tile.width < TILE_WIDTH ? `.p/${tile.width}` : ''}`;
}

/** Reads the one spelling `tilePath` gives to a tile. Code `not_a_tile_path`. */
export function parseTilePath(path: string): Result<Tile, TilePathProblem> {
  const match = /^tile\/(\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  const [, level = '', index = '', width = String(TILE_WIDTH)] = match ?? [];
  const tile = { level: Number(level), index: Number(index.replace(/[x/]/g, '')), width: Number(width) };
  const canonical = match !== null && Number.isSafeInteger(tile.index) && tilePath(tile) === path;
  if (!canonical || tile.level > 63 || tile.width < 1) {
    return err({ code: 'not_a_tile_path', detail: 'not tile/<L>/<N>[.p/<W>]' });
  }
  return ok(tile);
}

function subtreeInTile(tile: Uint8Array, start: number, width: number): Uint8Array {
  let level: Uint8Array[] = [];
  for (let i = start; i < start + width; i++) {
    level.push(tile.subarray(i * SHA256_OCTETS, (i + 1) * SHA256_OCTETS));
  }
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) above.push(foldRight(level.slice(i, i + 2)));
    level = above;
  }
  const [root] = level;
  if (root === undefined) throw new RangeError('a subtree has at least one hash');
  return root.slice();
}

// Number of hashes at a tile level of the tree of `size` leaves.
function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}
