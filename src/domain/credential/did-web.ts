import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** Verification methods that hold a public key as JWK (Controlled Identifiers 1.0 §2.2.1, and its older name). */
const KEY_TYPES: ReadonlySet<JsonValue | undefined> = new Set(['JsonWebKey', 'JsonWebKey2020']);
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;
const HOST =
  /^(?=.{1,253}(?:%3A|$))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?:%3A[1-9]\d{0,4})?$/i;

/** Whether a text begins as a `did:web`. */
export function isDidWeb(text: string): boolean {
  return text.startsWith('did:web:');
}

/**
 * The place that a `did:web` names, without a final slash: `did:web:example.com%3A8443:a:b` is `https://example.com:8443/a/b` (did:web §3.2). Names
 * only, no addresses; plain http is for `localhost` alone. The refusal is a sentence.
 */
export function didWebPlace(did: string): Result<string, string> {
  const [method, name, host = '', ...path] = did.split(':');
  const bare = host.replace(/%3A\d+$/i, '');
  if (method !== 'did' || name !== 'web' || !HOST.test(host) || /^(?:\d+\.)*\d+$/.test(bare))
    return err('It is no did:web of a host name.');
  if (path.some((segment) => !/^[A-Za-z0-9._-]+$/.test(segment) || /^\.+$/.test(segment)))
    return err('Its did:web has a path that cannot be a URL’s.');
  const scheme = bare === 'localhost' ? 'http' : 'https';
  const place = [`${scheme}://${host.replace(/%3A/i, ':')}`, ...path].join('/');
  return URL.canParse(place) ? ok(place) : err('It is no did:web of a host name.');
}

/** Where the document of a `did:web` is (did:web §3.2). */
export function didWebUrl(place: string): string {
  const { pathname } = new URL(place);
  return pathname === '/' ? `${place}/.well-known/did.json` : `${place}/did.json`;
}

/**
 * The keys with which a DID asserts (DID Core §5.3.2), as a JWK Set whose `kid` values are DID URLs. Only methods of the DID itself count, listed
 * in `assertionMethod`, by reference or by value. A private key in a document spoils all of it. The refusal is a sentence's end.
 */
export function assertionKeys(did: string, document: JsonValue): Result<JsonObject, string> {
  if (!isJsonObject(document) || document['id'] !== did) return err(`it is not the document of ${did}`);
  const methods = listOf(document['verificationMethod']).filter(isJsonObject);
  const keys: JsonObject[] = [];
  for (const asserted of listOf(document['assertionMethod'])) {
    const kid = absolute(did, isJsonObject(asserted) ? asserted['id'] : asserted);
    if (kid === undefined) continue;
    const method = isJsonObject(asserted) ? asserted : methods.find(({ id }) => absolute(did, id) === kid);
    const { type, controller, publicKeyJwk: jwk } = method ?? {};
    if (controller !== did || !KEY_TYPES.has(type) || !isJsonObject(jwk)) continue;
    if (PRIVATE_MEMBERS.some((name) => jwk[name] !== undefined))
      return err(`${kid} is published with its private key`);
    keys.push({ ...jwk, kid });
  }
  return ok({ keys });
}

/** The DID URL of a verification method of this DID; undefined for that of another. */
export function absolute(did: string, id: JsonValue | undefined): string | undefined {
  if (typeof id !== 'string') return undefined;
  const url = id.startsWith('#') ? `${did}${id}` : id;
  return url.startsWith(`${did}#`) ? url : undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
