import { inflateSync } from 'node:zlib';
import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';

/** Verified claims, or the error code to answer with (RFC 7591 §3.2.2). */
export type Verification =
  | { readonly ok: true; readonly claims: JWTPayload }
  | { readonly ok: false; readonly error: Code; readonly description: string };
type Code = 'invalid_software_statement' | 'unapproved_software_statement' | 'temporarily_unavailable';

/** What signs a software statement here; never `none`, never a shared secret (RFC 8725 §3.1). */
const ASYMMETRIC = new Set(['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA']);
const REQUIRED_CLAIMS = ['iss', 'iat', 'exp', 'jti', 'software_id', 'status'];
/** Milliseconds that discovered metadata and keys are used before they are asked for again. */
const FRESH_MILLISECONDS = 300_000;
const TIMEOUT_MILLISECONDS = 5_000;
const MAX_STATUS_LIST_OCTETS = 2 ** 24;

/** jose's verdicts on the statement; whatever else goes wrong is not the client's fault. */
const FAULTS_OF_THE_STATEMENT = new Set([
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSMultipleMatchingKeys.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
]);

class Refused extends Error {
  readonly error: Code;
  constructor(error: Code, description: string) {
    super(description);
    this.error = error;
  }
}

/**
 * Trusts one issuer of software statements by its URL alone; keys, algorithms and status lists are discovered.
 *
 * @param options.issuer issuer identifier, compared octet by octet with `iss`
 * @param options.audience issuer identifier of this authorization server
 * @returns verifies a `software_statement` (RFC 7591 §2.3) and asks whether it still stands
 */
export function trustIssuer(options: {
  readonly issuer: string;
  readonly audience: string;
  readonly fetch: typeof fetch;
}): (statement: unknown) => Promise<Verification> {
  const { issuer, audience } = options;
  let known: { readonly keys: Keys; readonly algorithms: string[]; readonly until: number } | undefined;

  async function discover() {
    if (known !== undefined && Date.now() < known.until) return known;
    const metadata: unknown = await (await get(wellKnown(issuer))).json();
    if (!isObject(metadata) || metadata['issuer'] !== issuer)
      throw new Error('the metadata names another issuer'); // RFC 8414 §3.3
    const offered = metadata['software_statement_signing_alg_values_supported'];
    const algorithms = strings(offered).filter((alg) => ASYMMETRIC.has(alg));
    const keys = createRemoteJWKSet(new URL(sameScheme(metadata['jwks_uri'])), {
      [customFetch]: options.fetch,
      cacheMaxAge: FRESH_MILLISECONDS,
      timeoutDuration: TIMEOUT_MILLISECONDS,
    });
    known = { keys, algorithms, until: Date.now() + FRESH_MILLISECONDS };
    return known;
  }

  async function verify(statement: unknown): Promise<JWTPayload> {
    if (typeof statement !== 'string') throw invalid('software_statement is missing');
    // Not verified yet: good for choosing whom to ask, and for nothing else.
    const { iss } = decodeJwt(statement);
    if (iss === undefined) throw invalid('the statement has no iss');
    if (iss !== issuer) throw unapproved('the issuer of the statement is not trusted here');
    const { keys, algorithms } = await discover();
    const { payload } = await jwtVerify(statement, keys, {
      issuer,
      algorithms,
      typ: 'JWT',
      requiredClaims: REQUIRED_CLAIMS,
    });
    // Only a statement meant for named servers carries aud.
    if (payload.aud !== undefined && ![payload.aud].flat().includes(audience))
      throw unapproved('the statement is meant for other authorization servers');
    const status = await statusOf(payload['status'], keys, algorithms);
    if (status !== 0) throw invalid(`the statement does not stand: ${STATUS_NAMES[status] ?? status}`);
    return payload;
  }

  /** Fetched each time: registrations are rare. A busy server may keep a list for its `ttl` in seconds. */
  async function statusOf(claim: unknown, keys: Keys, algorithms: string[]): Promise<number> {
    const reference = isObject(claim) ? claim['status_list'] : undefined;
    if (!isObject(reference)) throw invalid('the status claim names no status list');
    const { idx, uri } = reference;
    if (typeof uri !== 'string') throw invalid('the status claim names no status list');
    const token = await (await get(sameScheme(uri), 'application/statuslist+jwt')).text();
    // draft-ietf-oauth-status-list §8.3: typ, signature, sub and exp, then the bits.
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      typ: 'statuslist+jwt',
      subject: uri,
      requiredClaims: ['iat'],
    }).catch((cause: unknown) => {
      throw new Error('the status list cannot be believed', { cause });
    });
    return statusAt(payload['status_list'], idx);
  }

  function sameScheme(url: unknown): string {
    if (typeof url !== 'string' || new URL(url).protocol !== new URL(issuer).protocol)
      throw new Error('the issuer names an address with another scheme than its own');
    return url;
  }

  async function get(url: string, accept = 'application/json'): Promise<Response> {
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const response = await options.fetch(url, { headers: { accept }, redirect: 'error', signal });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    return response;
  }

  return async (statement) => {
    try {
      return { ok: true, claims: await verify(statement) };
    } catch (error) {
      if (error instanceof Refused) return { ok: false, error: error.error, description: error.message };
      if (error instanceof errors.JOSEError && FAULTS_OF_THE_STATEMENT.has(error.code))
        return { ok: false, error: 'invalid_software_statement', description: error.message };
      // Fail closed: who cannot be asked cannot vouch.
      return { ok: false, error: 'temporarily_unavailable', description: 'the issuer cannot be asked' };
    }
  };
}

type Keys = ReturnType<typeof createRemoteJWKSet>;
const STATUS_NAMES = ['valid', 'revoked', 'suspended'];

/** RFC 8414 §3.1: the well-known name goes between host and path. */
function wellKnown(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`;
}

/** Reads one entry; least significant bits first (draft-ietf-oauth-status-list §4.1). */
function statusAt(list: unknown, idx: unknown): number {
  if (!isObject(list)) throw new Error('the status list token holds no list');
  const { bits, lst } = list;
  if (typeof bits !== 'number' || ![1, 2, 4, 8].includes(bits) || typeof lst !== 'string')
    throw new Error('the status list is malformed');
  const octets = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: MAX_STATUS_LIST_OCTETS });
  const entriesPerOctet = 8 / bits;
  const octet = typeof idx === 'number' ? octets[Math.floor(idx / entriesPerOctet)] : undefined;
  if (octet === undefined || typeof idx !== 'number')
    throw invalid('the status index lies outside the status list');
  return (octet >> ((idx % entriesPerOctet) * bits)) & (2 ** bits - 1);
}

function invalid(description: string): Refused {
  return new Refused('invalid_software_statement', description);
}

function unapproved(description: string): Refused {
  return new Refused('unapproved_software_statement', description);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
