import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countStatuses,
  createStatusBits,
  getStatus,
  isBitsPerStatus,
  setStatus,
  statusBitsOf,
} from '../../../src/domain/status-list/bits.ts';

const widths = fc.constantFrom<(1 | 2 | 4 | 8)[]>(1, 2, 4, 8);

// draft-ietf-oauth-status-list §4.1, examples of 1 and 2 bits.
test.each([
  [1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], [0xb9, 0xa3]],
  [2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], [0xc9, 0x44, 0xf9]],
] as const)('packs %i bits least significant first', (bits, statuses, octets) => {
  const list = createStatusBits(bits, statuses.length);
  for (const [index, status] of statuses.entries()) setStatus(list, index, status);
  expect([...list.octets]).toEqual([...octets]);
});

test('behaves as a plain array would', () => {
  const sets = fc.array(fc.tuple(fc.nat(63), fc.nat(255)));
  fc.assert(
    fc.property(widths, fc.nat(255), sets, (bits, filler, writes) => {
      const fill = filler % 2 ** bits;
      const list = createStatusBits(bits, 64, fill);
      const model = Array.from({ length: 64 }, () => fill);
      for (const [index, value] of writes) {
        model[index] = value % 2 ** bits;
        expect(setStatus(list, index, value % 2 ** bits).ok).toBe(true);
      }
      expect(model.map((_, index) => getStatus(list, index))).toEqual(
        model.map((value) => ({ ok: true, value })),
      );
      const counts = Array.from({ length: 2 ** bits }, (_, value) => model.filter((v) => v === value).length);
      expect(countStatuses(list)).toEqual(counts);
      expect(statusBitsOf(bits, list.octets)).toEqual(list);
    }),
  );
});

test.each([-1, 64, 2 ** 53, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses index %d', (index) => {
  const list = createStatusBits(2, 64);
  const refusal = { ok: false, error: { code: 'index_out_of_bounds', index, size: 64 } };
  expect(getStatus(list, index)).toEqual(refusal);
  expect(setStatus(list, index, 1)).toEqual(refusal);
  expect(countStatuses(list)).toEqual([64, 0, 0, 0]);
});

test.each([4, -1, 1.5])('refuses status %d in a list of 2 bits', (status) => {
  const list = createStatusBits(2, 64);
  expect(setStatus(list, 0, status)).toEqual({
    ok: false,
    error: { code: 'status_out_of_range', status, bits: 2 },
  });
  expect(countStatuses(list)).toEqual([64, 0, 0, 0]);
});

test.each([
  ['a size that ends inside an octet', 1, 9, 0],
  ['no entries', 2, 0, 0],
  ['a fractional size', 8, 1.5, 0],
  ['a fill that does not fit', 1, 8, 2],
] as const)('throws a RangeError for %s', (_, bits, size, fill) => {
  expect(() => createStatusBits(bits, size, fill)).toThrow(RangeError);
});

test('knows the four widths', () => {
  expect([0, 1, 2, 3, 4, 8, 16, '2', null].filter((bits) => isBitsPerStatus(bits))).toEqual([1, 2, 4, 8]);
});
