import {
  base64url,
  compactDecrypt,
  CompactEncrypt,
  decodeProtectedHeader,
  errors,
  type CompactJWEHeaderParameters,
  type JWK,
} from 'jose';
import { isJsonObject, parseJson } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { SIGNING_ALGORITHMS, type PublicJwk } from '../domain/signing-key.ts';
import { publicHalf, type KeyPair } from './generate-key-pair.ts';

/** What opens sealed keys: a passphrase, or 32 octets that encrypt directly. */
export type Unlock = { readonly passphrase: string } | { readonly keyEncryptionKey: Uint8Array };

/** A statement key is published; the checkpoint key signs the ledger and never is. */
export type KeyPurpose = 'statement' | 'checkpoint';

export type OpenedKey = KeyPair & { readonly purpose: KeyPurpose };

export type UnsealRefusal = {
  readonly code: 'wrong_passphrase' | 'corrupted_key_file';
  readonly detail: string;
};

/** PBKDF2 with HMAC-SHA-512; about a tenth of a second. */
const PBES2_ITERATIONS = 210_000;

/**
 * A private key at rest: a compact JWE (RFC 7516) that any JOSE tool can open. `kid` and `purpose` stand in the
 * protected header, which the encryption authenticates, so that one file cannot take another's place.
 */
export async function sealKey(pair: KeyPair, purpose: KeyPurpose, unlock: Unlock): Promise<string> {
  const header: CompactJWEHeaderParameters = {
    alg: 'passphrase' in unlock ? 'PBES2-HS512+A256KW' : 'dir',
    enc: 'A256GCM',
    kid: pair.publicJwk.kid,
    cty: 'jwk+json',
    purpose,
  };
  const plaintext = new TextEncoder().encode(JSON.stringify({ ...pair.privateJwk, alg: pair.publicJwk.alg }));
  const encrypt = new CompactEncrypt(plaintext).setProtectedHeader(header);
  if ('passphrase' in unlock) encrypt.setKeyManagementParameters({ p2c: PBES2_ITERATIONS });
  return encrypt.encrypt(keyOf(unlock));
}

/**
 * Opens a sealed key and checks that what lies inside is what the header says.
 *
 * @param name how to call it in a refusal, for example its file name
 */
export async function unsealKey(
  sealed: string,
  name: string,
  unlock: Unlock,
): Promise<Result<OpenedKey, UnsealRefusal>> {
  const corrupted = (detail: string): Result<OpenedKey, UnsealRefusal> =>
    err({ code: 'corrupted_key_file', detail: `${name} ${detail}; put the file back from a backup` });
  const opened = await decrypt(sealed.trim(), unlock);
  if (!opened.ok)
    return opened.error === 'malformed'
      ? corrupted('is not a sealed key, or was damaged')
      : err({
          code: 'wrong_passphrase',
          detail: `${name} does not open: the passphrase (or key-encryption key) is another one, or the file was damaged`,
        });
  const { header, plaintext } = opened.value;
  const parsed = parseJson(plaintext, { maxDepth: 4 });
  if (!parsed.ok || !isJsonObject(parsed.value)) return corrupted('holds no key');
  const privateJwk: JWK = Object.fromEntries(Object.entries(parsed.value));
  const alg = SIGNING_ALGORITHMS.find((known) => known === privateJwk.alg);
  const purpose = header['purpose'];
  if (alg === undefined || (purpose !== 'statement' && purpose !== 'checkpoint'))
    return corrupted('holds a key of a kind this version does not know');
  const publicJwk: PublicJwk = await publicHalf(privateJwk, alg);
  return publicJwk.kid === header.kid
    ? ok({ privateJwk, publicJwk, purpose })
    : corrupted('holds another key than it says');
}

/** Reads a key-encryption key: 32 octets in base64url or base64. */
export function parseKeyEncryptionKey(text: string): Uint8Array | undefined {
  try {
    const octets = base64url.decode(text.trim());
    return octets.length === 32 ? octets : undefined;
  } catch {
    return undefined;
  }
}

type Decrypted = { readonly header: CompactJWEHeaderParameters; readonly plaintext: string };

async function decrypt(
  sealed: string,
  unlock: Unlock,
): Promise<Result<Decrypted, 'malformed' | 'does_not_open'>> {
  try {
    const { alg } = decodeProtectedHeader(sealed);
    if ('passphrase' in unlock !== (alg === 'PBES2-HS512+A256KW')) return err('does_not_open');
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, keyOf(unlock), {
      keyManagementAlgorithms: ['PBES2-HS512+A256KW', 'dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      maxPBES2Count: 2_000_000,
    });
    return ok({ header: protectedHeader, plaintext: new TextDecoder().decode(plaintext) });
  } catch (error) {
    return err(error instanceof errors.JWEDecryptionFailed ? 'does_not_open' : 'malformed');
  }
}

function keyOf(unlock: Unlock): Uint8Array {
  return 'passphrase' in unlock ? new TextEncoder().encode(unlock.passphrase) : unlock.keyEncryptionKey;
}
