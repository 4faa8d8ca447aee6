import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageHeader, looksLikeSvg } from '../../../src/domain/review/image-header.ts';

const text = (value: string) => new TextEncoder().encode(value);
const be16 = (value: number) => [value >> 8, value & 0xff];
const le16 = (value: number) => [value & 0xff, value >> 8];
const le24 = (value: number) => [value & 0xff, (value >> 8) & 0xff, value >> 16];
const riff = (chunk: string, ...body: number[]) =>
  Uint8Array.from([
    ...text('RIFF'),
    0,
    0,
    0,
    0,
    ...text('WEBP'),
    ...text(chunk),
    0,
    0,
    0,
    0,
    ...body,
    ...Array.from({ length: 20 }, () => 0),
  ]);

const side = fc.integer({ min: 1, max: 16_383 });

describe('the header of an image', () => {
  it('tells kind and size', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const png = Uint8Array.from([
          0x89,
          ...text('PNG\r\n\u001a\n'),
          0,
          0,
          0,
          13,
          ...text('IHDR'),
          0,
          0,
          ...be16(width),
          0,
          0,
          ...be16(height),
          ...deflateSync(''),
        ]);
        const gif = Uint8Array.from([...text('GIF89a'), ...le16(width), ...le16(height)]);
        const jpeg = Uint8Array.from([
          0xff,
          0xd8,
          0xff,
          0xe0,
          ...be16(4),
          0,
          0,
          0xff,
          0xff,
          0xc2,
          ...be16(17),
          8,
          ...be16(height),
          ...be16(width),
          3,
          0,
          0,
        ]);
        const lossless = (width - 1) | ((height - 1) << 14);
        expect(imageHeader(png)).toEqual({ type: 'PNG', width, height });
        expect(imageHeader(gif)).toEqual({ type: 'GIF', width, height });
        expect(imageHeader(jpeg)).toEqual({ type: 'JPEG', width, height });
        for (const webp of [
          riff('VP8 ', 0, 0, 0, 0x9d, 0x01, 0x2a, ...le16(width), ...le16(height)),
          riff('VP8L', 0x2f, ...[0, 8, 16, 24].map((shift) => (lossless >>> shift) & 0xff)),
          riff('VP8X', 0, 0, 0, 0, ...le24(width - 1), ...le24(height - 1)),
        ])
          expect(imageHeader(webp)).toEqual({ type: 'WebP', width, height });
      }),
    );
  });

  it('never throws, whatever comes, and ends', () => {
    const magic = fc.constantFrom<readonly number[]>(
      [],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0xff, 0xd8, 0xff],
      [...text('GIF87a')],
      [...text('RIFF____WEBPVP8 ')],
      [...text('RIFF____WEBPVP8L')],
      [...text('RIFF____WEBPVP8X')],
    );
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 64 }), (start, rest) => {
        const octets = Uint8Array.from([...start, ...rest]);
        const header = imageHeader(octets);
        expect(header === undefined || Number.isInteger(header.width + header.height)).toBe(true);
        expect(typeof looksLikeSvg(octets)).toBe('boolean');
      }),
      { numRuns: 5_000 },
    );
  });
});
