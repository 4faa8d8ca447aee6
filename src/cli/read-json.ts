import { parseJson, type JsonValue } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Dependencies } from './dependencies.ts';

const MAX_OCTETS = 64 * 1024;
const MAX_DEPTH = 16;

/** Why a file cannot be used; `content` when it was read but is not strict JSON. */
export type FileProblem = { readonly kind: 'unreadable' | 'content'; readonly detail: string };

/** Reads a JSON file strictly (RFC 8259, RFC 7493), saying where it breaks. The file is never changed. */
export async function readJsonFile(
  deps: Dependencies,
  file: string,
): Promise<Result<JsonValue, FileProblem>> {
  const text = await deps.files.read(file, MAX_OCTETS);
  if (!text.ok) return err({ kind: 'unreadable', detail: text.error });
  const parsed = parseJson(text.value.replace(/^\ufeff/, ''), { maxDepth: MAX_DEPTH });
  if (parsed.ok) return ok(parsed.value);
  const { detail, position } = parsed.error;
  return err({ kind: 'content', detail: `${file}${placeOf(text.value, position)}: ${detail}` });
}

function placeOf(text: string, position: number | undefined): string {
  if (position === undefined) return '';
  const before = text.slice(0, position).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
