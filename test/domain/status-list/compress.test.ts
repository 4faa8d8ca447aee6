import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createStatusBits, setStatus } from '../../../src/domain/status-list/bits.ts';
import { compressBits, inflateBits } from '../../../src/domain/status-list/compress.ts';

test('inflates what it compressed', async () => {
  const list = createStatusBits(2, 4096);
  for (let i = 0; i < 4096; i += 7) setStatus(list, i, i % 4);
  const octets = await inflateBits(await compressBits(list), 1024);
  expect(octets).toEqual({ ok: true, value: Buffer.from(list.octets) });
});

const stream = deflateSync(new Uint8Array(100_000));
const damaged = Uint8Array.from(stream, (octet, i) => (i === stream.length - 1 ? octet ^ 1 : octet));
test.each([
  ['a stream that grows past the limit', stream, 99_999],
  ['a stream that is cut', stream.subarray(0, -1), 100_000],
  ['a stream whose checksum is wrong', damaged, 100_000],
  ['no stream', Uint8Array.of(1, 2, 3), 100_000],
  ['nothing', new Uint8Array(), 100_000],
])('refuses %s', async (_, octets, limit) => {
  expect(await inflateBits(octets, limit)).toMatchObject({ ok: false, error: { code: 'not_inflatable' } });
});

test('takes a stream that grows up to the limit', async () => {
  expect(await inflateBits(stream, 100_000)).toMatchObject({ ok: true });
});
