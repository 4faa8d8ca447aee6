import type { CryptoKey } from 'jose';
import { isJsonObject, textMember, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { chooseKey, judgeMetadata, metadataUrl } from '../../domain/statement/judge.ts';
import { absolute, assertionKeys, didWebUrl, isDidWeb } from '../../domain/credential/did-web.ts';
import { fetchJson, type FetchRules } from '../fetch-document.ts';
import { cachedDocument, type Held } from '../../domain/network/cached-document.ts';
import { clause } from './refusal.ts';
import type { IssuerTrust } from './trusted-issuer.ts';
import { importPublicKey } from './verify-signature.ts';

/** Why there is no key: nobody could be asked, or the issuer publishes none that fits. */
export type KeyRefusal =
  | { readonly code: 'keys_unavailable'; readonly detail: string }
  | { readonly code: 'unknown_key' | 'key'; readonly detail: string };

/** The public keys of one trusted issuer. */
export type IssuerKeys = {
  /** The key that `kid` and `alg` of a header name; an unknown `kid` is looked for once more at the issuer. */
  readonly keyFor: (header: JsonObject) => Promise<Result<CryptoKey, KeyRefusal>>;
  /** Discovers and loads ahead of the first statement. */
  readonly warm: () => Promise<Result<void, string>>;
};

type KeySet = {
  readonly jwks: JsonValue;
  /** Imported keys by algorithm and `kid`. */
  readonly imported: Map<string, Promise<Result<CryptoKey, KeyRefusal>>>;
};

const MAX_OCTETS = 256 * 1024;
const MAX_DID_OCTETS = 64 * 1024;
const MAX_KEYS = 100;
/** Seconds for documents that do not say how long they may be used, and the bounds for those that do. */
const METADATA_FRESH = { unsaid: 3_600, least: 60, most: 86_400 };
const KEYS_FRESH = { unsaid: 300, least: 30, most: 43_200 };

/**
 * Discovers (RFC 8414) and keeps the keys of one configured issuer. Nothing a statement says can name another place: not `jku`,
 * `x5u`, `jwk` or `x5c` (RFC 8725 §3.10).
 *
 * @param now seconds
 * @param background told of every load
 */
export function issuerKeys(
  trust: IssuerTrust,
  rules: FetchRules,
  now: () => number,
  background: (work: Promise<unknown>) => void,
): IssuerKeys {
  const metadata = cachedDocument<string>({
    load: async () => {
      const wanted = { accept: 'application/json', maxOctets: MAX_OCTETS };
      const fetched = await fetchJson(metadataUrl(trust.issuer), wanted, rules);
      if (!fetched.ok) return fetched;
      const jwksUri = judgeMetadata(fetched.value.value, trust.issuer);
      if (!jwksUri.ok) return err(jwksUri.error.detail);
      return ok({ value: jwksUri.value, freshSeconds: within(METADATA_FRESH, fetched.value.maxAgeSeconds) });
    },
    now,
    maxStaleSeconds: trust.maxStaleKeysSeconds,
    background,
  });

  const keys = cachedDocument<KeySet>({
    load: async () => {
      if (isDidWeb(trust.issuer)) return loadDidKeys();
      const jwksUri = await metadata.get();
      if (!jwksUri.ok) return jwksUri;
      const accept = 'application/jwk-set+json, application/json';
      const fetched = await fetchJson(jwksUri.value.value, { accept, maxOctets: MAX_OCTETS }, rules);
      if (!fetched.ok) return fetched;
      const { value: jwks, maxAgeSeconds } = fetched.value;
      const listed = isJsonObject(jwks) ? jwks['keys'] : undefined;
      if (!Array.isArray(listed) || listed.length > MAX_KEYS)
        return err(`${jwksUri.value.value} gives no JWK Set of at most ${MAX_KEYS} keys`);
      return ok({
        value: { jwks, imported: new Map() },
        freshSeconds: within(KEYS_FRESH, maxAgeSeconds),
      });
    },
    now,
    maxStaleSeconds: trust.maxStaleKeysSeconds,
    background,
  });

  /** The keys of a DID are in its document, which its place alone gives (did:web §3.2). */
  async function loadDidKeys() {
    const url = didWebUrl(trust.place);
    const accept = 'application/did+json, application/did+ld+json, application/json';
    const fetched = await fetchJson(url, { accept, maxOctets: MAX_DID_OCTETS }, rules);
    if (!fetched.ok) return fetched;
    const jwks = assertionKeys(trust.issuer, fetched.value.value);
    if (!jwks.ok) return err(`${url} cannot be used: ${jwks.error}`);
    return ok({
      value: { jwks: jwks.value, imported: new Map() },
      freshSeconds: within(KEYS_FRESH, fetched.value.maxAgeSeconds),
    });
  }

  /** A credential may name its key by an absolute URL (VC-JOSE-COSE §3.1.3): the issuer and, as fragment, what the JWK Set calls it. */
  function namedIn(header: JsonObject): JsonObject {
    const kid = textMember(header, 'kid');
    if (isDidWeb(trust.issuer)) {
      // Its Status List Tokens may name the same key as its JWK Set does, which is the fragment.
      const isBare = /^[\w-]+$/.test(kid);
      return { ...header, kid: absolute(trust.issuer, isBare ? `#${kid}` : kid) };
    }
    const isOfCredential = trust.profiles.includes('vc+jwt') && kid.startsWith(`${trust.issuer}#`);
    return isOfCredential ? { ...header, kid: kid.slice(trust.issuer.length + 1) } : header;
  }

  async function keyFor(given: JsonObject): Promise<Result<CryptoKey, KeyRefusal>> {
    const header = namedIn(given);
    const held = keys.peek() ?? (await keys.get());
    const current = asResult(held);
    if (!current.ok) return unavailable(trust.issuer, current.error);
    const key = await keyIn(current.value.value, header);
    if (key.ok || key.error.code !== 'unknown_key') return key;
    const reloaded = await keys.reload();
    if (!reloaded.ok) return unavailable(trust.issuer, reloaded.error);
    const found = await keyIn(reloaded.value.value, header);
    const { staleSeconds } = reloaded.value;
    if (found.ok || found.error.code !== 'unknown_key' || staleSeconds === 0) return found;
    // The issuer may have a new key that nobody can ask for.
    const age = `those held are ${Math.ceil(staleSeconds)} seconds beyond their time`;
    return unavailable(
      trust.issuer,
      `${age} and hold no ${JSON.stringify(header['kid'] ?? null).slice(0, 200)}`,
    );
  }

  return {
    keyFor,
    warm: async () => {
      const held = await keys.get();
      return held.ok ? ok(undefined) : held;
    },
  };
}

function keyIn(set: KeySet, header: JsonObject): Promise<Result<CryptoKey, KeyRefusal>> {
  const name = `${textMember(header, 'alg')} ${textMember(header, 'kid')}`;
  const known = set.imported.get(name);
  if (known !== undefined) return known;
  const chosen = chooseKey(set.jwks, header);
  if (!chosen.ok) {
    const code = chosen.error.code === 'kid' ? 'unknown_key' : 'key';
    return Promise.resolve(err({ code, detail: chosen.error.detail }));
  }
  const importing = importPublicKey(chosen.value, textMember(header, 'alg')).then(
    (key): Result<CryptoKey, KeyRefusal> =>
      key.ok ? key : err({ code: 'key', detail: `The published key cannot be used: ${key.error}.` }),
  );
  set.imported.set(name, importing);
  return importing;
}

function asResult(held: Held<KeySet> | Result<Held<KeySet>, string>): Result<Held<KeySet>, string> {
  return 'ok' in held ? held : ok(held);
}

function unavailable(issuer: string, why: string): Result<never, KeyRefusal> {
  return err({ code: 'keys_unavailable', detail: `The keys of ${issuer} could not be had: ${clause(why)}.` });
}

function within(bounds: typeof KEYS_FRESH, seconds: number | undefined): number {
  return Math.min(bounds.most, Math.max(bounds.least, seconds ?? bounds.unsaid));
}
