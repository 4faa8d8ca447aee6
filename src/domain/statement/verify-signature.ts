import { decodeBase64url } from '../base64url.ts';
import type { PublicJwk, SigningAlgorithm } from '../signing-key.ts';

type Parameters = {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly saltLength?: number;
};

/** What Web Crypto is told for each algorithm this issuer signs with (RFC 7518 §3, RFC 8037 §3.1). */
const PARAMETERS: Readonly<Record<SigningAlgorithm, Parameters>> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
};

/**
 * Whether a compact JWS was signed with a key of this issuer (RFC 7515 §5.2). Header and claims are the caller's matter;
 * the algorithm is the key's, whatever the header says.
 */
export async function isSignedBy(compact: string, jwk: PublicJwk): Promise<boolean> {
  const end = compact.lastIndexOf('.');
  const signature = decodeBase64url(compact.slice(end + 1));
  if (!signature.ok) return false;
  const parameters = PARAMETERS[jwk.alg];
  const { kty, crv, x, y, n, e } = jwk;
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  try {
    const key = await crypto.subtle.importKey('jwk', Object.fromEntries(members), parameters, false, [
      'verify',
    ]);
    const input = new TextEncoder().encode(compact.slice(0, Math.max(0, end)));
    return await crypto.subtle.verify(parameters, key, new Uint8Array(signature.value), input);
  } catch {
    // Some runtimes throw for a signature of the wrong length.
    return false;
  }
}
