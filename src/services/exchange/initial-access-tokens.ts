import type { Actor } from '../../domain/access.ts';
import { encodeBase64url } from '../../domain/base64url.ts';
import { clientIdUrlProblem } from '../../domain/client-metadata/metadata-document.ts';
import type { InitialAccessToken } from '../../domain/exchange/exchange.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { isIssuerIdentifier } from '../../domain/statement/audience.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import type { Page } from '../../ports.ts';
import { authorize, concealUnknown } from '../authorize.ts';
import {
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { softwareOf } from '../software.ts';

/** Seconds. */
export const DEFAULT_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS = 86_400;
export const MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS = 30 * 86_400;
const MIN_LIFETIME_SECONDS = 60;

const PATTERN = /^imp_iat_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export type NewInitialAccessToken = {
  readonly token: InitialAccessToken;
  /** The whole text, shown this once; undefined when an earlier request made the token. */
  readonly secret: string | undefined;
};

export type InitialAccessTokenCommand = {
  readonly label: string;
  /** The client identifier URL it is for; without one, requests name the software by its `software_id`. */
  readonly clientId?: string | undefined;
  readonly audience?: readonly string[] | undefined;
  readonly lifetimeSeconds?: number | undefined;
};

/**
 * Makes an initial access token: whoever holds it may exchange it once for a statement of this software (issuance draft, Token Exchange Profile).
 *
 * @param command.lifetimeSeconds 60 to MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS
 * @returns `invalid_input` for a URL that can be no client identifier or an audience that is none
 */
export async function createInitialAccessToken(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  command: InitialAccessTokenCommand,
  idempotency?: Idempotency,
): Promise<Result<NewInitialAccessToken, Refusal>> {
  const lifetime = command.lifetimeSeconds ?? DEFAULT_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS;
  const problems = problemsOf(command);
  return decideAndCommit<NewInitialAccessToken>(issuer, async () => {
    const found = await softwareOf(issuer, softwareId);
    if (!found.ok) return concealUnknown(actor, 'statements:issue', found.error);
    const { publisherId } = found.value.software;
    const allowed = authorize(actor, 'statements:issue', publisherId);
    if (!allowed.ok) return allowed;
    const earlier = await replayOf(issuer, actor, idempotency, (made) =>
      madeBefore(issuer, softwareId, made),
    );
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) return ok(earlier.value);
    if (problems.length > 0) return err({ code: 'invalid_input', problems });
    if (lifetime < MIN_LIFETIME_SECONDS || lifetime > MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS)
      return err({
        code: 'lifetime_not_allowed',
        requestedSeconds: lifetime,
        maxSeconds: MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS,
        setBy: 'policy',
      });
    if (command.clientId !== undefined) {
      const subject = await issuer.store.clientIdentifier(command.clientId);
      if (subject !== undefined && subject.softwareId !== softwareId)
        return err({ code: 'client_id_taken', url: command.clientId });
    }
    const id = newId(issuer);
    const secret = encodeBase64url(issuer.random(32));
    const now = issuer.clock.now();
    const token: InitialAccessToken = {
      id,
      softwareId,
      publisherId,
      label: command.label,
      clientId: command.clientId ?? null,
      audience: command.audience ?? null,
      secretSha256: sha256Base64url(secret),
      createdBy: actor.personId,
      createdAt: now,
      expiresAt: now + lifetime,
      usedAt: null,
      revokedAt: null,
      version: 1,
    };
    const entry = entryOf(issuer, actor, 'initial-access-token.created', {
      subject: id,
      publisherId,
      softwareId,
      data: {
        label: token.label,
        client_id: token.clientId,
        audience: token.audience,
        expires_at: token.expiresAt,
      },
    });
    return ok({
      entries: [entry],
      changes: [{ insert: 'initialAccessToken', row: token }, ...rememberKey(issuer, actor, idempotency, id)],
      value: { token, secret: `imp_iat_${id}_${secret}` },
    });
  });
}

