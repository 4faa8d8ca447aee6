/**
 * Draws `count` distinct indexes, each uniform over `[0, size)`, by rejection sampling. Which of them are still free is
 * for the caller to find out; indexes are random so that neighbours say nothing about each other.
 * `random(octets)` gives that many random octets. Throws a RangeError for a caller's bug: `size` outside 1 to 2^32, or
 * more indexes asked for than there are.
 * @see draft-ietf-oauth-status-list §13.3, §12.5
 */
export function drawIndexes(random: (octets: number) => Uint8Array, size: number, count: number): number[] {
  if (!Number.isInteger(size) || size < 1 || size > 2 ** 32) throw new RangeError(`no list of size ${size}`);
  if (count > size) throw new RangeError(`${count} distinct indexes below ${size} do not exist`);
  // Draws from the incomplete last multiple of `size` would favour low indexes.
  const limit = 2 ** 32 - (2 ** 32 % size);
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const octets = random(4 * (count - drawn.size));
    const words = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    for (let offset = 0; offset < octets.byteLength; offset += 4) {
      const word = words.getUint32(offset);
      if (word < limit) drawn.add(word % size);
    }
  }
  return [...drawn];
}
