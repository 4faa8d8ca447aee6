import { decodeBase64url } from '../base64url.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { STATUS } from '../status-list/token.ts';

/**
 * One thing that was looked at in a statement from elsewhere. `unknown` means that nobody could be asked: it may stand.
 * Details are sentences for people; `code` is for programs.
 */
export type Check = {
  readonly check:
    | 'form'
    | 'header'
    | 'issuer'
    | 'keys'
    | 'key'
    | 'signature'
    | 'times'
    | 'claims'
    | 'audience'
    | 'status'
    | 'document';
  readonly outcome: 'holds' | 'fails' | 'unknown';
  readonly code: string;
  readonly detail: string;
  readonly spec: string;
};

/** A compact JWS taken apart, nothing of it verified. */
export type UnverifiedJws = {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
};

/** Where a statement says its status is kept. */
export type StatusReference = { readonly uri: string; readonly idx: number };

const MAX_JSON_DEPTH = 32;

/** Asymmetric algorithms and the keys they take (RFC 7518 §3.1, RFC 8037); never `none`, never HMAC (RFC 8725 §3.1). */
export const ALGORITHMS: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
};

/** Header members that name a key from elsewhere (RFC 7515 §4.1.2 to §4.1.6): only the issuer's own keys count. */
const KEY_HINTS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

/**
 * Takes a compact JWS apart strictly: canonical base64url, strict JSON objects in header and payload (RFC 7515 §3.1,
 * RFC 8725 §3.7). The refusal is a sentence.
 *
 * @param maxCharacters longer texts are not looked at
 */
export function parseCompact(text: string, maxCharacters: number): Result<UnverifiedJws, string> {
  if (text.length > maxCharacters) return err(`it is longer than ${maxCharacters} characters`);
  const parts = text.split('.');
  const [header, claims, signature] = parts;
  if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined)
    return err('it is not three parts with points between');
  if (!decodeBase64url(signature).ok) return err('its signature is not base64url');
  const [readHeader, readClaims] = [objectOf(header), objectOf(claims)];
  if (!readHeader.ok) return err(`its header ${readHeader.error}`);
  if (!readClaims.ok) return err(`its payload ${readClaims.error}`);
  return ok({ text, header: readHeader.value, claims: readClaims.value });
}

/** What a reader expects of a protected header. */
export type ExpectedHeader = {
  /** Values of `typ` that count, compared without regard to case and to a leading `application/` (RFC 7515 §4.1.9). */
  readonly types: readonly string[];
  /** Values of `alg` that count; every asymmetric one when absent. */
  readonly algorithms?: readonly string[];
};

/**
 * Judges a protected header: algorithm, type, and that nothing must be understood that is not. Codes `alg`, `crit`, `typ`.
 */
export function judgeHeader(header: JsonObject, expected: ExpectedHeader): Check {
  const { alg, typ } = header;
  if (typeof alg !== 'string' || !Object.hasOwn(ALGORITHMS, alg) || !isExpected(alg, expected.algorithms))
    return fails(
      'header',
      'alg',
      `The algorithm ${shown(alg)} is none that signs a statement.`,
      'RFC 8725 §3.1',
    );
  if (header['crit'] !== undefined || header['b64'] !== undefined)
    return fails(
      'header',
      'crit',
      'The header demands extensions that no statement has.',
      'RFC 7515 §4.1.11',
    );
  const [type = ''] = expected.types;
  if (typeof typ !== 'string' || !expected.types.some((wanted) => mediaType(wanted) === mediaType(typ)))
    return fails(
      'header',
      'typ',
      `The type is ${shown(typ)}, not ${expected.types.join(' or ')}.`,
      'RFC 8725 §3.11',
    );
  const hints = KEY_HINTS.filter((name) => header[name] !== undefined);
  const ignored =
    hints.length === 0 ? '' : ` Its ${hints.join(', ')} is ignored: only the issuer’s own keys count.`;
  return holds('header', `It is a ${type} signed with ${alg}.${ignored}`, 'RFC 8725 §3');
}

function isExpected(alg: string, algorithms: readonly string[] | undefined): boolean {
  return algorithms === undefined || algorithms.includes(alg);
}

function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}

/** The issuer a statement names: an http or https URL without query, fragment or user (RFC 8414 §2). Code `iss`. */
export function issuerOf(claims: JsonObject): Result<string, Check> {
  const { iss } = claims;
  if (typeof iss === 'string' && /^https?:\/\//i.test(iss) && !/[?#\s\\]/.test(iss) && URL.canParse(iss)) {
    const { username, password } = new URL(iss);
    if (username === '' && password === '') return ok(iss);
  }
  return err(fails('issuer', 'iss', `Its issuer ${shown(iss)} is not an issuer identifier.`, 'RFC 8414 §2'));
}

/** Where an issuer's metadata is: the well-known name goes between host and path (RFC 8414 §3.1). */
export function metadataUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
}

