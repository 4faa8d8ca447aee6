import { err, ok, type Result } from '../../domain/result.ts';
import type { Refusal } from '../../services/refusal.ts';
import type { Endpoint } from './endpoint.ts';

type Taking = Pick<Endpoint, 'method' | 'creates' | 'versioned'>;

/** The Idempotency-Key of a request that creates something: 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(endpoint: Taking, headers: Headers): Result<string | undefined, Refusal> {
  const key = headers.get('idempotency-key');
  if (key === null || endpoint.creates !== true) return ok(undefined);
  return /^[\x21-\x7e]{1,255}$/.test(key)
    ? ok(key)
    : refuse('the header Idempotency-Key must be 1 to 255 visible ASCII characters');
}

/**
 * The version that If-Match names (RFC 9110 §13.1.1). Where a change has no version to compare, a condition is refused
 * rather than ignored: whoever sends one relies on it.
 */
export function versionOf(endpoint: Taking, headers: Headers): Result<number | undefined, Refusal> {
  const tag = headers.get('if-match');
  if (tag === null || tag === '*' || endpoint.method === 'GET') return ok(undefined);
  if (endpoint.versioned !== true)
    return refuse('the header If-Match is not taken here, since nothing is compared; leave it out');
  const [, version] = /^"(\d{1,15})"$/.exec(tag) ?? [];
  return version === undefined
    ? refuse('the header If-Match must be the ETag of an earlier answer, such as "3"')
    : ok(Number(version));
}

function refuse(detail: string): Result<never, Refusal> {
  return err({ code: 'invalid_input', problems: [{ pointer: '', detail }] });
}
