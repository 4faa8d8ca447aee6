import type { JsonObject } from '../json.ts';

/** A sign-in or registration that was begun and not finished: what must come back with its answer. */
export type Ceremony = {
  /** Unguessable; the browser holds it in a cookie. */
  readonly id: string;
  readonly kind: 'passkey_registration' | 'passkey_authentication' | 'open_id_connect';
  /** Challenge, state, nonce, code verifier, and who it is for. */
  readonly data: JsonObject;
  /** NumericDate, seconds. */
  readonly expiresAt: number;
};
