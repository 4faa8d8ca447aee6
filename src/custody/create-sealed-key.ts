import { base64url } from 'jose';
import type { PublicJwk, SigningAlgorithm } from '../domain/signing-key.ts';
import type { Random } from '../ports.ts';
import { newKeyPair } from './generate-key-pair.ts';
import { sealKey, type KeyPurpose } from './sealed-key.ts';

/** Makes a key for the secret IMPRIMATUR_SIGNING_KEYS; the private half exists nowhere but in the JWE. */
export async function createSealedKey(
  alg: SigningAlgorithm,
  purpose: KeyPurpose,
  keyEncryptionKey: Uint8Array,
): Promise<{ readonly publicJwk: PublicJwk; readonly jwe: string }> {
  const pair = await newKeyPair(purpose === 'checkpoint' ? 'EdDSA' : alg);
  return { publicJwk: pair.publicJwk, jwe: await sealKey(pair, purpose, { keyEncryptionKey }) };
}

/** A fresh key-encryption key: 32 octets, base64url. */
export function newKeyEncryptionKey(random: Random): string {
  return base64url.encode(random(32));
}
