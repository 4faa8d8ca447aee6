import type { JsonObject } from '../json.ts';

/** A sign-in, a registration or a request at the authorization endpoint that was begun and not finished: what must come back with its answer. */
export type Ceremony = {
  /** Digest of an unguessable text that the browser holds: in a cookie, or in the address of the page that asks. */
  readonly id: string;
  readonly kind:
    'passkey_registration' | 'passkey_authentication' | 'open_id_connect' | 'authorization_request';
  /** Challenge, state, nonce, code verifier, and who it is for. */
  readonly data: JsonObject;
  /** NumericDate, seconds. */
  readonly expiresAt: number;
};
