import { judgeKeySet, KEY_SET_WANTED } from '../../domain/client-metadata/judge-key-set.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Issuer } from '../issuer.ts';

/** Seconds for which a key set that was fetched is used again, whatever its server says: a removed key must not verify for long. */
const KEPT_SECONDS = 60;
const MOST_KEPT = 1_000;

/** The public keys that client metadata names: by value, or fetched from its `jwks_uri`. */
export type ClientKeys = (metadata: JsonObject) => Promise<Result<readonly JsonObject[], string>>;

/**
 * Finds the keys of clients (RFC 7591 §2). A `jwks_uri` is asked through guarded fetch, and not again within a minute, however often the client comes.
 *
 * @returns a sentence when the keys cannot be had now; no keys at all when the metadata names none
 */
export function clientKeys(issuer: Issuer): ClientKeys {
  const kept = new Map<
    string,
    { readonly at: number; readonly keys: Result<readonly JsonObject[], string> }
  >();

  async function fetched(uri: string): Promise<Result<readonly JsonObject[], string>> {
    const now = issuer.clock.now();
    const earlier = kept.get(uri);
    if (earlier !== undefined && now - earlier.at < KEPT_SECONDS && now >= earlier.at) return earlier.keys;
    const answer = await issuer.fetcher(uri, KEY_SET_WANTED);
    const keys = answer.ok ? judgeKeySet(answer.value.octets) : err(answer.error.detail);
    kept.delete(uri);
    kept.set(uri, { at: now, keys });
    const oldest = kept.keys().next().value;
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return keys;
  }

  return async (metadata) => {
    const { jwks, jwks_uri: uri } = metadata;
    if (typeof uri === 'string') return fetched(uri);
    const keys = isJsonObject(jwks) ? jwks['keys'] : undefined;
    return ok(Array.isArray(keys) ? keys.filter(isJsonObject) : []);
  };
}
