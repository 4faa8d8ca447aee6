import { assertionKeys, didWebPlace, didWebUrl, isDidWeb } from '../domain/credential/did-web.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { fails, holds, judgeMetadata, metadataUrl, unknown, type Check } from '../domain/statement/judge.ts';
import { fetchJson, type FetchRules } from '../kit/fetch-document.ts';

const MAX_METADATA_OCTETS = 256 * 1024;
const KEY_SPEC = 'RFC 7517 §5';
const DID_SPEC = 'did:web §3.2';

/** The https place an issuer names itself by; a trust domain names none (SPIFFE Federation §4). */
export function placeOf(issuer: string): Result<string, Check> {
  if (issuer.startsWith('spiffe://'))
    return err(
      unknown(
        'issuer',
        'trust_domain',
        `${issuer} says nothing of where its keys are: a trust domain is known by its bundle. Ask the issuer's own page, /check.`,
        'SPIFFE Federation §4',
      ),
    );
  if (!isDidWeb(issuer)) return ok(issuer);
  const place = didWebPlace(issuer);
  return place.ok ? place : err(fails('issuer', 'did', place.error, DID_SPEC));
}

/**
 * Discovery and keys; undefined when they could not be had, with the reason added to `checks`.
 *
 * @param rules.issuer the place of the issuer, below which everything of its own is
 */
export async function issuerKeys(
  issuer: string,
  rules: FetchRules,
  checks: Check[],
): Promise<JsonValue | undefined> {
  if (isDidWeb(issuer)) return didKeys(issuer, rules, checks);
  const wanted = { accept: 'application/json', maxOctets: MAX_METADATA_OCTETS };
  const metadata = await fetchJson(metadataUrl(issuer), wanted, rules);
  if (!metadata.ok) {
    checks.push(
      unknown('issuer', 'unreachable', `The issuer could not be asked: ${metadata.error}.`, 'RFC 8414 §3'),
    );
    return undefined;
  }
  const jwksUri = judgeMetadata(metadata.value.value, issuer);
  if (!jwksUri.ok) {
    checks.push(jwksUri.error);
    return undefined;
  }
  checks.push(holds('issuer', `${issuer} publishes metadata of its own.`, 'RFC 8414 §3.3'));
  const accept = 'application/jwk-set+json, application/json';
  const jwks = await fetchJson(jwksUri.value, { accept, maxOctets: MAX_METADATA_OCTETS }, rules);
  if (jwks.ok) return jwks.value.value;
  checks.push(unknown('keys', 'unreachable', `The issuer’s keys could not be had: ${jwks.error}.`, KEY_SPEC));
  return undefined;
}

/** The keys of a DID document that assert, under the names that their fragments are. */
async function didKeys(did: string, rules: FetchRules, checks: Check[]): Promise<JsonValue | undefined> {
  const accept = 'application/did+json, application/did+ld+json, application/json';
  const wanted = { accept, maxOctets: MAX_METADATA_OCTETS };
  const document = await fetchJson(didWebUrl(rules.issuer), wanted, rules);
  if (!document.ok) {
    checks.push(
      unknown(
        'issuer',
        'unreachable',
        `The document of ${did} could not be had: ${document.error}.`,
        DID_SPEC,
      ),
    );
    return undefined;
  }
  const keys = assertionKeys(did, document.value.value);
  if (!keys.ok) {
    checks.push(fails('issuer', 'did', `The document of ${did} cannot be used: ${keys.error}.`, DID_SPEC));
    return undefined;
  }
  checks.push(holds('issuer', `${did} publishes a document of its own.`, DID_SPEC));
  const { keys: listed } = keys.value;
  return { keys: Array.isArray(listed) ? listed.filter(isJsonObject).map((key) => named(did, key)) : [] };
}

function named(did: string, key: JsonObject): JsonObject {
  const { kid } = key;
  return typeof kid === 'string' ? { ...key, kid: kid.slice(did.length + 1) } : key;
}
