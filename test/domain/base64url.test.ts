import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeBase64,
  decodeBase64url,
  encodeBase64,
  encodeBase64url,
  encodeBase64urlText,
} from '../../src/domain/base64url.ts';

test('writes what Node writes and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      expect(encodeBase64url(octets)).toBe(Buffer.from(octets).toString('base64url'));
      expect(encodeBase64(octets)).toBe(Buffer.from(octets).toString('base64'));
      expect(decodeBase64url(encodeBase64url(octets))).toEqual({ ok: true, value: octets });
      expect(decodeBase64(encodeBase64(octets))).toEqual({ ok: true, value: octets });
    }),
  );
});

test('takes a text only if it is the encoding of what it gives', () => {
  const texts = fc.string({
    unit: fc.constantFrom('A', 'Q', 'g', '_', '-', '+', '/', '=', 'é'),
    maxLength: 9,
  });
  fc.assert(
    fc.property(texts, (text) => {
      const url = decodeBase64url(text);
      expect(url.ok ? encodeBase64url(url.value) : undefined).toBe(canonical(text, 'base64url'));
      const standard = decodeBase64(text);
      expect(standard.ok ? encodeBase64(standard.value) : undefined).toBe(canonical(text, 'base64'));
    }),
    { numRuns: 5_000 },
  );
});

function canonical(text: string, encoding: 'base64' | 'base64url'): string | undefined {
  return Buffer.from(text, encoding).toString(encoding) === text ? text : undefined;
}

// RFC 7515 Appendix C.
test('encodes the octets of RFC 7515 Appendix C', () => {
  expect(encodeBase64url(Uint8Array.of(3, 236, 255, 224, 193))).toBe('A-z_4ME');
});

test('encodes text as UTF-8', () => {
  expect(encodeBase64urlText('é—')).toBe('w6nigJQ');
});

test.each([
  ['padding', 'AA=='],
  ['one character left over', 'AAAAA'],
  ['trailing bits after one octet', 'AB'],
  ['trailing bits after two octets', 'AAB'],
  ['the other alphabet', 'A+/A'],
  ['white space', 'AA A'],
  ['a newline at the end', 'AAA\n'],
  ['a character past Latin-1', 'AAA\u0141'],
])('refuses base64url with %s', (_, text) => {
  expect(decodeBase64url(text)).toMatchObject({ ok: false, error: { code: 'not_base64url' } });
});

test.each([
  ['no padding', 'AA'],
  ['too much padding', 'A==='],
  ['padding in the middle', 'AA==AAAA'],
  ['trailing bits', 'AB=='],
  ['the other alphabet', 'A-_A'],
  ['a newline at the end', 'AAAA\n'],
])('refuses base64 with %s', (_, text) => {
  expect(decodeBase64(text)).toMatchObject({ ok: false, error: { code: 'not_base64' } });
});
