/** What the first octets of an image say of it; width and height in pixels. */
export type ImageHeader = {
  readonly type: 'PNG' | 'JPEG' | 'GIF' | 'WebP';
  readonly width: number;
  readonly height: number;
};

/**
 * Reads kind and size of an image from its header, by its magic octets and not by what a server says it is. The picture itself is not decoded.
 *
 * @returns undefined when it is none of these, or cut off
 */
export function imageHeader(octets: Uint8Array): ImageHeader | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (startsWith(octets, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return pngHeader(view);
  if (startsWith(octets, [0xff, 0xd8, 0xff])) return jpegHeader(view);
  if (/^GIF8[79]a$/.test(latin1(octets, 0, 6)))
    return view.byteLength < 10
      ? undefined
      : { type: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (latin1(octets, 0, 4) === 'RIFF' && latin1(octets, 8, 12) === 'WEBP') return webpHeader(octets, view);
  return undefined;
}

/** Whether a document looks like SVG, which is a program as much as a picture. */
export function looksLikeSvg(octets: Uint8Array): boolean {
  return /<svg[\s>]/i.test(latin1(octets, 0, 4_096));
}

/** PNG §11.2.2: IHDR comes first. */
function pngHeader(view: DataView): ImageHeader | undefined {
  return view.byteLength < 24
    ? undefined
    : { type: 'PNG', width: view.getUint32(16), height: view.getUint32(20) };
}

/** ITU-T T.81 §B.2.2: the first frame header among the segments. */
function jpegHeader(view: DataView): ImageHeader | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Fill octets before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: 'JPEG', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

/** RFC 9649 §2.5 to §2.7: lossy, lossless or extended. */
function webpHeader(octets: Uint8Array, view: DataView): ImageHeader | undefined {
  if (view.byteLength < 30) return undefined;
  const type = 'WebP';
  switch (latin1(octets, 12, 16)) {
    case 'VP8 ':
      return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { type, width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function startsWith(octets: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((octet, i) => octets[i] === octet);
}

function latin1(octets: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...octets.subarray(from, to));
}
