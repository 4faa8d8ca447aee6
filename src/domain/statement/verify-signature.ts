import { decodeBase64url } from '../base64url.ts';
import type { PublicJwk } from '../signing-key.ts';

type Parameters = {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly saltLength?: number;
};

/** What Web Crypto is told for each algorithm, to import a key and to verify with it (RFC 7518 §3, RFC 8037 §3.1, RFC 9864). */
const PARAMETERS: Readonly<Record<string, Parameters>> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  PS384: { name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
};

type VerifyingKey = CryptoKey;

const utf8 = new TextEncoder();

/**
 * Whether the signature of a compact JWS holds under a key imported for its algorithm (RFC 7515 §5.2). Header and claims are the caller's
 * matter. Web Crypto is asked directly: nothing is parsed twice.
 *
 * @param alg an algorithm the caller has judged; any other never holds
 */
export async function isSignedUnder(compact: string, key: VerifyingKey, alg: string): Promise<boolean> {
  const end = compact.lastIndexOf('.');
  const signature = decodeBase64url(compact.slice(end + 1));
  const parameters = Object.hasOwn(PARAMETERS, alg) ? PARAMETERS[alg] : undefined;
  if (parameters === undefined || !signature.ok) return false;
  try {
    const input = utf8.encode(compact.slice(0, Math.max(0, end)));
    return await crypto.subtle.verify(parameters, key, new Uint8Array(signature.value), input);
  } catch {
    // Some runtimes throw for a signature of the wrong length.
    return false;
  }
}

/** Whether a compact JWS was signed with a key of this issuer; the algorithm is the key's, whatever the header says. */
export async function isSignedBy(compact: string, jwk: PublicJwk): Promise<boolean> {
  return isSignedUnderJwk(compact, jwk, jwk.alg);
}

/** The least bits of an RSA key (RFC 7518 §3.3, §3.5). */
const MIN_RSA_BITS = 2_048;
const PUBLIC_MEMBERS: ReadonlySet<string> = new Set(['kty', 'crv', 'x', 'y', 'n', 'e']);

/**
 * Whether the signature of a compact JWS holds under a public key given as JWK. Its private members and its `use` are not looked at; a key that
 * cannot be one for the algorithm, or is too short, never holds.
 */
export async function isSignedUnderJwk(
  compact: string,
  jwk: { readonly [member: string]: unknown },
  alg: string,
): Promise<boolean> {
  const key = await verifyingKeyOf(jwk, alg);
  return key !== undefined && isSignedUnder(compact, key, alg);
}

/**
 * Keys as they were imported, for as long as somebody holds the JWK: key sets are kept between requests, and importing costs as much as
 * verifying. Never a promise: on Workers one may not wait for what another request began.
 */
const imported = new WeakMap<object, Map<string, VerifyingKey>>();

async function verifyingKeyOf(
  jwk: { readonly [member: string]: unknown },
  alg: string,
): Promise<VerifyingKey | undefined> {
  const known = imported.get(jwk)?.get(alg);
  if (known !== undefined) return known;
  const key = await importForVerifying(jwk, alg);
  if (key !== undefined) imported.set(jwk, (imported.get(jwk) ?? new Map()).set(alg, key));
  return key;
}

async function importForVerifying(
  jwk: { readonly [member: string]: unknown },
  alg: string,
): Promise<VerifyingKey | undefined> {
  const parameters = Object.hasOwn(PARAMETERS, alg) ? PARAMETERS[alg] : undefined;
  if (parameters === undefined) return undefined;
  const members = Object.entries(jwk).filter(
    ([name, value]) => PUBLIC_MEMBERS.has(name) && value !== undefined,
  );
  try {
    const key = await crypto.subtle.importKey('jwk', Object.fromEntries(members), parameters, false, [
      'verify',
    ]);
    const bits = 'modulusLength' in key.algorithm ? key.algorithm.modulusLength : MIN_RSA_BITS;
    return typeof bits === 'number' && bits >= MIN_RSA_BITS ? key : undefined;
  } catch {
    // Runtimes disagree about which errors a key of nonsense gives.
    return undefined;
  }
}
