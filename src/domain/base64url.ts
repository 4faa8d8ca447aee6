import { err, ok, type Result } from './result.ts';

/** Text that is not the one canonical encoding of any octets. */
export type Base64Problem = { readonly code: 'not_base64' | 'not_base64url'; readonly detail: string };

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const NOT_IN_ALPHABET = 64;
const VALUE_OF = new Uint8Array(256).fill(NOT_IN_ALPHABET);
for (const [value, character] of ALPHABET.entries()) VALUE_OF[character] = value;

const utf8 = new TextDecoder();

/** base64url without padding (RFC 4648 §5, RFC 7515 §2). */
export function encodeBase64url(octets: Uint8Array): string {
  const out = new Uint8Array(Math.ceil((octets.length * 4) / 3));
  let pending = 0;
  let pendingBits = 0;
  let length = 0;
  for (const octet of octets) {
    pending = ((pending << 8) | octet) & 0xffff;
    pendingBits += 8;
    while (pendingBits >= 6) {
      pendingBits -= 6;
      out[length++] = ALPHABET[(pending >> pendingBits) & 63] ?? 0;
    }
  }
  if (pendingBits > 0) out[length] = ALPHABET[(pending << (6 - pendingBits)) & 63] ?? 0;
  return utf8.decode(out);
}

/** base64url without padding of the UTF-8 octets of `text` (RFC 7515 §2, BASE64URL(UTF8(text))). */
export function encodeBase64urlText(text: string): string {
  return encodeBase64url(new TextEncoder().encode(text));
}

/**
 * Reads base64url strictly: no padding, no white space, no other alphabet, unused trailing bits zero (RFC 4648 §3.5),
 * so that every octet string has exactly one text. Code `not_base64url`.
 */
export function decodeBase64url(text: string): Result<Uint8Array, Base64Problem> {
  if (text.length % 4 === 1) return refuse('not_base64url', `${text.length} characters encode no octets`);
  const octets = new Uint8Array(Math.floor((text.length * 3) / 4));
  let pending = 0;
  let pendingBits = 0;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUE_OF[text.charCodeAt(i)] ?? NOT_IN_ALPHABET;
    if (value === NOT_IN_ALPHABET) return refuse('not_base64url', `character ${i} is not in the alphabet`);
    pending = ((pending << 6) | value) & 0xffff;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      octets[length++] = pending >> pendingBits;
    }
  }
  if ((pending & ((1 << pendingBits) - 1)) !== 0)
    return refuse('not_base64url', 'the trailing bits are not zero');
  return ok(octets);
}

/** Base64 with padding (RFC 4648 §4), as signed notes write it. */
export function encodeBase64(octets: Uint8Array): string {
  const text = encodeBase64url(octets).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** Reads base64 strictly: padded, no white space, unused trailing bits zero (RFC 4648 §4, §3.5). Code `not_base64`. */
export function decodeBase64(text: string): Result<Uint8Array, Base64Problem> {
  const body = text.replace(/={1,2}$/, '');
  if (text.length % 4 !== 0) return refuse('not_base64', 'the length is not a multiple of four');
  if (/[^A-Za-z0-9+/]/.test(body)) return refuse('not_base64', 'a character is not in the alphabet');
  const octets = decodeBase64url(body.replaceAll('+', '-').replaceAll('/', '_'));
  return octets.ok ? octets : refuse('not_base64', octets.error.detail);
}

function refuse(code: Base64Problem['code'], detail: string): Result<never, Base64Problem> {
  return err({ code, detail });
}
