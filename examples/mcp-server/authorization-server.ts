import { createHash, randomBytes } from 'node:crypto';
import {
  InvalidGrantError,
  InvalidTokenError,
  InvalidTargetError,
} from '@modelcontextprotocol/sdk/server/auth/errors.js';
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Registrar } from 'imprimatur/kit';
import { registeredClients } from './registered-clients.ts';
import { signInPage } from './sign-in-page.ts';

type Grant = {
  readonly clientId: string;
  readonly person: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeChallenge: string;
};
type Kept<T> = { readonly value: T; readonly until: number };

const MINUTE = 60;
const ACCESS_SECONDS = 5 * MINUTE;
const REFRESH_SECONDS = 30 * 24 * 60 * MINUTE;

/** An authorization server for one MCP server: sign-in, codes with PKCE, access and refresh tokens. */
export type AuthorizationServer = OAuthServerProvider & {
  /** Answers the sign-in page. Gives where to send the person; undefined for a request that is not known or was answered before. */
  readonly signIn: (request: string, person: string) => URL | undefined;
};

/**
 * Keeps codes and tokens in memory, as digests; bring a database of your own. Before a token is issued and each time one is used, the registrar
 * is asked whether the client still stands.
 *
 * @param options.resource URL of the MCP server; tokens are for it alone (RFC 8707)
 * @param options.now seconds
 */
export function createAuthorizationServer(options: {
  readonly registrar: Registrar;
  readonly resource: URL;
  readonly now: () => number;
}): AuthorizationServer {
  const { registrar, resource, now } = options;
  const waiting = new Map<string, Kept<Omit<Grant, 'person'> & { readonly state: string | undefined }>>();
  const codes = new Map<string, Kept<Grant>>();
  const accessTokens = new Map<string, Kept<Grant>>();
  const refreshTokens = new Map<string, Kept<Grant>>();

  function keep<T>(kept: Map<string, Kept<T>>, value: T, seconds: number): string {
    for (const [old, { until }] of kept) if (until <= now()) kept.delete(old);
    const text = randomBytes(32).toString('base64url');
    kept.set(digest(text), { value, until: now() + seconds });
    return text;
  }

  function look<T>(kept: ReadonlyMap<string, Kept<T>>, text: string): T | undefined {
    const found = kept.get(digest(text));
    return found !== undefined && found.until > now() ? found.value : undefined;
  }

  /** Whatever is good for one use only. */
  function take<T>(kept: Map<string, Kept<T>>, text: string): T | undefined {
    const value = look(kept, text);
    kept.delete(digest(text));
    return value;
  }

  function expectOurs(asked: URL | undefined): void {
    if (asked !== undefined && asked.href !== resource.href)
      throw new InvalidTargetError('This authorization server issues tokens for its own MCP server alone.');
  }

  async function tokensFor(grant: Grant): Promise<OAuthTokens> {
    await registrar.used(grant.clientId);
    return {
      access_token: keep(accessTokens, grant, ACCESS_SECONDS),
      token_type: 'Bearer',
      expires_in: ACCESS_SECONDS,
      refresh_token: keep(refreshTokens, grant, REFRESH_SECONDS),
      ...(grant.scopes.length === 0 ? {} : { scope: grant.scopes.join(' ') }),
    };
  }

  return {
    clientsStore: registeredClients(registrar),

    authorize: async (client, params, response) => {
      expectOurs(params.resource);
      const standing = await registrar.standing(client.client_id);
      const request = keep(waiting, waitingFor(client.client_id, params), 10 * MINUTE);
      response
        .set(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'",
        )
        .type('html')
        .send(
          signInPage({
            id: request,
            clientName: client.client_name ?? client.client_id,
            redirectHost: new URL(params.redirectUri).host || params.redirectUri,
            vouchedBy: standing.outcome === 'live' ? standing.registration.governing?.issuer : undefined,
          }),
        );
    },

    signIn: (request, person) => {
      const asked = take(waiting, request);
      if (asked === undefined || person === '') return undefined;
      const { state, ...rest } = asked;
      const back = new URL(asked.redirectUri);
      back.searchParams.set('code', keep(codes, { ...rest, person }, MINUTE));
      if (state !== undefined) back.searchParams.set('state', state);
      return back;
    },

    challengeForAuthorizationCode: async (client, code) => {
      const grant = look(codes, code);
      if (grant === undefined || grant.clientId !== client.client_id)
        throw new InvalidGrantError('The code is unknown, expired, used or of another client.');
      return grant.codeChallenge;
    },

    exchangeAuthorizationCode: async (client, code, _verifier, redirectUri, asked) => {
      expectOurs(asked);
      const grant = take(codes, code);
      if (grant === undefined || grant.clientId !== client.client_id || grant.redirectUri !== redirectUri)
        throw new InvalidGrantError('The code is unknown, expired, used or of another client.');
      return tokensFor(grant);
    },

    // Each refresh token is good for one use (RFC 9700 §4.14.2).
    exchangeRefreshToken: async (client, refreshToken, _scopes, asked) => {
      expectOurs(asked);
      const grant = take(refreshTokens, refreshToken);
      if (grant === undefined || grant.clientId !== client.client_id)
        throw new InvalidGrantError('The refresh token is unknown, expired, used or of another client.');
      return tokensFor(grant);
    },

    verifyAccessToken: async (token): Promise<AuthInfo> => {
      const grant = look(accessTokens, token);
      if (grant === undefined) throw new InvalidTokenError('The access token is unknown or expired.');
      const standing = await registrar.standing(grant.clientId);
      if (standing.outcome !== 'live')
        throw new InvalidTokenError('The client this token was issued to may not be used any more.');
      const { metadata, governing } = standing.registration;
      return {
        token,
        clientId: grant.clientId,
        scopes: [...grant.scopes],
        expiresAt: Math.floor(Date.now() / 1000) + ACCESS_SECONDS,
        resource,
        extra: {
          person: grant.person,
          clientName: metadata['client_name'],
          softwareId: governing?.softwareId,
          vouchedBy: governing?.issuer,
        },
      };
    },
  };
}

function waitingFor(clientId: string, params: AuthorizationParams) {
  const { scopes = [], redirectUri, codeChallenge, state } = params;
  return { clientId, scopes, redirectUri, codeChallenge, state };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
