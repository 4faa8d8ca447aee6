import { parseJson, type JsonValue } from '../../domain/json.ts';
import { err, type Result } from '../../domain/result.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

const MAX_OCTETS = 64 * 1024;
const MAX_DEPTH = 20;

/**
 * Reads the JSON body of a request, not one octet beyond the bound. Refuses 413, 415, and 400 `invalid_client_metadata` for what is no
 * JSON (RFC 7591 §3.1: the body is `application/json`).
 */
export async function readJsonBody(request: Request): Promise<Result<JsonValue, RegistrationRefusal>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    return err({
      status: 415,
      error: 'invalid_request',
      description: 'Send the client metadata as application/json (RFC 7591 §3.1).',
      reason: 'content_type',
    });
  const text = await readText(request);
  if (text === 'too large')
    return err({
      status: 413,
      error: 'invalid_request',
      description: `The body has more than ${MAX_OCTETS} octets. Prefer jwks_uri to jwks.`,
      reason: 'too_large',
    });
  if (text === 'not utf-8')
    return err(refuse('invalid_client_metadata', 'not_utf8', 'The body is not UTF-8.'));
  const parsed = parseJson(text.text, { maxDepth: MAX_DEPTH });
  return parsed.ok
    ? parsed
    : err(
        refuse(
          'invalid_client_metadata',
          'not_json',
          `The body cannot be read as JSON: ${parsed.error.detail}.`,
        ),
      );
}

async function readText(request: Request): Promise<{ readonly text: string } | 'too large' | 'not utf-8'> {
  if (Number(request.headers.get('content-length') ?? '0') > MAX_OCTETS) return 'too large';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = request.body?.getReader();
  let octets = 0;
  let text = '';
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return { text: text + decoder.decode() };
      octets += chunk.value.byteLength;
      if (octets > MAX_OCTETS) {
        await reader?.cancel();
        return 'too large';
      }
      text += decoder.decode(chunk.value, { stream: true });
    }
  } catch {
    return 'not utf-8';
  }
}
