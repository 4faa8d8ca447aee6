import {
  compactDecrypt,
  CompactEncrypt,
  decodeProtectedHeader,
  errors,
  type CompactJWEHeaderParameters,
  type JWK,
} from 'jose';
import { decodeBase64, decodeBase64url } from '../domain/base64url.ts';
import { isJsonObject, parseJson } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { SIGNING_ALGORITHMS, type PublicJwk } from '../domain/signing-key.ts';
import { publicHalf, type KeyPair } from './generate-key-pair.ts';
import { signerFor, type Signer } from './signer.ts';

/** What opens sealed keys: a passphrase, or 32 octets that encrypt directly. */
export type Unlock = { readonly passphrase: string } | { readonly keyEncryptionKey: Uint8Array };

/** A statement key is published; the checkpoint key signs the ledger and never is. */
export type KeyPurpose = 'statement' | 'checkpoint';

/** A key ready to sign. The private members stay in the runtime's key store. */
export type OpenedKey = {
  readonly publicJwk: PublicJwk;
  readonly purpose: KeyPurpose;
  /** Place in the order of making; 0 where none was kept. */
  readonly sequence: number;
  readonly sign: Signer;
};

export type UnsealRefusal = {
  /** A damaged file and a wrong passphrase cannot always be told apart: then it is `wrong_passphrase`. */
  readonly code: 'wrong_passphrase' | 'corrupted_key_file';
  /** Names the file and what to do; never any of its content. */
  readonly detail: string;
};

/** PBKDF2 with HMAC-SHA-512; 50 to 100 milliseconds a key. */
const PBES2_ITERATIONS = 210_000;
/** What a file may demand, so that a forged one cannot stall the start for long. */
const MOST_PBES2_ITERATIONS = 1_000_000;
/** The largest, RSA 4096 as a JWK, takes about 5,000 characters. */
const LONGEST_JWE = 16_384;

const PASSPHRASE_ALG = 'PBES2-HS512+A256KW';
const KEY_ENCRYPTION_KEY_ALG = 'dir';

/**
 * A private key at rest: a compact JWE (RFC 7516 §3.1) that any JOSE tool can open. `kid` and `purpose` stand in the
 * protected header, which the encryption authenticates, so that one key cannot take another's place; `sequence` too, since
 * times of files do not survive a backup.
 *
 * @param label.sequence place in the order of making, from 1; 0 where something else keeps the order
 */
export async function sealKey(
  pair: KeyPair,
  label: { readonly purpose: KeyPurpose; readonly sequence: number },
  unlock: Unlock,
): Promise<string> {
  const header: CompactJWEHeaderParameters = {
    alg: algOf(unlock),
    enc: 'A256GCM',
    kid: pair.publicJwk.kid,
    cty: 'jwk+json',
    ...label,
  };
  const plaintext = new TextEncoder().encode(JSON.stringify({ ...pair.privateJwk, alg: pair.publicJwk.alg }));
  const encrypt = new CompactEncrypt(plaintext).setProtectedHeader(header);
  if ('passphrase' in unlock) encrypt.setKeyManagementParameters({ p2c: PBES2_ITERATIONS });
  return encrypt.encrypt(octetsOf(unlock));
}

/**
 * Opens a sealed key and checks that what lies inside is what the protected header says.
 *
 * @param sealed the compact JWE and nothing around it; hostile until it opens
 * @param name how to call it in a refusal, for example its path
 */
