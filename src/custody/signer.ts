import { importJWK, type JWK } from 'jose';
import type { SigningAlgorithm } from '../domain/signing-key.ts';

/** Signs octets as RFC 7518 §3 wants them (ECDSA: r‖s), with a key nobody can take out. */
export type Signer = (message: Uint8Array) => Promise<Uint8Array>;

const PARAMETERS = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  // RFC 7518 §3.5: the salt is as long as the hash.
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  EdDSA: { name: 'Ed25519' },
} as const satisfies Readonly<Record<SigningAlgorithm, object>>;

/**
 * Prepares a private key once, not extractable; every signature afterwards is one WebCrypto call. Throws when the JWK is no
 * private key for this algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
 */
export async function signerFor(privateJwk: JWK, alg: SigningAlgorithm): Promise<Signer> {
  const key = await importJWK(privateJwk, alg, { extractable: false });
  if (!(key instanceof CryptoKey) || key.type !== 'private' || key.extractable)
    throw new TypeError(`not a private key for ${alg}`);
  const parameters = PARAMETERS[alg];
  // WebCrypto takes no shared memory, hence the copy.
  return async (message) =>
    new Uint8Array(await crypto.subtle.sign(parameters, key, new Uint8Array(message)));
}
