import { isJsonObject, textMember, type JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { sha256Base64url } from '../sha256.ts';
import { parseCompact } from '../statement/judge.ts';
import { isSignedUnderJwk } from '../statement/verify-signature.ts';
import { thumbprintOf } from './thumbprint.ts';

/** Algorithms of DPoP proofs that are taken (RFC 9449 §5.1, `dpop_signing_alg_values_supported`). */
export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'] as const;

/** Seconds that a proof may be old, or its clock ahead (RFC 9449 §11.1). */
export const DPOP_WINDOW_SECONDS = 60;
const MAX_CHARACTERS = 8_192;
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

/** A key somebody has just shown to hold. */
export type DpopKey = {
  /** RFC 7638 thumbprint, `jkt`. */
  readonly jkt: string;
  /** Names this proof among all others, so that it is taken once; it can be forgotten at `replayUntil`. */
  readonly replayId: string;
  readonly replayUntil: number;
};

/**
 * Judges a DPoP proof for one request (RFC 9449 §4.3). Whether it was seen before is the caller's matter. The refusal is a sentence.
 *
 * @param expected.method HTTP method, `expected.url` the target URI without query and fragment
 * @param now NumericDate, seconds
 */
export async function judgeDpopProof(
  proof: string,
  expected: { readonly method: string; readonly url: string },
  now: number,
): Promise<Result<DpopKey, string>> {
  const parsed = parseCompact(proof, MAX_CHARACTERS);
  if (!parsed.ok) return err(`The DPoP proof cannot be read: ${parsed.error}.`);
  const { header, claims } = parsed.value;
  const jwk = header['jwk'];
  const alg = DPOP_ALGORITHMS.find((known) => known === header['alg']);
  if (textMember(header, 'typ').toLowerCase() !== 'dpop+jwt')
    return err('The DPoP proof must have the typ dpop+jwt.');
  if (alg === undefined)
    return err(`The DPoP proof must be signed with one of ${DPOP_ALGORITHMS.join(', ')}.`);
  if (header['crit'] !== undefined) return err('The DPoP proof demands extensions that are not understood.');
  if (!isJsonObject(jwk)) return err('The DPoP proof must carry its public key as jwk.');
  if (PRIVATE.some((name) => jwk[name] !== undefined))
    return err('The jwk of the DPoP proof holds private members. Make another key: this one is spent.');
  const jkt = thumbprintOf(jwk);
  if (jkt === undefined) return err('The jwk of the DPoP proof is no asymmetric public key.');
  const fault = claimsFault(claims, expected, now);
  if (fault !== undefined) return err(fault);
  if (!(await isSignedUnderJwk(proof, jwk, alg))) return err('The signature of the DPoP proof does not fit.');
  const replayId = sha256Base64url(`dpop\0${jkt}\0${textMember(claims, 'jti')}`);
  return ok({ jkt, replayId, replayUntil: now + 2 * DPOP_WINDOW_SECONDS + 1 });
}

function claimsFault(
  claims: JsonObject,
  expected: { readonly method: string; readonly url: string },
  now: number,
): string | undefined {
  const { iat } = claims;
  const jti = textMember(claims, 'jti');
  if (jti === '' || jti.length > 256) return 'The DPoP proof must have a jti of 1 to 256 characters.';
  if (claims['htm'] !== expected.method)
    return `The DPoP proof must be for the method ${expected.method} (htm).`;
  if (targetOf(textMember(claims, 'htu')) !== targetOf(expected.url))
    return `The DPoP proof must be for ${expected.url} (htu).`;
  if (typeof iat !== 'number' || Math.abs(now - iat) > DPOP_WINDOW_SECONDS)
    return `The DPoP proof must be at most ${DPOP_WINDOW_SECONDS} seconds old (iat). Check the clock.`;
  return undefined;
}

/** A URI as it is compared: normalised, without query and fragment (RFC 9449 §4.3). */
function targetOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
