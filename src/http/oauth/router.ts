import { Hono, type Context } from 'hono';
import { addressKey, memoryRateLimiter } from '../../domain/rate-limit.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { Result } from '../../domain/result.ts';
import type { TokenEndpoint } from '../../services/exchange/endpoint.ts';
import type { TokenOutcome } from '../../services/exchange/request.ts';
import type { Credentials } from '../../services/exchange/request.ts';
import type { Issuer } from '../../services/issuer.ts';
import { CROSS_ORIGIN } from '../cross-origin.ts';
import { describeError } from '../describe-error.ts';
import type { Metrics } from '../metrics.ts';
import { requestIdOf } from '../request-id.ts';
import { outcomeResponse, revokedResponse, statusError, tokenErrorResponse } from './answers.ts';
import { readOAuthForm, type OAuthForm } from './form.ts';
import {
  DEFERRAL_TOKEN_TYPE,
  readCredentials,
  readTokenRequest,
  type TokenRequest,
} from './read-token-request.ts';

/** Requests of one address. A poll every few seconds is far below. */
const LIMIT = { uses: 120, seconds: 60 } as const;

const PREFLIGHT = {
  ...CROSS_ORIGIN,
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'Content-Type, DPoP',
  'access-control-max-age': '86400',
} as const;

/**
 * The OAuth endpoints: the token endpoint (RFC 6749 §3.2, RFC 8693) and the revocation endpoint (RFC 7009). No cookies, no bearer tokens in
 * headers, any origin: what a request is worth is in its body and its proofs.
 *
 * @param base path of the issuer identifier, without a trailing slash
 */
export function oauthRouter(
  issuer: Issuer,
  endpoint: TokenEndpoint,
  metrics: Metrics,
  clientAddress?: (context: Context) => string | undefined,
): Hono {
  const router = new Hono();
  const limit = memoryRateLimiter(LIMIT, () => issuer.clock.nowMilliseconds() / 1000);

  const serve = (
    path: '/token' | '/revoke',
    handle: (form: OAuthForm, credentials: Credentials) => Promise<Response>,
  ) => {
    const timed = metrics.timer(`POST ${path}`);
    const url = `${issuer.identifier}${path}`;
    async function responseTo(context: Context): Promise<Response> {
      const address = clientAddress?.(context);
      const wait = address === undefined ? undefined : await limit(addressKey(address));
      if (wait !== undefined)
        return statusError(429, 'Too many requests. Ask again later.', { 'retry-after': String(wait) });
      const form = await readOAuthForm(context.req.raw, ['audience']);
      if (!form.ok)
        return form.error === 'too_large'
          ? statusError(413, 'The body is too long.')
          : tokenErrorResponse(form.error, issuer.identifier);
      const credentials = readCredentials(form.value, context.req.raw.headers, url);
      return credentials.ok
        ? handle(form.value, credentials.value)
        : tokenErrorResponse(credentials.error, issuer.identifier);
    }
    router.post(path, async (context) => {
      const started = issuer.clock.nowMilliseconds();
      const requestId = requestIdOf(context.req.raw, issuer);
      const response = await responseTo(context).catch((error: unknown) => {
        issuer.log('error', 'http.failed', { request_id: requestId, route: path, ...describeError(error) });
        return statusError(500, 'Something broke here. Ask again later.');
      });
      response.headers.set('x-request-id', requestId);
      const milliseconds = issuer.clock.nowMilliseconds() - started;
      timed(response.status, milliseconds / 1000);
      issuer.log('info', 'http.request', {
        request_id: requestId,
        method: 'POST',
        route: path,
        status: response.status,
        milliseconds,
        person_id: null,
      });
      return response;
    });
    router.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  };

  serve('/token', async (form, credentials) => {
    const read = readTokenRequest(form);
    if (!read.ok) return tokenErrorResponse(read.error, issuer.identifier);
    const outcome = await outcomeOf(endpoint, read.value, credentials);
    return outcome.ok
      ? outcomeResponse(outcome.value, issuer.clock.now())
      : tokenErrorResponse(outcome.error, issuer.identifier);
  });
  serve('/revoke', async (form, credentials) => {
    const code = form.get('token');
    const hint = form.get('token_type_hint');
    if (code === undefined)
      return tokenErrorResponse(
        { error: 'invalid_request', description: 'The parameter token is missing.' },
        issuer.identifier,
      );
    if (hint !== undefined && hint !== DEFERRAL_TOKEN_TYPE)
      return tokenErrorResponse(
        {
          error: 'unsupported_token_type',
          description: `Only deferral codes are revoked here: ${DEFERRAL_TOKEN_TYPE}.`,
        },
        issuer.identifier,
      );
    const cancelled = await endpoint.cancel({ code, clientId: form.get('client_id') }, credentials);
    return cancelled.ok ? revokedResponse() : tokenErrorResponse(cancelled.error, issuer.identifier);
  });
  return router;
}

function outcomeOf(
  endpoint: TokenEndpoint,
  wanted: TokenRequest,
  credentials: Credentials,
): Promise<Result<TokenOutcome, TokenRefusal>> {
  switch (wanted.grant) {
    case 'exchange':
      return endpoint.exchange(wanted.request, credentials);
    case 'redemption':
      return endpoint.redeem(wanted.request, credentials);
    case 'deferred':
      return endpoint.poll(wanted.request, credentials);
  }
}
