import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { PublicJwk, SigningAlgorithm } from '../domain/signing-key.ts';

/** A private key as custody keeps it, with its public half as it is published. */
export type KeyPair = { readonly privateJwk: JWK; readonly publicJwk: PublicJwk };

/** Bits of an RSA modulus; 2048 is the floor of RFC 7518 §3.3, 3072 matches the strength of P-256. */
const RSA_MODULUS_BITS = 3072;

const KEY_TYPES = ['EC', 'RSA', 'OKP'] as const;

/** Makes a key pair for an algorithm (RFC 7518 §3.1; EdDSA: RFC 8037 §3.1, Ed25519). The private half is for sealing only. */
export async function newKeyPair(alg: SigningAlgorithm): Promise<KeyPair> {
  const { privateKey } = await generateKeyPair(alg, {
    extractable: true,
    modulusLength: RSA_MODULUS_BITS,
    ...(alg === 'EdDSA' ? { crv: 'Ed25519' } : {}),
  });
  const privateJwk = await exportJWK(privateKey);
  return { privateJwk, publicJwk: await publicHalf(privateJwk, alg) };
}

/**
 * The public members of a key in the order they are published, under its RFC 7638 §3 thumbprint (SHA-256). Throws when
 * the JWK lacks a member its thumbprint needs.
 */
export async function publicHalf(jwk: JWK, alg: SigningAlgorithm): Promise<PublicJwk> {
  const { crv, x, y, n, e } = jwk;
  const kty = KEY_TYPES.find((known) => known === jwk.kty);
  if (kty === undefined) throw new TypeError(`no signature key type: ${jwk.kty}`);
  return {
    kty,
    ...(crv === undefined ? {} : { crv }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    ...(n === undefined ? {} : { n }),
    ...(e === undefined ? {} : { e }),
    kid: await calculateJwkThumbprint(jwk, 'sha256'),
    alg,
    use: 'sig',
  };
}
