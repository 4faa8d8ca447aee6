import { encodeBase64url } from '../../domain/base64url.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';

/** A credential as its holder gets it, once, and as it is kept: 256 random bits need no salt and no slow hash. */
export type NewCredential = { readonly text: string; readonly sha256: string };

const SECRET_OCTETS = 32;
const INITIAL_ACCESS_TOKEN = /^imp_iat_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** A client secret. Its prefix, like the others, lets secret scanners find it. */
export function newClientSecret(random: (octets: number) => Uint8Array): NewCredential {
  return credential(`imp_cs_${secretOf(random)}`);
}

/** A registration access token (RFC 7592 §1.2). */
export function newRegistrationAccessToken(random: (octets: number) => Uint8Array): NewCredential {
  return credential(`imp_rat_${secretOf(random)}`);
}

/** An initial access token (RFC 7591 §1.2); its id makes the row found by key, and the secret compared in constant time. */
export function newInitialAccessToken(id: string, random: (octets: number) => Uint8Array): NewCredential {
  return credential(`imp_iat_${id}_${secretOf(random)}`);
}

/** The id in the text of an initial access token; undefined when it is none of ours. */
export function initialAccessTokenId(text: string): string | undefined {
  return INITIAL_ACCESS_TOKEN.exec(text)?.[1];
}

/** Whether a text is the credential of which only the digest is kept, in constant time. */
export function isCredential(text: string, sha256: string | null): boolean {
  return sha256 !== null && timingSafeEqual(sha256Base64url(text), sha256);
}

function secretOf(random: (octets: number) => Uint8Array): string {
  return encodeBase64url(random(SECRET_OCTETS));
}

function credential(text: string): NewCredential {
  return { text, sha256: sha256Base64url(text) };
}