/** Judges server metadata: it must be the issuer's own (RFC 8414 §3.3). Gives `jwks_uri`. Codes `metadata`, `jwks_uri`. */
export function judgeMetadata(metadata: JsonValue, issuer: string): Result<string, Check> {
  if (!isJsonObject(metadata))
    return err(fails('issuer', 'metadata', 'The issuer’s metadata is not a JSON object.', 'RFC 8414 §3.2'));
  if (metadata['issuer'] !== issuer) {
    const detail = `The metadata found for ${issuer} is that of ${shown(metadata['issuer'])}.`;
    return err(fails('issuer', 'metadata', detail, 'RFC 8414 §3.3'));
  }
  const uri = metadata['jwks_uri'];
  if (typeof uri !== 'string' || !URL.canParse(uri))
    return err(fails('issuer', 'jwks_uri', 'The issuer’s metadata names no jwks_uri.', 'RFC 8414 §2'));
  return ok(uri);
}

/** Chooses the one published key that `kid` names and that fits `alg`. Codes `jwks`, `kid`, `key_alg`, `key_use`. */
export function chooseKey(jwks: JsonValue, header: JsonObject): Result<JsonObject, Check> {
  const keys = isJsonObject(jwks) ? jwks['keys'] : undefined;
  if (!Array.isArray(keys))
    return err(fails('keys', 'jwks', 'What jwks_uri gives is no JWK Set.', 'RFC 7517 §5'));
  const { kid, alg } = header;
  if (typeof kid !== 'string') return err(fails('key', 'kid', 'The header names no key.', 'RFC 7515 §4.1.4'));
  const named = keys.filter((candidate) => isJsonObject(candidate) && candidate['kid'] === kid);
  const [key, ...more] = named;
  if (!isJsonObject(key)) {
    const detail = `The issuer does not publish the key ${shown(kid)}: it was retired, revoked, or never its own.`;
    return err(fails('key', 'kid', detail, 'RFC 7517 §4.5'));
  }
  if (more.length > 0)
    return err(
      fails('key', 'kid', `The issuer publishes several keys named ${shown(kid)}.`, 'RFC 7517 §4.5'),
    );
  const needed = typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined;
  const fits = key['kty'] === needed?.kty && (needed?.crv === undefined || key['crv'] === needed.crv);
  if (!fits || (key['alg'] !== undefined && key['alg'] !== alg))
    return err(fails('key', 'key_alg', `The key ${shown(kid)} is not for ${shown(alg)}.`, 'RFC 8725 §3.1'));
  if (key['use'] !== undefined && key['use'] !== 'sig')
    return err(fails('key', 'key_use', `The key ${shown(kid)} is not for signatures.`, 'RFC 7517 §4.2'));
  return ok(key);
}

/**
 * Judges the claims of a statement: times, what it has to hold, and whom it is for. All of them, each its own check. Whether
 * the claims can be believed is the signature's matter. Codes `iat`, `exp`, `nbf`, `jti`, `software_id`, `aud`.
 *
 * @param judged.now NumericDate, seconds, like the tolerance
 * @param judged.audience issuer identifier of the authorization server that asks; undefined when nobody in particular does
 */
export function judgeStatement(judged: {
  readonly claims: JsonObject;
  readonly now: number;
  readonly clockToleranceSeconds: number;
  readonly audience?: string | undefined;
}): readonly Check[] {
  const { claims, audience } = judged;
  return [
    judgeTimes(claims, judged.now, judged.clockToleranceSeconds),
    judgeMembers(claims),
    judgeAudience(claims, audience),
  ];
}

/** Judges `iat`, `exp` and `nbf` (RFC 7519 §4.1). Seconds; codes `iat`, `exp`, `nbf`. */
export function judgeTimes(claims: JsonObject, now: number, tolerance: number): Check {
  const { iat, exp, nbf } = claims;
  const spec = 'RFC 7519 §4.1';
  if (!isSeconds(iat)) return fails('times', 'iat', 'It does not say when it was issued (iat).', spec);
  if (!isSeconds(exp)) return fails('times', 'exp', 'It does not say when it expires (exp).', spec);
  if (iat > now + tolerance)
    return fails('times', 'iat', `It was issued in the future, at ${instant(iat)}.`, spec);
  if (exp <= now - tolerance) return fails('times', 'exp', `It expired at ${instant(exp)}.`, spec);
  if (exp <= iat) return fails('times', 'exp', 'It expired before it was issued.', spec);
  if (nbf !== undefined && (!isSeconds(nbf) || nbf > now + tolerance))
    return fails('times', 'nbf', 'It is not valid yet (nbf).', spec);
  return holds('times', `It was issued at ${instant(iat)} and lasts until ${instant(exp)}.`, spec);
}

