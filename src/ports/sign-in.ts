import type { JsonObject } from '../domain/json.ts';
import type { Result } from '../domain/result.ts';
import type { Passkey } from '../domain/sign-in/passkey.ts';

/** The ways to sign in that this issuer has; policy says which of them may be used. */
export type SignInMethods = {
  readonly passkeys: Passkeys;
  /** Absent where the operators have not named an identity provider. */
  readonly identityProvider: IdentityProvider | undefined;
};

/** A credential an authenticator has just made. */
export type NewCredential = Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports'>;

/** Why an authenticator's answer does not stand; for the log, never for strangers. */
export type PasskeyFailure = { readonly code: 'not_verified'; readonly detail: string };

/**
 * Web Authentication for the relying party that is this issuer: its id is the issuer's host, its origin the issuer's. Options and answers are
 * the JSON forms of Level 3 §5.1.8–5.1.10, which the browser takes and gives. It remembers nothing.
 */
export type Passkeys = {
  /**
   * What `navigator.credentials.create()` is called with (§5.4): a discoverable credential, user verification preferred, no attestation.
   *
   * @param challenge at least 16 random octets, base64url
   */
  registrationOptions(command: {
    readonly challenge: string;
    readonly personId: string;
    readonly name: string;
    /** The passkeys the person has: an authenticator that holds one is not offered. */
    readonly existing: readonly Pick<Passkey, 'id' | 'transports'>[];
  }): Promise<JsonObject>;
  /** Verifies what came of it (§7.1). */
  verifyRegistration(response: JsonObject, challenge: string): Promise<Result<NewCredential, PasskeyFailure>>;
  /**
   * What `navigator.credentials.get()` is called with (§5.5).
   *
   * @param command.among the passkeys that will do; any of this issuer when absent
   */
  authenticationOptions(command: {
    readonly challenge: string;
    readonly among?: readonly Pick<Passkey, 'id' | 'transports'>[];
  }): Promise<JsonObject>;
  /**
   * Verifies an assertion by a known passkey (§7.2), its user handle included. The counter is the caller's to judge.
   *
   * @returns the signature counter as the authenticator gave it
   */
  verifyAuthentication(
    response: JsonObject,
    challenge: string,
    passkey: Passkey,
  ): Promise<Result<{ readonly counter: number }, PasskeyFailure>>;
};

/** What an identity provider says of somebody who has just signed in there. */
export type ProvidedClaims = {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly groups: readonly string[];
  /** NumericDate, seconds: when they were asked who they are (OpenID Connect Core 1.0 §2, `auth_time`). */
  readonly authenticatedAt: number | undefined;
};

export type IdentityProviderFailure = {
  /** It did not answer, or what it answered (an error, a token that does not verify) lets nobody in. */
  readonly code: 'unreachable' | 'refused';
  readonly detail: string;
};

/** What belongs to one trip to the identity provider and back; each but the URI is made of random octets. */
export type AuthorizationSecrets = {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636 §4.1 */
  readonly codeVerifier: string;
};

/**
 * The OpenID Connect provider of the organisation, as its client: authorization code with PKCE (S256), state and nonce. Who owns the provider
 * can sign in as everybody who signs in with it.
 */
export type IdentityProvider = {
  /** Its issuer identifier. */
  readonly issuer: string;
  /** What people call it. */
  readonly name: string;
  /**
   * Where to send the browser (OpenID Connect Core 1.0 §3.1.2.1).
   *
   * @param command.again whether a session at the provider will not do: people are asked who they are once more
   */
  begin(
    command: AuthorizationSecrets & { readonly again: boolean },
  ): Promise<Result<string, IdentityProviderFailure>>;
  /**
   * Takes the browser's return: exchanges the code, verifies the ID token (§3.1.3.7), and asks UserInfo for what it lacks.
   *
   * @param command.returned the URL the browser came back to, with its query
   */
  finish(
    command: AuthorizationSecrets & { readonly returned: string; readonly groupsClaim: string },
  ): Promise<Result<ProvidedClaims, IdentityProviderFailure>>;
};
