import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { isSignedUnder } from '../../domain/statement/verify-signature.ts';
import { clause } from './refusal.ts';

/** RFC 7518 §3.3, §3.5. */
const MIN_RSA_BITS = 2_048;

const MISFIT = 'The signature does not fit: the statement was changed, or the issuer never signed it.';

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
 * undefined when the signature holds, else a sentence.
 */
export async function signatureFault(text: string, key: CryptoKey, alg: string): Promise<string | undefined> {
  return (await isSignedUnder(text, key, alg)) ? undefined : MISFIT;
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
