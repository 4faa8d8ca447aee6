import { encodeBase64url } from '../domain/base64url.ts';
import type { PublicJwk, SigningAlgorithm } from '../domain/signing-key.ts';
import type { Random } from '../ports.ts';
import { newKeyPair } from './generate-key-pair.ts';
import { sealKey, type KeyPurpose } from './sealed-key.ts';

/**
 * Makes a key for the secret IMPRIMATUR_SIGNING_KEYS; the private half exists nowhere but in the JWE.
 *
 * @param alg of a statement key; a checkpoint key is Ed25519 whatever it says (C2SP signed-note)
 * @param keyEncryptionKey 32 octets
 */
export async function createSealedKey(
  alg: SigningAlgorithm,
  purpose: KeyPurpose,
  keyEncryptionKey: Uint8Array,
): Promise<{ readonly publicJwk: PublicJwk; readonly jwe: string }> {
  const pair = await newKeyPair(purpose === 'checkpoint' ? 'EdDSA' : alg);
  const jwe = await sealKey(pair, { purpose, sequence: 0 }, { keyEncryptionKey });
  return { publicJwk: pair.publicJwk, jwe };
}

/** A fresh key-encryption key: 32 octets, base64url. */
export function newKeyEncryptionKey(random: Random): string {
  return encodeBase64url(random(32));
}
