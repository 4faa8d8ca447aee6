import { parseJson, type JsonValue } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { EdgeProblem } from './problem-types.ts';

/** Octets; metadata is bounded to a few KiB, a policy is the largest thing anybody sends. */
export const MAX_BODY_OCTETS = 64 * 1024;
const MAX_DEPTH = 16;

export type JsonBody = { readonly text: string; readonly value: JsonValue };

/** Reads a JSON body, giving up as soon as it is too long. Empty bodies read as an empty object. */
export async function readJsonBody(request: Request): Promise<Result<JsonBody, EdgeProblem>> {
  const text = await readText(request);
  if (!text.ok) return text;
  if (text.value === '') return ok({ text: '', value: {} });
  if (!isJson(request.headers))
    return err({ code: 'unsupported_media_type', wanted: 'application/json in UTF-8, not compressed' });
  const parsed = parseJson(text.value, { maxDepth: MAX_DEPTH });
  return parsed.ok
    ? ok({ text: text.value, value: parsed.value })
    : err({ code: 'invalid_json', detail: parsed.error.detail });
}

/** RFC 8259 §8.1: JSON is UTF-8; a `charset` that says otherwise, or a coding, is not what would be read. */
function isJson(headers: Headers): boolean {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const coding = (headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  return (
    /^application\/(?:json|[\w.-]+\+json)$/.test(type) &&
    parameters.every(
      (parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter),
    ) &&
    coding === 'identity'
  );
}

/**
 * Reads a body as UTF-8, giving up as soon as it is too long.
 *
 * @param maxOctets how much is read
 */
export async function readText(
  request: Request,
  maxOctets = MAX_BODY_OCTETS,
): Promise<Result<string, EdgeProblem>> {
  const length = request.headers.get('content-length');
  if (length !== null && Number(length) > maxOctets) return tooLarge(maxOctets);
  if (request.body === null) return ok('');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = request.body.getReader();
  let octets = 0;
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return ok(text + decoder.decode());
      octets += value.byteLength;
      if (octets > maxOctets) {
        await reader.cancel();
        return tooLarge(maxOctets);
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return err({ code: 'invalid_json', detail: 'The body is not UTF-8, or ended early (RFC 8259 §8.1).' });
  }
}

function tooLarge(maxOctets: number): Result<never, EdgeProblem> {
  return err({ code: 'body_too_large', maxOctets });
}
