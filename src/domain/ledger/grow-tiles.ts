import { SHA256_OCTETS } from '../sha256.ts';
import type { CompactRange } from './merkle.ts';
import { changedTiles, TILE_HEIGHT, TILE_WIDTH, type LedgerTile } from './tile.ts';

/** The tiles of a log as they were stored. */
export type StoredTiles = { tile(level: number, index: number): Promise<Uint8Array | undefined> };

/**
 * Appends leaves to a tree and gives the tiles that grew (c2sp.org/tlog-tiles). Reads the partial tile at the right edge
 * of each level that grows, and nothing else.
 *
 * @param range the tree so far; it holds the leaves too when this returns
 */
export async function growTiles(
  store: StoredTiles,
  range: CompactRange,
  leaves: readonly Uint8Array[],
): Promise<readonly LedgerTile[]> {
  const before = range.size;
  const tiles = new Map<string, LedgerTile>();
  for (const { level, index, width } of changedTiles(before, before + leaves.length)) {
    const hashes = new Uint8Array(width * SHA256_OCTETS);
    const isPartial = Math.floor(before / TILE_WIDTH ** level) % TILE_WIDTH > 0;
    const isEdge = Math.floor(before / TILE_WIDTH ** (level + 1)) === index;
    if (isPartial && isEdge) hashes.set(await storedTile(store, level, index));
    tiles.set(`${level}/${index}`, { level, index, hashes });
  }
  for (const leaf of leaves)
    range.append(leaf, (level, index, hash) => {
      if (level % TILE_HEIGHT !== 0) return;
      const tile = tiles.get(`${level / TILE_HEIGHT}/${Math.floor(index / TILE_WIDTH)}`);
      tile?.hashes.set(hash, (index % TILE_WIDTH) * SHA256_OCTETS);
    });
  return [...tiles.values()];
}

async function storedTile(store: StoredTiles, level: number, index: number): Promise<Uint8Array> {
  const tile = await store.tile(level, index);
  if (tile === undefined) throw new Error(`ledger tile ${level}/${index} is missing`);
  return tile;
}
