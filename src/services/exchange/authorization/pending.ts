import { encodeBase64url } from '../../../domain/base64url.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { RESPONSE_MODES, type AuthorizationRequest } from '../../../domain/oauth/authorization.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { sha256Base64url } from '../../../domain/sha256.ts';
import type { Issuer } from '../../issuer.ts';
import type { Refusal } from '../../refusal.ts';

/** Seconds people have to sign in, to read, and to answer. */
export const REQUEST_SECONDS = 1_800;
/** Requests that may wait at once, of all clients. A stranger can begin one for nothing, and each is a row. */
export const MOST_REQUESTS = 5_000;

const KIND = 'authorization_request';

/** A request that waits for somebody's answer. */
export type PendingRequest = { readonly request: AuthorizationRequest; readonly expiresAt: number };

/**
 * Keeps a request until somebody answers it.
 *
 * @returns the text that names it; the database holds its digest. Undefined when too many wait
 */
export async function keepRequest(
  issuer: Issuer,
  request: AuthorizationRequest,
): Promise<string | undefined> {
  const text = encodeBase64url(issuer.random(32));
  const expiresAt = issuer.clock.now() + REQUEST_SECONDS;
  return (await keepAs(issuer, text, { request, expiresAt })) ? text : undefined;
}

/** Looks at a request that waits. */
export async function readRequest(issuer: Issuer, text: string): Promise<Result<PendingRequest, Refusal>> {
  const kept = await issuer.store.ceremony(sha256Base64url(text), issuer.clock.now());
  return pendingOf(kept);
}

/** Takes a request, so that nobody else answers it too. */
export async function takeRequest(issuer: Issuer, text: string): Promise<Result<PendingRequest, Refusal>> {
  const kept = await issuer.store.takeCeremony(sha256Base64url(text), issuer.clock.now());
  return pendingOf(kept);
}

/** Puts a request back that was taken and could not be answered. */
export async function putBack(issuer: Issuer, text: string, pending: PendingRequest): Promise<void> {
  await keepAs(issuer, text, pending);
}

async function keepAs(
  issuer: Issuer,
  text: string,
  { request, expiresAt }: PendingRequest,
): Promise<boolean> {
  const { clientId, redirectUri, state, responseMode, codeChallenge, dpopJkt, audience } = request;
  const data = { clientId, redirectUri, state, responseMode, codeChallenge, dpopJkt, audience };
  const id = sha256Base64url(text);
  const now = issuer.clock.now();
  const kept = await issuer.store.saveCeremony({ id, kind: KIND, data, expiresAt }, now, MOST_REQUESTS);
  return kept.ok;
}

function pendingOf(
  kept: { readonly kind: string; readonly data: JsonObject; readonly expiresAt: number } | undefined,
): Result<PendingRequest, Refusal> {
  const request = kept?.kind === KIND ? requestOf(kept.data) : undefined;
  return kept === undefined || request === undefined
    ? err({ code: 'authorization_over' })
    : ok({ request, expiresAt: kept.expiresAt });
}

function requestOf(data: JsonObject): AuthorizationRequest | undefined {
  const { clientId, redirectUri, state, codeChallenge, dpopJkt, audience } = data;
  const responseMode = RESPONSE_MODES.find((mode) => mode === data['responseMode']);
  if (
    typeof clientId !== 'string' ||
    typeof redirectUri !== 'string' ||
    typeof state !== 'string' ||
    typeof codeChallenge !== 'string' ||
    (typeof dpopJkt !== 'string' && dpopJkt !== null) ||
    responseMode === undefined ||
    !Array.isArray(audience)
  )
    return undefined;
  const named = audience.filter((each) => typeof each === 'string');
  return { clientId, redirectUri, state, responseMode, codeChallenge, dpopJkt, audience: named };
}
