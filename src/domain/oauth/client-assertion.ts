import { textMember, type JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { sha256Base64url } from '../sha256.ts';
import { parseCompact } from '../statement/judge.ts';
import { isSignedUnderJwk } from '../statement/verify-signature.ts';
import { thumbprintOf } from './thumbprint.ts';

/** `client_assertion_type` of private_key_jwt (RFC 7523 §2.2). */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Algorithms of client assertions that are taken (`token_endpoint_auth_signing_alg_values_supported`). */
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'] as const;

const MAX_CHARACTERS = 8_192;
/** Seconds that clocks may differ, and that an assertion may be good for. */
const TOLERANCE_SECONDS = 60;
const MAX_LIFETIME_SECONDS = 3_600;

/** A client that has just shown a key of its own. */
export type AssertedClient = {
  readonly clientKey: string;
  readonly replayId: string;
  readonly replayUntil: number;
};

/**
 * Judges a client assertion of `private_key_jwt` (RFC 7523 §3; its audience is the issuer identifier alone, draft-ietf-oauth-rfc7523bis §4, so that
 * one made for another server is good for nothing here). The refusal is a sentence.
 *
 * @param keys the public keys of the client
 * @param now NumericDate, seconds
 */
export async function judgeClientAssertion(
  assertion: string,
  expected: { readonly clientId: string; readonly audience: string },
  keys: readonly JsonObject[],
  now: number,
): Promise<Result<AssertedClient, string>> {
  const parsed = parseCompact(assertion, MAX_CHARACTERS);
  if (!parsed.ok) return err(`The client_assertion cannot be read: ${parsed.error}.`);
  const { header, claims } = parsed.value;
  const alg = ASSERTION_ALGORITHMS.find((known) => known === header['alg']);
  if (alg === undefined)
    return err(`The client_assertion must be signed with one of ${ASSERTION_ALGORITHMS.join(', ')}.`);
  if (header['crit'] !== undefined)
    return err('The client_assertion demands extensions that are not understood.');
  const typ = textMember(header, 'typ')
    .toLowerCase()
    .replace(/^application\//, '');
  if (header['typ'] !== undefined && typ !== 'jwt' && typ !== 'client-authentication+jwt')
    return err('The client_assertion must have the typ client-authentication+jwt, JWT, or none.');
  const fault = claimsFault(claims, expected, now);
  if (fault !== undefined) return err(fault);
  const kid = header['kid'];
  const candidates = kid === undefined ? keys : keys.filter((key) => key['kid'] === kid);
  for (const key of candidates.slice(0, 10)) {
    const clientKey = fits(key, alg) ? thumbprintOf(key) : undefined;
    if (clientKey === undefined || !(await isSignedUnderJwk(assertion, key, alg))) continue;
    const replayId = sha256Base64url(`assertion\0${expected.clientId}\0${textMember(claims, 'jti')}`);
    return ok({ clientKey, replayId, replayUntil: Number(claims['exp']) + TOLERANCE_SECONDS + 1 });
  }
  return err('The client_assertion is signed with no key that the client metadata names.');
}

function claimsFault(
  claims: JsonObject,
  expected: { readonly clientId: string; readonly audience: string },
  now: number,
): string | undefined {
  const { iss, sub, aud, exp, iat, nbf } = claims;
  const jti = textMember(claims, 'jti');
  if (iss !== expected.clientId || sub !== expected.clientId)
    return 'The client_assertion must have the client_id as iss and as sub.';
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (audience !== expected.audience)
    return `The client_assertion must have ${expected.audience} as its only aud.`;
  if (jti === '' || jti.length > 256) return 'The client_assertion must have a jti of 1 to 256 characters.';
  if (typeof exp !== 'number' || exp <= now - TOLERANCE_SECONDS) return 'The client_assertion has expired.';
  if (exp > now + MAX_LIFETIME_SECONDS)
    return `The client_assertion must expire within ${MAX_LIFETIME_SECONDS} seconds (exp).`;
  if (iat !== undefined && (typeof iat !== 'number' || iat > now + TOLERANCE_SECONDS))
    return 'The client_assertion was issued in the future (iat).';
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + TOLERANCE_SECONDS))
    return 'The client_assertion is not valid yet (nbf).';
  return undefined;
}

function fits(key: JsonObject, alg: string): boolean {
  return (
    (key['use'] === undefined || key['use'] === 'sig') && (key['alg'] === undefined || key['alg'] === alg)
  );
}