/** A token that an earlier request made: its secret was shown then. */
async function madeBefore(
  issuer: Issuer,
  softwareId: string,
  id: string,
): Promise<Result<NewInitialAccessToken, Refusal>> {
  const token = await issuer.store.initialAccessToken(id);
  return token === undefined || token.softwareId !== softwareId
    ? err({ code: 'not_found', what: 'initial access token', id })
    : ok({ token, secret: undefined });
}

function problemsOf({ clientId, audience }: InitialAccessTokenCommand) {
  const problem = clientId === undefined ? undefined : clientIdUrlProblem(clientId);
  const wrong = (audience ?? []).findIndex((each) => !isIssuerIdentifier(each));
  return [
    ...(problem === undefined ? [] : [{ pointer: '/client_id', detail: problem }]),
    ...(wrong < 0
      ? []
      : [{ pointer: `/audience/${wrong}`, detail: 'It must be an issuer identifier (RFC 8414 §2).' }]),
  ];
}

/** The initial access tokens of a software, newest first; never a secret. */
export async function listInitialAccessTokens(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  page: Page,
): Promise<Result<readonly InitialAccessToken[], Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'statements:read', found.error);
  const allowed = authorize(actor, 'statements:read', found.value.software.publisherId);
  return allowed.ok ? ok(await issuer.store.initialAccessTokensOf(softwareId, page)) : allowed;
}

/** One initial access token of a software; never its secret. */
export async function readInitialAccessToken(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  id: string,
): Promise<Result<InitialAccessToken, Refusal>> {
  const token = await issuer.store.initialAccessToken(id);
  if (token === undefined || token.softwareId !== softwareId)
    return concealUnknown(actor, 'statements:read', { code: 'not_found', what: 'initial access token', id });
  const allowed = authorize(actor, 'statements:read', token.publisherId);
  return allowed.ok ? ok(token) : allowed;
}

/** Ends an initial access token before it is used; one that was used or revoked stays as it is. */
export async function revokeInitialAccessToken(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  id: string,
): Promise<Result<InitialAccessToken, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const token = await issuer.store.initialAccessToken(id);
    if (token === undefined || token.softwareId !== softwareId)
      return concealUnknown(actor, 'statements:issue', {
        code: 'not_found',
        what: 'initial access token',
        id,
      });
    const allowed = authorize(actor, 'statements:issue', token.publisherId);
    if (!allowed.ok) return allowed;
    if (token.revokedAt !== null || token.usedAt !== null) return ok({ replay: token });
    const row = { ...token, revokedAt: issuer.clock.now(), version: token.version + 1 };
    const entry = entryOf(issuer, actor, 'initial-access-token.revoked', {
      subject: id,
      publisherId: token.publisherId,
      softwareId,
      data: { label: token.label },
    });
    return ok({ entries: [entry], changes: [{ replace: 'initialAccessToken', row }], value: row });
  });
}

/** Whether a text has the form of an initial access token. */
export function isInitialAccessToken(text: string): boolean {
  return PATTERN.test(text);
}

/**
 * The initial access token a text is, if it is good for one more use: its maker must be active and still belong to the publisher.
 *
 * @returns undefined for all that cannot be used; a caller learns no more
 */
export async function usableInitialAccessToken(
  issuer: Issuer,
  text: string,
): Promise<InitialAccessToken | undefined> {
  const [, id, secret] = PATTERN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const token = await issuer.store.initialAccessToken(id);
  if (token === undefined || !timingSafeEqual(sha256Base64url(secret), token.secretSha256)) return undefined;
  if (token.usedAt !== null || token.revokedAt !== null || token.expiresAt <= issuer.clock.now())
    return undefined;
  const [maker, membership] = await Promise.all([
    issuer.store.person(token.createdBy),
    issuer.store.membership(token.publisherId, token.createdBy),
  ]);
  return maker?.state === 'active' && membership !== undefined ? token : undefined;
}
