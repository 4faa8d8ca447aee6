import { isJsonObject, parseJson, textMember, type JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { checkKeys, findPrivateKeys } from './check-keys.ts';

/** How a `jwks_uri` is asked: media types of a JWK Set (RFC 7517 §8.5), and plain JSON, which most servers send. */
export const KEY_SET_WANTED = {
  accept: ['application/jwk-set+json', 'application/json'],
  maxOctets: 64 * 1024,
  timeoutMilliseconds: 5_000,
} as const;

const MAX_DEPTH = 18;

/**
 * Judges what a `jwks_uri` gives: a JWK Set of usable public keys (RFC 7517 §5), by the same rules as `jwks` in metadata.
 *
 * @returns the keys, or a sentence that says why they cannot be used
 */
export function judgeKeySet(octets: Uint8Array): Result<readonly JsonObject[], string> {
  const text = utf8(octets);
  const parsed = text === undefined ? undefined : parseJson(text, { maxDepth: MAX_DEPTH });
  if (parsed?.ok !== true || !isJsonObject(parsed.value))
    return err('It gives no JSON object. Serve a JWK Set: an object with the member keys (RFC 7517 §5).');
  const findings = [
    ...findPrivateKeys(parsed.value, '', MAX_DEPTH),
    ...checkKeys({ jwks: parsed.value }).filter(({ rule }) => rule !== 'jwks-inline'),
  ].filter(({ severity }) => severity === 'error');
  if (findings.length > 0)
    return err(
      `Keys that cannot be used: ${findings.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' ')}`,
    );
  const { keys } = parsed.value;
  return ok(Array.isArray(keys) ? keys.filter(isJsonObject) : []);
}

/** What a key is, in a word: its curve, or RSA. */
export function kindOfKey(key: JsonObject): string {
  return textMember(key, 'crv') || textMember(key, 'kty');
}

function utf8(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return undefined;
  }
}
