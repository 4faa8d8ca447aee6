import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256, sha256Base64url, sha256Into } from '../../src/domain/sha256.ts';

test('hashes parts as one text, whatever view of a buffer they are', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 4 }), fc.nat(9), (parts, skip) => {
      const views = parts.map((part) =>
        Uint8Array.of(...part.subarray(0, skip), ...part).subarray(Math.min(skip, part.length)),
      );
      const digest = createHash('sha256').update(Buffer.concat(parts)).digest();
      expect(Buffer.from(sha256(...views)).toString('hex')).toBe(digest.toString('hex'));
    }),
  );
});

// FIPS 180-4 example.
test('hashes "abc" as published', () => {
  expect(sha256Base64url('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
});

test('hashes the UTF-8 octets of text', () => {
  expect(sha256Base64url('—')).toBe(createHash('sha256').update('—', 'utf8').digest('base64url'));
});

test('writes 32 octets where told and nothing around them', () => {
  const out = new Uint8Array(40).fill(1);
  sha256Into(new Uint8Array(), out, 4);
  expect([...out.subarray(0, 4), ...out.subarray(36)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  expect(out.subarray(4, 36)).toEqual(sha256());
});

test('gives a digest a buffer of its own', () => {
  expect(sha256().buffer.byteLength).toBe(32);
});
