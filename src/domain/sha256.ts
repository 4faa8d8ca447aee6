import { hash } from 'node:crypto';

/** Octets of a SHA-256 digest. */
export const SHA256_OCTETS = 32;

/**
 * Writes SHA-256(`data`) into `out` at `offset` (32 octets). The form without an allocation per hash, for trees.
 * @see FIPS 180-4
 */
export function sha256Into(data: Uint8Array, out: Uint8Array, offset: number): void {
  // One-shot to a Latin-1 string: three times the rate of a Buffer result, whose own backing store costs more than the hash.
  const digest = hash('sha256', data, 'binary');
  for (let i = 0; i < SHA256_OCTETS; i++) out[offset + i] = digest.charCodeAt(i);
}

/** SHA-256 over the concatenation of `parts`: 32 octets in a buffer of their own. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = new Uint8Array(SHA256_OCTETS);
  const [first = digest.subarray(0, 0)] = parts;
  sha256Into(parts.length <= 1 ? first : concatenate(parts), digest, 0);
  return digest;
}

/** SHA-256 over the UTF-8 octets of `text`, as base64url without padding (43 characters). */
export function sha256Base64url(text: string): string {
  return hash('sha256', text, 'base64url');
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((octets, part) => octets + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