function judgeMembers(claims: JsonObject): Check {
  const { jti, software_id: softwareId, software_version: version } = claims;
  if (typeof jti !== 'string' || jti === '')
    return fails('claims', 'jti', 'It has no identifier (jti).', 'RFC 7519 §4.1.7');
  if (typeof softwareId !== 'string' || softwareId === '')
    return fails('claims', 'software_id', 'It names no software (software_id).', 'RFC 7591 §2');
  const versioned = typeof version === 'string' ? `, version ${version}` : '';
  return holds('claims', `It is statement ${jti} about software ${softwareId}${versioned}.`, 'RFC 7591 §2.3');
}

/** Judges `aud` (RFC 7519 §4.1.3). Code `aud`. */
export function judgeAudience(claims: JsonObject, wanted: string | undefined): Check {
  const { aud } = claims;
  const spec = 'RFC 7519 §4.1.3';
  if (aud === undefined) return holds('audience', 'It is for every authorization server.', spec);
  const named = (Array.isArray(aud) ? aud : [aud]).filter((item) => typeof item === 'string');
  if (named.length === 0) return fails('audience', 'aud', 'Its audience is malformed.', spec);
  if (wanted !== undefined && !named.includes(wanted))
    return fails('audience', 'aud', `It is for ${named.join(', ')}, not for ${wanted}.`, spec);
  return holds('audience', `It is for ${named.join(', ')}.`, spec);
}

/** Reads the status claim; the list must be the issuer's own, below its identifier. Codes `status`, `status_uri`. */
export function statusReferenceOf(claims: JsonObject, issuer: string): Result<StatusReference, Check> {
  const spec = 'draft-ietf-oauth-status-list §6.2';
  const { status } = claims;
  const reference = isJsonObject(status) ? status['status_list'] : undefined;
  if (!isJsonObject(reference))
    return err(fails('status', 'status', 'It does not say where its status is kept.', spec));
  const { idx, uri } = reference;
  if (
    typeof idx !== 'number' ||
    !Number.isSafeInteger(idx) ||
    idx < 0 ||
    typeof uri !== 'string' ||
    !URL.canParse(uri)
  )
    return err(fails('status', 'status', 'Its status claim is malformed.', spec));
  if (!isBelow(new URL(uri), new URL(issuer)))
    return err(fails('status', 'status_uri', `Its status list ${shown(uri)} is not the issuer’s.`, spec));
  return ok({ uri, idx });
}

/** What a status value of the issuer's list means (draft-ietf-oauth-status-list §7.1). Codes `revoked`, `suspended`, `status`. */
export function judgeStatus(value: number): Check {
  const spec = 'draft-ietf-oauth-status-list §7.1';
  switch (value) {
    case STATUS.VALID:
      return holds('status', 'The issuer’s status list says VALID.', spec);
    case STATUS.INVALID:
      return fails('status', 'revoked', 'The issuer revoked it: its status list says INVALID.', spec);
    case STATUS.SUSPENDED:
      return fails('status', 'suspended', 'The issuer suspended it: its status list says SUSPENDED.', spec);
    default:
      return fails('status', 'status', `The issuer’s status list says ${value}, which is not VALID.`, spec);
  }
}

export type Verdict = 'stands' | 'does_not_stand' | 'could_not_tell';

/** The verdict of all checks: one that fails outweighs one that nobody could answer. */
export function conclude(checks: readonly Check[]): {
  readonly verdict: Verdict;
  readonly because: Check | undefined;
} {
  const failed = checks.find(({ outcome }) => outcome === 'fails');
  if (failed !== undefined) return { verdict: 'does_not_stand', because: failed };
  const unanswered = checks.find(({ outcome }) => outcome === 'unknown');
  return { verdict: unanswered === undefined ? 'stands' : 'could_not_tell', because: unanswered };
}

/** A check that holds. */
export function holds(check: Check['check'], detail: string, spec: string): Check {
  return { check, outcome: 'holds', code: 'ok', detail, spec };
}

/** A check that fails. */
export function fails(check: Check['check'], code: string, detail: string, spec: string): Check {
  return { check, outcome: 'fails', code, detail, spec };
}

/** A check that could not be made. */
export function unknown(check: Check['check'], code: string, detail: string, spec: string): Check {
  return { check, outcome: 'unknown', code, detail, spec };
}

function objectOf(part: string): Result<JsonObject, string> {
  const octets = decodeBase64url(part);
  if (!octets.ok) return err('is not base64url');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets.value);
  } catch {
    return err('is not UTF-8');
  }
  const parsed = parseJson(text, { maxDepth: MAX_JSON_DEPTH });
  if (!parsed.ok) return err(`cannot be read: ${parsed.error.detail}`);
  return isJsonObject(parsed.value) ? ok(parsed.value) : err('is not a JSON object');
}

/** Whether a URL lies below an issuer's identifier: on its host, and below its path. */
export function isBelow(url: URL, issuer: URL): boolean {
  const base = issuer.pathname.replace(/\/$/, '');
  return (
    url.origin === issuer.origin &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.startsWith(`${base}/`)
  );
}

function isSeconds(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? '(none)' : JSON.stringify(value).slice(0, 200);
}
