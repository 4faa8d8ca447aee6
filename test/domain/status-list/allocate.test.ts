import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawIndexes } from '../../../src/domain/status-list/allocate.ts';

/** Gives the words one after the other, big-endian. */
function wordsOf(words: readonly number[]): (octets: number) => Uint8Array {
  const rest = [...words];
  return (octets) => {
    const out = Buffer.alloc(octets);
    for (let offset = 0; offset < octets; offset += 4) out.writeUInt32BE(rest.shift() ?? 0, offset);
    return out;
  };
}

test('draws as many distinct indexes as asked, all inside the list', () => {
  const sizes = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(sizes, fc.nat(200), (size, wish) => {
      const count = Math.min(size, wish);
      const drawn = drawIndexes(randomBytes, size, count);
      expect(new Set(drawn).size).toBe(count);
      expect(drawn).toHaveLength(count);
      expect(drawn.every((index) => Number.isInteger(index) && index >= 0 && index < size)).toBe(true);
    }),
  );
});

test('drops words of the incomplete last multiple of the size', () => {
  // 2^32 mod 3 is 1: only the largest word would favour index 0.
  expect(drawIndexes(wordsOf([0xff_ff_ff_ff, 5]), 3, 1)).toEqual([2]);
  expect(drawIndexes(wordsOf([0xff_ff_ff_fe]), 3, 1)).toEqual([2]);
});

test('draws again for an index it already has', () => {
  expect(drawIndexes(wordsOf([7, 7, 9]), 1024, 2)).toEqual([7, 9]);
});

test('can draw every index of a list of 2^32', () => {
  expect(drawIndexes(wordsOf([0xff_ff_ff_ff]), 2 ** 32, 1)).toEqual([0xff_ff_ff_ff]);
});

test('draws every index about equally often', () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 20_000; i++) {
    const [index = -1] = drawIndexes(randomBytes, 10, 1);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  // Nine standard deviations about 2,000.
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(9 * Math.sqrt(1_800));
});

test.each([
  ['more indexes than there are', 4, 5],
  ['an empty list', 0, 0],
  ['a fractional size', 1.5, 1],
  ['a size past 2^32', 2 ** 32 + 1, 1],
])('throws a RangeError for %s', (_, size, count) => {
  expect(() => drawIndexes(randomBytes, size, count)).toThrow(RangeError);
});
