import { isJsonObject, parseJson, type JsonObject } from '../domain/json.ts';
import type { Checkpoint, StoredEntry } from '../domain/ledger/entry.ts';
import { number, object } from './members.ts';

/** A line that no export of a ledger holds. Thrown, because it ends the reading in the middle of a stream. */
export class UnreadableExport extends Error {}

/** One line of `GET /v1/ledger/export`. */
type ExportLine =
  { readonly verifierKey: string } | { readonly entry: StoredEntry } | { readonly checkpoint: Checkpoint };

const MAX_DEPTH = 24;

/** The entries among the lines of an export. */
export async function* entriesOf(lines: AsyncIterable<string>): AsyncGenerator<StoredEntry> {
  for await (const line of parsed(lines)) if ('entry' in line) yield line.entry;
}

/** The checkpoints among the lines of an export. */
export async function* checkpointsOf(lines: AsyncIterable<string>): AsyncGenerator<Checkpoint> {
  for await (const line of parsed(lines)) if ('checkpoint' in line) yield line.checkpoint;
}

/** The verifier key an export names for itself. */
export async function verifierKeyOf(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of parsed(lines)) return 'verifierKey' in line ? line.verifierKey : undefined;
  return undefined;
}

/** A checkpoint as the API writes it. */
export function checkpointOf(body: JsonObject): Checkpoint | undefined {
  const [size, previousSize, signedAt] = [
    number(body, 'size'),
    number(body, 'previous_size'),
    number(body, 'signed_at'),
  ];
  const { root_hash: rootHash, note } = body;
  if (size === undefined || previousSize === undefined || signedAt === undefined) return undefined;
  if (typeof rootHash !== 'string' || typeof note !== 'string') return undefined;
  return { size, previousSize, signedAt, rootHash, note, compactRange: [] };
}

/** Lines out of text that arrives in pieces. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<ExportLine> {
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (line === '') continue;
    const known = exportLine(line);
    if (known === undefined) throw new UnreadableExport(`line ${count} is not one of a ledger export`);
    yield known;
  }
}

function exportLine(line: string): ExportLine | undefined {
  const value = parseJson(line, { maxDepth: MAX_DEPTH });
  if (!value.ok || !isJsonObject(value.value)) return undefined;
  const { seq, text, verifier_key: verifierKey } = value.value;
  if (typeof verifierKey === 'string') return { verifierKey };
  if (typeof seq === 'number' && typeof text === 'string') return { entry: { seq, text } };
  const checkpoint = checkpointOf(object(value.value, 'checkpoint'));
  return checkpoint === undefined ? undefined : { checkpoint };
}
