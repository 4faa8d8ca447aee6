import { isJsonObject, parseJson, textMember, type JsonObject } from '../../domain/json.ts';
import { cachedDocument, type CachedDocument } from '../../domain/network/cached-document.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Issuer } from '../issuer.ts';

/** The keys of OpenID Connect issuers that sign the tokens of workloads. */
export type PlatformKeys = {
  /** The keys named `kid`; asked for anew, once, when there are none. A sentence when nobody could be asked. */
  keysFor(platform: string, kid: string): Promise<Result<readonly JsonObject[], string>>;
};

const WANTED = {
  accept: ['application/json', 'application/jwk-set+json'],
  maxOctets: 256 * 1024,
  timeoutMilliseconds: 5_000,
} as const;
const MAX_DEPTH = 18;
/** Seconds that keys are used before they are asked for again, and at most while the issuer is away. */
const FRESH_SECONDS = 3_600;
const STALE_SECONDS = 6 * 3_600;

/** Discovers (OpenID Connect Discovery 1.0 §4) and keeps the keys of platforms, through guarded fetch. */
export function platformKeys(issuer: Issuer): PlatformKeys {
  const documents = new Map<string, CachedDocument<readonly JsonObject[]>>();

  async function load(platform: string): Promise<Result<readonly JsonObject[], string>> {
    const discovered = await fetchObject(
      issuer,
      `${platform.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    if (!discovered.ok) return discovered;
    if (discovered.value['issuer'] !== platform)
      return err(`${platform} answers with the configuration of another issuer`);
    const keySet = await fetchObject(issuer, textMember(discovered.value, 'jwks_uri'));
    if (!keySet.ok) return keySet;
    const { keys } = keySet.value;
    // An empty set is a fault on the way far more often than the end of a platform.
    return Array.isArray(keys) && keys.length > 0
      ? ok(keys.filter(isJsonObject))
      : err(`${platform} publishes no keys`);
  }

  function documentOf(platform: string): CachedDocument<readonly JsonObject[]> {
    const known = documents.get(platform);
    if (known !== undefined) return known;
    const made = cachedDocument<readonly JsonObject[]>({
      now: () => issuer.clock.now(),
      maxStaleSeconds: STALE_SECONDS,
      load: async () => {
        const keys = await load(platform);
        return keys.ok ? ok({ value: keys.value, freshSeconds: FRESH_SECONDS }) : keys;
      },
    });
    documents.set(platform, made);
    return made;
  }

  return {
    keysFor: async (platform, kid) => {
      const document = documentOf(platform);
      const named = (keys: readonly JsonObject[]) => keys.filter((key) => key['kid'] === kid);
      const held = await document.get();
      if (!held.ok) return held;
      if (named(held.value.value).length > 0) return ok(named(held.value.value));
      const again = await document.reload();
      return again.ok ? ok(named(again.value.value)) : again;
    },
  };
}

async function fetchObject(issuer: Issuer, url: string): Promise<Result<JsonObject, string>> {
  const fetched = await issuer.fetcher(url, WANTED);
  if (!fetched.ok) return err(fetched.error.detail);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(fetched.value.octets);
  } catch {
    return err(`${url} is not UTF-8`);
  }
  const parsed = parseJson(text, { maxDepth: MAX_DEPTH });
  return parsed.ok && isJsonObject(parsed.value) ? ok(parsed.value) : err(`${url} gives no JSON object`);
}
