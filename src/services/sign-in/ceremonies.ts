import { encodeBase64url } from '../../domain/base64url.ts';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { Ceremony } from '../../domain/sign-in/ceremony.ts';
import type { Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';

/** Seconds people have to finish what they began: to find their phone, or to sign in at their provider. */
export const CEREMONY_SECONDS = 600;

/** Ceremonies that may be open at once, of those whom nobody knows yet. A stranger can begin one for nothing, and each is a row. */
export const MOST_BEGUN_BY_STRANGERS = 10_000;
/** Kept free for people who are signed in or hold a link: strangers cannot keep them out. */
export const MOST_BEGUN = 12_000;

/** Something for a browser to answer: the options for its authenticator, and what to bring back with the answer. */
export type Begun = {
  /** Goes into a cookie that no script reads, so that only this browser can finish. */
  readonly ceremony: string;
  readonly options: JsonObject;
};

/** 256 random bits, base64url: a challenge (Web Authentication Level 3 §13.4.3), a state, a nonce or a code verifier. */
export function newChallenge(issuer: Issuer): string {
  return encodeBase64url(issuer.random(32));
}

/**
 * Remembers what was begun.
 *
 * @param data with a member `purpose`, so that what was begun for one end cannot be finished for another; `sign_in` is what strangers begin
 * @returns the text that finishes it; the database holds its digest. Refuses when too many are open
 */
export async function keepCeremony(
  issuer: Issuer,
  kind: Ceremony['kind'],
  data: JsonObject & { readonly purpose: string },
): Promise<Result<string, Refusal>> {
  const text = encodeBase64url(issuer.random(32));
  const now = issuer.clock.now();
  const kept = await issuer.store.saveCeremony(
    { id: sha256Base64url(text), kind, data, expiresAt: now + CEREMONY_SECONDS },
    now,
    data.purpose === 'sign_in' ? MOST_BEGUN_BY_STRANGERS : MOST_BEGUN,
  );
  if (kept.ok) return ok(text);
  issuer.log('warn', 'sign_in.crowded', { purpose: data.purpose, next_over: kept.error.nextOver });
  return err({
    code: 'sign_in_crowded',
    by: 'everybody',
    retryAfterSeconds: Math.max(1, kept.error.nextOver - now),
  });
}

/**
 * What was begun, once: whatever comes of it, it cannot be finished again.
 *
 * @param text from the cookie of the browser
 */
export async function takeCeremony<Purpose extends string>(
  issuer: Issuer,
  text: string | undefined,
  kind: Ceremony['kind'],
  ...purposes: readonly Purpose[]
): Promise<Result<{ readonly purpose: Purpose; readonly data: JsonObject }, Refusal>> {
  const ceremony =
    text === undefined
      ? undefined
      : await issuer.store.takeCeremony(sha256Base64url(text), issuer.clock.now());
  const purpose = purposes.find((known) => known === ceremony?.data['purpose']);
  return ceremony?.kind === kind && purpose !== undefined
    ? ok({ purpose, data: ceremony.data })
    : err({ code: 'sign_in_over' });
}
