import { sha256Base64url } from '../sha256.ts';
import { timingSafeEqual } from '../timing-safe-equal.ts';

/** Whether a text can be a code challenge of method S256: base64url of 32 octets (RFC 7636 §4.2). */
export function isCodeChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** Whether a verifier belongs to a challenge of method S256 (RFC 7636 §4.6). */
export function isVerifierOf(verifier: string, challenge: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) && timingSafeEqual(sha256Base64url(verifier), challenge);
}