export async function unsealKey(
  sealed: string,
  name: string,
  unlock: Unlock,
): Promise<Result<OpenedKey, UnsealRefusal>> {
  const corrupted = (what: string): Result<OpenedKey, UnsealRefusal> =>
    err({ code: 'corrupted_key_file', detail: `${name} ${what}. Put it back from a backup.` });

  const sealedFor = isCanonicalCompact(sealed) ? algIn(sealed) : undefined;
  if (sealedFor === undefined) return corrupted('is not a sealed key, or was damaged');
  if (sealedFor !== algOf(unlock))
    return err({
      code: 'wrong_passphrase',
      detail:
        sealedFor === PASSPHRASE_ALG
          ? `${name} is sealed under a passphrase, not a key-encryption key. Set IMPRIMATUR_KEY_PASSPHRASE alone.`
          : `${name} is sealed under a key-encryption key, not a passphrase. Set IMPRIMATUR_KEY_ENCRYPTION_KEY.`,
    });
  const decrypted = await decrypt(sealed, unlock);
  if (!decrypted.ok)
    return decrypted.error === 'malformed'
      ? corrupted('is not a sealed key, or was damaged')
      : err({
          code: 'wrong_passphrase',
          detail:
            `${name} does not open with this ${'passphrase' in unlock ? 'passphrase' : 'key-encryption key'}. ` +
            'Set the one it was sealed under; if that is the one you set, the file was damaged: put it back from a backup.',
        });

  const { header, plaintext } = decrypted.value;
  const parsed = parseJson(plaintext, { maxDepth: 4 });
  if (!parsed.ok || !isJsonObject(parsed.value)) return corrupted('holds no key');
  const privateJwk: JWK = Object.fromEntries(Object.entries(parsed.value));
  const alg = SIGNING_ALGORITHMS.find((known) => known === privateJwk.alg);
  const { purpose, sequence } = header;
  if (
    alg === undefined ||
    (purpose !== 'statement' && purpose !== 'checkpoint') ||
    (purpose === 'checkpoint' && alg !== 'EdDSA') ||
    typeof sequence !== 'number'
  )
    return corrupted('holds a key of a kind this version does not know');
  let publicJwk: PublicJwk;
  let sign: Signer;
  try {
    publicJwk = await publicHalf(privateJwk, alg);
    sign = await signerFor(privateJwk, alg);
  } catch {
    return corrupted('holds a key that cannot sign');
  }
  return publicJwk.kid === header.kid
    ? ok({ publicJwk, purpose, sequence, sign })
    : corrupted('holds another key than it says');
}

/** Reads a key-encryption key: 32 octets in base64url or, as `openssl rand -base64 32` prints them, base64. */
export function parseKeyEncryptionKey(text: string): Uint8Array | undefined {
  const base64url = decodeBase64url(text);
  const octets = base64url.ok ? base64url : decodeBase64(text);
  return octets.ok && octets.value.length === 32 ? octets.value : undefined;
}

/** RFC 7516 §7.1: five parts; each the one base64url text of its octets, so that no bit of a file goes unread. */
function isCanonicalCompact(sealed: string): boolean {
  const parts = sealed.length > LONGEST_JWE ? [] : sealed.split('.');
  return parts.length === 5 && parts.every((part) => decodeBase64url(part).ok);
}

function algIn(sealed: string): string | undefined {
  try {
    const { alg } = decodeProtectedHeader(sealed);
    return alg === PASSPHRASE_ALG || alg === KEY_ENCRYPTION_KEY_ALG ? alg : undefined;
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
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, octetsOf(unlock), {
      keyManagementAlgorithms: [algOf(unlock)],
      contentEncryptionAlgorithms: ['A256GCM'],
      maxPBES2Count: MOST_PBES2_ITERATIONS,
    });
    return ok({ header: protectedHeader, plaintext: new TextDecoder().decode(plaintext) });
  } catch (error) {
    return err(error instanceof errors.JWEDecryptionFailed ? 'does_not_open' : 'malformed');
  }
}

function algOf(unlock: Unlock): string {
  return 'passphrase' in unlock ? PASSPHRASE_ALG : KEY_ENCRYPTION_KEY_ALG;
}

// RFC 8265 §4.2.2: NFC, so that a passphrase typed on another system is the same octets.
function octetsOf(unlock: Unlock): Uint8Array {
  return 'passphrase' in unlock
    ? new TextEncoder().encode(unlock.passphrase.normalize('NFC'))
    : unlock.keyEncryptionKey;
}
