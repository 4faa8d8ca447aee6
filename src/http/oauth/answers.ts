import type { JsonObject } from '../../domain/json.ts';
import { statusOfRefusal, type TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { TokenOutcome } from '../../services/exchange/request.ts';
import { CROSS_ORIGIN } from '../cross-origin.ts';
import { STATEMENT_TOKEN_TYPE } from './read-token-request.ts';

/** RFC 6749 §5.1: nothing of this is kept by anybody on the way. */
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache', ...CROSS_ORIGIN } as const;

/**
 * What the token endpoint grants: a statement (issuance draft, Software Statement Token Response), or the first answer of a deferral, which is a
 * 400 by its draft.
 *
 * @param now NumericDate, seconds
 */
export function outcomeResponse(outcome: TokenOutcome, now: number): Response {
  if (outcome.kind === 'deferred')
    return answer(400, {
      error: 'authorization_pending',
      error_description: 'People look at it first. Ask again with the deferral_code.',
      deferral_code: outcome.code,
      expires_in: outcome.expiresIn,
      interval: outcome.interval,
    });
  const { jwt, expiresAt } = outcome.statement;
  return answer(200, {
    access_token: jwt,
    issued_token_type: STATEMENT_TOKEN_TYPE,
    token_type: 'N_A',
    expires_in: expiresAt - now,
  });
}

/**
 * An error of the token or revocation endpoint (RFC 6749 §5.2).
 *
 * @param issuer identifier, the realm of a challenge
 */
export function tokenErrorResponse(refusal: TokenRefusal, issuer: string): Response {
  const { error, description, retryAfterSeconds } = refusal;
  const status = statusOfRefusal(refusal);
  return answer(
    status,
    { error, error_description: description },
    {
      // RFC 9110 §15.5.2 wants a challenge, and this is the one a client can answer.
      ...(status === 401 ? { 'www-authenticate': `DPoP realm="${issuer}", error="${error}"` } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
  );
}

/** Too many requests from one address, or too long a body: an OAuth error with the HTTP status that says it. */
export function statusError(
  status: 413 | 429 | 500,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const error = status === 500 ? 'server_error' : 'invalid_request';
  return answer(status, { error, error_description: description }, headers);
}

/** 200 without a body: what is revoked, or never was (RFC 7009 §2.2). */
export function revokedResponse(): Response {
  return new Response(null, { status: 200, headers: NO_STORE });
}

function answer(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...NO_STORE, ...headers },
  });
}
