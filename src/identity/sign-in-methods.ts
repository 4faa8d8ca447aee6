import type { SignInMethods } from '../ports/sign-in.ts';
import { createIdentityProvider, type IdentityProviderSettings } from './open-id-connect.ts';
import { createPasskeys } from './passkeys.ts';

/** The ways to sign in of an issuer, whatever it runs on. */
export function createSignInMethods(
  issuerIdentifier: string,
  identityProvider: IdentityProviderSettings | undefined,
): SignInMethods {
  return {
    passkeys: createPasskeys(issuerIdentifier),
    identityProvider: identityProvider === undefined ? undefined : createIdentityProvider(identityProvider),
  };
}
