import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  discovery,
  fetchUserInfo,
  None,
  type ClientAuth,
  type Configuration,
} from 'openid-client';
import { err, ok, type Result } from '../domain/result.ts';
import type { IdentityProvider, IdentityProviderFailure, ProvidedClaims } from '../ports/sign-in.ts';

/** What operators say of their provider. */
export type IdentityProviderSettings = {
  /** Issuer identifier; https, or http on loopback for development. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined;
  /** What people call it; its host when absent. */
  readonly name: string | undefined;
};

/** Seconds. */
const TIMEOUT_SECONDS = 10;
/** Milliseconds after which endpoints and algorithms are read again. */
const DISCOVERED_MILLISECONDS = 3_600_000;
const SCOPE = 'openid profile email';
const MAX_GROUPS = 1_000;

type Claims = { readonly [claim: string]: unknown };

/**
 * An OpenID Connect provider as openid-client reaches it, on Node and Workers. The provider is found by discovery when somebody first signs in,
 * so that an issuer starts whether or not its provider answers.
 *
 * @param now milliseconds since the epoch
 */
export function createIdentityProvider(
  settings: IdentityProviderSettings,
  now: () => number = Date.now,
): IdentityProvider {
  const server = new URL(settings.issuer);
  // The finished configuration is kept, never the promise: Workers let no request wait for another's connection.
  let known: { readonly configuration: Configuration; readonly until: number } | undefined;

  async function configuration(): Promise<Configuration> {
    if (known !== undefined && known.until > now()) return known.configuration;
    const found = await discovery(
      server,
      settings.clientId,
      undefined,
      authenticationOf(settings.clientSecret),
      {
        timeout: TIMEOUT_SECONDS,
        execute: server.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    );
    known = { configuration: found, until: now() + DISCOVERED_MILLISECONDS };
    return found;
  }

  return {
    issuer: settings.issuer,
    name: settings.name ?? server.host,
    begin: ({ redirectUri, state, nonce, codeVerifier, again }) =>
      attempt(async () => {
        const url = buildAuthorizationUrl(await configuration(), {
          redirect_uri: redirectUri,
          scope: SCOPE,
          state,
          nonce,
          code_challenge: await calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
          ...(again ? { prompt: 'login', max_age: '0' } : {}),
        });
        return url.href;
      }),
    finish: ({ redirectUri, state, nonce, codeVerifier, returned, groupsClaim }) =>
      attempt(async () => {
        const client = await configuration();
        const url = new URL(redirectUri);
        url.search = new URL(returned).search;
        const tokens = await authorizationCodeGrant(client, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        const token: Claims = tokens.claims() ?? {};
        const subject = textOf(token['sub']) ?? '';
        // Many providers tell profile and groups at UserInfo alone (OpenID Connect Core 1.0 §5.4).
        const isWhole = ['name', 'email', groupsClaim].every((claim) => claim in token);
        const more: Claims =
          isWhole || client.serverMetadata().userinfo_endpoint === undefined
            ? {}
            : await fetchUserInfo(client, tokens.access_token, subject);
        const issuer = textOf(token['iss']) ?? settings.issuer;
        return claimsOf({ ...more, ...token }, { issuer, subject, groupsClaim });
      }),
  };
}

function claimsOf(
  claims: Claims,
  known: { readonly issuer: string; readonly subject: string; readonly groupsClaim: string },
): ProvidedClaims {
  const groups = claims[known.groupsClaim];
  const authenticatedAt = claims['auth_time'];
  return {
    issuer: known.issuer,
    subject: known.subject,
    name: textOf(claims['name']) ?? textOf(claims['preferred_username']),
    email: textOf(claims['email']),
    groups: (Array.isArray(groups) ? groups : [groups])
      .flatMap((group) => textOf(group) ?? [])
      .slice(0, MAX_GROUPS),
    authenticatedAt: typeof authenticatedAt === 'number' ? authenticatedAt : undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** client_secret_basic, which is what a client has unless it asked for another (OpenID Connect Core 1.0 §9), or else what the provider takes. */
function authenticationOf(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return methods.includes('client_secret_basic') ? basic(server, ...rest) : post(server, ...rest);
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<Result<T, IdentityProviderFailure>> {
  try {
    return ok(await work());
  } catch (error) {
    return err({ code: wasAnswered(error) ? 'refused' : 'unreachable', detail: detailOf(error) });
  }
}

/** What openid-client refuses after an answer has a code of its own; a connection that fails or takes too long has none, or one of these. */
function wasAnswered(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    typeof code === 'string' && code.startsWith('OAUTH_') && !['OAUTH_TIMEOUT', 'OAUTH_ABORT'].includes(code)
  );
}

/** What happened, for the log. The messages of the libraries name claims and errors, never a code, a state or a token. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  const { cause, message } = error;
  const told = 'error' in error ? textOf(error.error) : undefined;
  const description = 'error_description' in error ? textOf(error.error_description) : undefined;
  return [message, cause instanceof Error ? cause.message : undefined, told, description]
    .filter((part) => part !== undefined)
    .join(': ')
    .slice(0, 300);
}
