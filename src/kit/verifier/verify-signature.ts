import { importJWK, type CryptoKey, type JWK } from 'jose';
import { decodeBase64url } from '../../domain/base64url.ts';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { clause } from './refusal.ts';

/** RFC 7518 §3.3, §3.5. */
const MIN_RSA_BITS = 2_048;

/** What WebCrypto is told for each algorithm (RFC 7518 §3, RFC 8037 §3.1, RFC 9864); hashes of RSA keys are part of the key. */
const PARAMETERS: Readonly<
  Record<string, { readonly name: string; readonly hash?: string; readonly saltLength?: number }>
> = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', hash: 'SHA-512' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  PS384: { name: 'RSA-PSS', saltLength: 48 },
  PS512: { name: 'RSA-PSS', saltLength: 64 },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  RS384: { name: 'RSASSA-PKCS1-v1_5' },
  RS512: { name: 'RSASSA-PKCS1-v1_5' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
};

const MISFIT = 'The signature does not fit: the statement was changed, or the issuer never signed it.';

const utf8 = new TextEncoder();

/** Imports the public half of a published key for one algorithm. The refusal is a sentence's end. */
export async function importPublicKey(jwk: JsonObject, alg: string): Promise<Result<CryptoKey, string>> {
  try {
    const key = await importJWK(publicMembers(jwk), alg);
    if (key instanceof Uint8Array) return err('it is a symmetric key');
    const bits = 'modulusLength' in key.algorithm ? key.algorithm.modulusLength : MIN_RSA_BITS;
    return typeof bits === 'number' && bits >= MIN_RSA_BITS
      ? ok(key)
      : err(`its modulus has ${String(bits)} bits, and ${alg} takes ${MIN_RSA_BITS} or more`);
  } catch (error) {
    // Runtimes disagree about which errors a key of nonsense gives; all of them say the same of the key.
    return err(error instanceof Error ? clause(error.message) : 'it cannot be imported');
  }
}

/**
 * Verifies a compact JWS that `parseCompact` took apart and whose header was judged, under a key imported for its `alg`;
 * undefined when the signature holds, else a sentence (RFC 7515 §5.2). WebCrypto is asked directly: nothing is parsed twice.
 */
export async function signatureFault(text: string, key: CryptoKey, alg: string): Promise<string | undefined> {
  const end = text.lastIndexOf('.');
  const signature = decodeBase64url(text.slice(end + 1));
  const parameters = Object.hasOwn(PARAMETERS, alg) ? PARAMETERS[alg] : undefined;
  if (parameters === undefined || !signature.ok) return MISFIT;
  try {
    const input = utf8.encode(text.slice(0, end));
    const holds = await crypto.subtle.verify(parameters, key, new Uint8Array(signature.value), input);
    return holds ? undefined : MISFIT;
  } catch {
    // Some runtimes throw for a signature of the wrong length.
    return MISFIT;
  }
}

/** Only what a public key is made of: a private member in a published set must not turn it into a private key here. */
function publicMembers(key: JsonObject): JWK {
  const members: Record<string, string> = {};
  for (const name of ['kty', 'crv', 'x', 'y', 'n', 'e']) {
    const value = key[name];
    if (typeof value === 'string') members[name] = value;
  }
  return members;
}
