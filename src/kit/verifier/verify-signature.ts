import { compactVerify, errors, importJWK, type CryptoKey, type JWK } from 'jose';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';

/** Imports the public half of a published key for one algorithm. The refusal is a sentence. */
export async function importPublicKey(jwk: JsonObject, alg: string): Promise<Result<CryptoKey, string>> {
  try {
    const key = await importJWK(publicMembers(jwk), alg);
    return key instanceof Uint8Array ? err('it is a symmetric key') : ok(key);
  } catch (error) {
    if (isKeyError(error)) return err(error.message);
    throw error;
  }
}

/** Verifies a compact JWS under one key; undefined when the signature holds, else a sentence (RFC 7515 §5.2). */
export async function signatureFault(text: string, key: CryptoKey, alg: string): Promise<string | undefined> {
  try {
    await compactVerify(text, key, { algorithms: [alg] });
    return undefined;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return 'The signature does not fit: the statement was changed, or the issuer never signed it.';
    if (isKeyError(error)) return `The published key cannot verify it: ${error.message}.`;
    throw error;
  }
}

function isKeyError(error: unknown): error is Error {
  return error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException;
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
