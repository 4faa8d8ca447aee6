import { isJsonObject, parseJson, textMember, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** The keys that sign JWT-SVIDs of one trust domain (SPIFFE Trust Domain and Bundle §4). */
export type TrustBundle = {
  /** By `kid`. Empty means that nothing of this trust domain is to be trusted any more. */
  readonly keys: ReadonlyMap<string, JsonObject>;
  /** `spiffe_sequence`: never goes backwards. */
  readonly sequence: number | undefined;
  /** `spiffe_refresh_hint`, seconds. */
  readonly refreshHintSeconds: number | undefined;
};

/** How a bundle endpoint is asked (SPIFFE Federation §5): JSON, no redirects. */
export const BUNDLE_WANTED = {
  accept: ['application/json', 'application/jwk-set+json'],
  maxOctets: 1024 * 1024,
  timeoutMilliseconds: 10_000,
} as const;

const MAX_DEPTH = 18;
const MAX_KEYS = 200;

/** Algorithms a key of a bundle may sign with; bundles name none, so the kind of key decides (JWT-SVID §2.1). Never EdDSA. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'RSA ': ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
};

/** Reads a bundle as it was served. The refusal is a sentence. */
export function parseTrustBundle(octets: Uint8Array): Result<TrustBundle, string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return err('The bundle is not UTF-8.');
  }
  const parsed = parseJson(text, { maxDepth: MAX_DEPTH });
  return parsed.ok
    ? readTrustBundle(parsed.value)
    : err(`The bundle cannot be used: ${parsed.error.detail}.`);
}

/** Reads a bundle that is JSON already. What is no key for JWT-SVIDs is ignored, two of one name are not (§4.1, §4.2). */
export function readTrustBundle(value: JsonValue): Result<TrustBundle, string> {
  if (!isJsonObject(value) || !Array.isArray(value['keys'])) return err('The bundle has no keys.');
  if (value['keys'].length > MAX_KEYS) return err(`The bundle has more than ${MAX_KEYS} keys.`);
  const sequence = wholeNumber(value['spiffe_sequence']);
  const hint = wholeNumber(value['spiffe_refresh_hint']);
  if (sequence === 'none' || hint === 'none')
    return err('spiffe_sequence and spiffe_refresh_hint must be whole numbers.');
  const keys = new Map<string, JsonObject>();
  for (const key of value['keys'].filter(isJsonObject)) {
    const kid = textMember(key, 'kid');
    if (key['use'] !== 'jwt-svid' || kid === '' || algorithmsOf(key).length === 0) continue;
    if (keys.has(kid)) return err('The bundle has two keys of one kid.');
    keys.set(kid, key);
  }
  return ok({ keys, sequence, refreshHintSeconds: hint });
}

/** The algorithms a key of a bundle verifies. */
export function algorithmsOf(key: JsonObject): readonly string[] {
  return ALGORITHMS[`${textMember(key, 'kty')} ${textMember(key, 'crv')}`] ?? [];
}

function wholeNumber(value: JsonValue | undefined): number | undefined | 'none' {
  if (value === undefined) return undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 'none';
}
