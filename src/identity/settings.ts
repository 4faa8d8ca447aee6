import { err, ok, type Result } from '../domain/result.ts';
import { isIssuerIdentifier } from '../domain/statement/audience.ts';
import type { IdentityProviderSettings } from './open-id-connect.ts';

/** The variables of Node and the bindings of Workers that name an identity provider, with their meaning. */
export const IDENTITY_PROVIDER_VARIABLES = {
  IMPRIMATUR_OIDC_ISSUER: 'issuer URL of the OpenID Connect provider people may sign in with',
  IMPRIMATUR_OIDC_CLIENT_ID: 'client_id that the provider gave this issuer',
  IMPRIMATUR_OIDC_CLIENT_SECRET: 'client_secret; leave it out for a public client, which PKCE protects',
  IMPRIMATUR_OIDC_NAME: 'what people call the provider, for the button (default its host)',
} as const;

type Name = keyof typeof IDENTITY_PROVIDER_VARIABLES;

/**
 * Reads which identity provider operators have named; every problem at once.
 *
 * @param variables empty values count as absent
 * @returns undefined where none is named
 */
export function readIdentityProvider(
  variables: Readonly<Record<string, unknown>>,
): Result<
  IdentityProviderSettings | undefined,
  readonly { readonly variable: Name; readonly detail: string }[]
> {
  const read = (name: Name) => {
    const value = variables[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const issuer = read('IMPRIMATUR_OIDC_ISSUER');
  const clientId = read('IMPRIMATUR_OIDC_CLIENT_ID');
  const clientSecret = read('IMPRIMATUR_OIDC_CLIENT_SECRET');
  const name = read('IMPRIMATUR_OIDC_NAME');
  if (issuer === undefined) {
    const alone = (
      ['IMPRIMATUR_OIDC_CLIENT_ID', 'IMPRIMATUR_OIDC_CLIENT_SECRET', 'IMPRIMATUR_OIDC_NAME'] as const
    ).filter((variable) => read(variable) !== undefined);
    return alone.length === 0
      ? ok(undefined)
      : err(alone.map((variable) => ({ variable, detail: 'needs IMPRIMATUR_OIDC_ISSUER beside it' })));
  }
  if (!isIssuerIdentifier(issuer))
    return err([
      {
        variable: 'IMPRIMATUR_OIDC_ISSUER',
        detail: 'must be an https URL without query or fragment (http only for localhost)',
      },
    ]);
  if (clientId === undefined)
    return err([
      {
        variable: 'IMPRIMATUR_OIDC_CLIENT_ID',
        detail: 'must be the client_id that the provider gave this issuer',
      },
    ]);
  return ok({ issuer, clientId, clientSecret, name });
}
