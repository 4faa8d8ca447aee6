import { textMember, type JsonObject } from '../json.ts';
import { sha256Base64url } from '../sha256.ts';

/** Required members of a public key in lexicographic order, by `kty` (RFC 7638 §3.2, RFC 8037 §2). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
  OKP: ['crv', 'kty', 'x'],
};

/** The SHA-256 thumbprint of a public key, base64url (RFC 7638 §3); undefined for what is no asymmetric public key. */
export function thumbprintOf(jwk: JsonObject): string | undefined {
  const kty = textMember(jwk, 'kty');
  const names = Object.hasOwn(REQUIRED, kty) ? REQUIRED[kty] : undefined;
  if (names === undefined || names.some((name) => textMember(jwk, name) === '')) return undefined;
  return sha256Base64url(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))));
}
