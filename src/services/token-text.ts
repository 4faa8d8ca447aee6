import { encodeBase64url } from '../domain/base64url.ts';

const PATTERN = /^imp_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** Shortest and longest secret an operator may set for an unattended first start. */
const SETUP = /^[\x21-\x7e]{8,255}$/;

/**
 * The text of an API token: a fixed prefix that secret scanners can find, the token's id (so that the row
 * is found by key and the secret compared in constant time), and 256 bits of randomness.
 */
export function newTokenText(
  id: string,
  random: Uint8Array,
): { readonly text: string; readonly secret: string } {
  const secret = encodeBase64url(random);
  return { text: `imp_${id}_${secret}`, secret };
}

/** Id and secret of a token text; undefined when it is not one of ours. */
export function parseTokenText(text: string): { readonly id: string; readonly secret: string } | undefined {
  const match = PATTERN.exec(text);
  const [, id, secret] = match ?? [];
  if (id !== undefined && secret !== undefined) return { id, secret };
  return isSetupSecret(text) ? { id: SETUP_TOKEN_ID, secret: text } : undefined;
}

/** The one token whose text the operator may choose (IMPRIMATUR_SETUP_TOKEN); its id is fixed. */
export const SETUP_TOKEN_ID = '00000000-0000-7000-8000-000000000000';

/** Whether a text can serve as an operator-chosen set-up token: 8 to 255 visible ASCII characters. */
export function isSetupSecret(text: string): boolean {
  return SETUP.test(text);
}
