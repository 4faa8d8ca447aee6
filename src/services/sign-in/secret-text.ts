import { encodeBase64url } from '../../domain/base64url.ts';

const PATTERN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** An id, so that the row is found by key, and 256 random bits, compared in constant time: for cookies and one-time links. */
export type SecretText = { readonly id: string; readonly secret: string };

/** @param random 32 octets */
export function newSecretText(id: string, random: Uint8Array): SecretText & { readonly text: string } {
  const secret = encodeBase64url(random);
  return { id, secret, text: `${id}_${secret}` };
}

/** Takes such a text apart; undefined when it is none of ours. */
export function parseSecretText(text: string): SecretText | undefined {
  const [, id, secret] = PATTERN.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}
