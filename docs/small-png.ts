import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLOURS = 256;
/** Colours that are looked at, the commonest first. */
const CANDIDATES = 3_000;

/**
 * Writes a picture of a page with at most 256 colours (PNG, third edition §11.2.1, colour type 3), which is a third of the size and looks the
 * same: pages have few colours, and the shades at the edges of letters are rounded to their nearest.
 *
 * @param png 8 bits a channel, RGB or RGBA, not interlaced, as Chromium writes it
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, channels, rows } = readPng(png);
  const palette = paletteOf(rows, channels);
  const indexes = new Map<number, number>();
  const lines = Buffer.alloc(height * (width + 1));
  rows.forEach((row, y) => {
    for (let x = 0; x < width; x += 1) {
      const colour = row.readUIntBE(x * channels, 3);
      const known = indexes.get(colour);
      const index = known ?? nearest(palette, colour);
      if (known === undefined) indexes.set(colour, index);
      lines[y * (width + 1) + 1 + x] = index;
    }
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, i) => colours.writeUIntBE(colour, i * 3, 3));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function readPng(png: Buffer) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const data = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows: Buffer[] = [];
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    const row = Buffer.from(data.subarray(from + 1, from + 1 + stride));
    unfilter(data[from] ?? 0, row, rows.at(-1) ?? Buffer.alloc(stride), channels);
    rows.push(row);
  }
  return { width, height, channels, rows };
}

/** Takes a row's filter off (§9.2). */
function unfilter(filter: number, row: Buffer, above: Buffer, channels: number): void {
  for (let i = 0; i < row.length; i += 1) {
    const a = i < channels ? 0 : (row[i - channels] ?? 0);
    const b = above[i] ?? 0;
    const c = i < channels ? 0 : (above[i - channels] ?? 0);
    const guess = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] ?? 0;
    row[i] = ((row[i] ?? 0) + guess) & 0xff;
  }
}

function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

/** The colours that cover most of a picture, and of the others those that differ most from these: a badge of a rare colour stays what it is. */
function paletteOf(rows: readonly Buffer[], channels: number): readonly number[] {
  const counts = new Map<number, number>();
  for (const row of rows)
    for (let at = 0; at < row.length; at += channels) {
      const colour = row.readUIntBE(at, 3);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  const common = [...counts].toSorted(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette = common.slice(0, MOST_COLOURS / 2);
  const others = common
    .slice(palette.length, CANDIDATES)
    .map((colour) => ({ colour, distance: distanceOf(colour, palette[nearest(palette, colour)] ?? 0) }));
  while (palette.length < MOST_COLOURS && others.length > 0) {
    const farthest = others.reduce((best, other) => (other.distance > best.distance ? other : best));
    palette.push(farthest.colour);
    for (const other of others)
      other.distance = Math.min(other.distance, distanceOf(other.colour, farthest.colour));
    others.splice(others.indexOf(farthest), 1);
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  let smallest = Number.POSITIVE_INFINITY;
  palette.forEach((candidate, i) => {
    const distance = distanceOf(candidate, colour);
    if (distance < smallest) [best, smallest] = [i, distance];
  });
  return best;
}

function distanceOf(one: number, other: number): number {
  return [16, 8, 0].reduce(
    (sum, shift) => sum + (((one >> shift) & 0xff) - ((other >> shift) & 0xff)) ** 2,
    0,
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
