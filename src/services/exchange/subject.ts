import type { Actor } from '../../domain/access.ts';
import type { InitialAccessToken } from '../../domain/exchange/exchange.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { MAX_STATEMENT_OCTETS } from '../../domain/statement/claims.ts';
import { parseCompact } from '../../domain/statement/judge.ts';
import { byProfile } from '../../domain/statement/profiles/judge-profile.ts';
import { effectiveState } from '../../domain/statement/statement.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import type { Change, StatementStanding } from '../../ports.ts';
import { authenticate } from '../authenticate.ts';
import { authorize } from '../authorize.ts';
import { currentPolicy, type Cause, type Issuer } from '../issuer.ts';
import { softwareOf } from '../software.ts';
import { isInitialAccessToken, usableInitialAccessToken } from './initial-access-tokens.ts';
import type { ExchangeRequest, ExchangeTarget } from './request.ts';
import { no } from './token-refusals.ts';
import type { WorkloadTokens } from './workload-tokens.ts';

/** What a subject token authorises, and what using it leaves behind. */
export type Subject = {
  readonly cause: Cause;
  readonly softwareId: string;
  /** What the ledger says of how it was asked. */
  readonly about: JsonObject;
  /** The audiences it may ask for at most; null for whatever policy allows. */
  readonly audience: readonly string[] | null;
  /** Whether it may file a submission where something new would have to be reviewed. */
  readonly mayFile: boolean;
  /** The statement it succeeds, whose holder must show a key of the client; undefined for a first issuance. */
  readonly renews: StatementStanding | undefined;
  /** Made in the same commit as the outcome, so that a token good for one use is used once (issuance draft, Token Exchange Profile). */
  readonly spends: readonly Change[];
};

type Judged = Result<Subject, TokenRefusal>;

/** What every token that is not good for this request is answered with: nothing about why (RFC 8693 §2.2.2). */
const UNUSABLE =
  'The subject_token is unknown, expired, used, revoked, or does not authorise a statement about this client.';

/**
 * Judges the subject token. Nothing that a client names is fetched before this has passed (issuance draft, Token Exchange Considerations).
 */
export async function judgeSubject(
  issuer: Issuer,
  workloads: WorkloadTokens,
  { subject, target }: ExchangeRequest,
): Promise<Judged> {
  switch (subject.type) {
    case 'access_token':
      return isInitialAccessToken(subject.token)
        ? initialAccessToken(issuer, subject.token, target)
        : apiToken(issuer, subject.token, target);
    case 'software_statement':
      return priorStatement(issuer, subject.token, target);
    case 'jwt':
    case 'id_token':
      return workloadToken(issuer, workloads, subject.token, target);
  }
}

async function initialAccessToken(issuer: Issuer, text: string, target: ExchangeTarget): Promise<Judged> {
  const token = await usableInitialAccessToken(issuer, text);
  if (token === undefined || !isFor(token, target)) return no('invalid_request', UNUSABLE);
  const used = { ...token, usedAt: issuer.clock.now(), version: token.version + 1 };
  return ok({
    cause: { type: 'person', personId: token.createdBy, tokenId: token.id },
    softwareId: token.softwareId,
    about: { initial_access_token: token.id },
    audience: token.audience,
    mayFile: true,
    renews: undefined,
    spends: [{ replace: 'initialAccessToken', row: used }],
  });
}

function isFor({ clientId, softwareId }: InitialAccessToken, target: ExchangeTarget): boolean {
  return 'clientId' in target
    ? clientId === target.clientId
    : clientId === null && softwareId === target.softwareId;
}

/**
 * An API token is a bearer token that is good many times, and the draft takes none such for a client identifier: it authorises where software
 * is named by its `software_id`, as it does at the API.
 */
async function apiToken(issuer: Issuer, text: string, target: ExchangeTarget): Promise<Judged> {
  const actor = await authenticate(issuer, text);
  if (actor === undefined) return no('invalid_request', UNUSABLE);
  if ('clientId' in target)
    return no(
      'invalid_request',
      'An API token can be used many times, so it is no subject_token for a client_id. Make an initial access token, or name the software by its software_id.',
    );
  const found = await softwareOf(issuer, target.softwareId);
  if (!found.ok) return no('invalid_request', UNUSABLE);
  const { publisherId } = found.value.software;
  if (!authorize(actor, 'statements:issue', publisherId).ok) return no('invalid_request', UNUSABLE);
  return ok({
    cause: actor,
    softwareId: target.softwareId,
    about: {},
    audience: null,
    mayFile: mayFile(actor, publisherId),
    renews: undefined,
    spends: [],
  });
}

function mayFile(actor: Actor, publisherId: string): boolean {
  return authorize(actor, 'submissions:write', publisherId).ok;
}

/** A statement of ours about the same subject, that stands, and did not expire too long ago (issuance draft, Renewal). */
async function priorStatement(issuer: Issuer, text: string, target: ExchangeTarget): Promise<Judged> {
  const parsed = parseCompact(text, MAX_STATEMENT_OCTETS);
  const { header = {}, claims = {} } = parsed.ok ? parsed.value : {};
  const found = await issuer.store.statement(byProfile(header, claims).jti(claims));
  // Only what this issuer signed is in its database, so the digest is as good as the signature.
  if (found === undefined || !timingSafeEqual(sha256Base64url(text), found.statement.sha256))
    return no('invalid_request', UNUSABLE);
  const { statement, software, publisher } = found;
  if (effectiveState(statement.state, software.state, publisher.state) !== 'valid')
    return no('invalid_request', 'The statement was revoked or suspended, so it cannot renew itself.');
  const { exchange } = await currentPolicy(issuer);
  if (statement.expiresAt + exchange.renewalGraceSeconds <= issuer.clock.now())
    return no('invalid_request', 'The statement expired too long ago. Ask for a first one again.');
  const isSame =
    'clientId' in target
      ? statement.profile === 'cimd' && claims['sub'] === target.clientId
      : statement.profile === target.profile && statement.softwareId === target.softwareId;
  if (!isSame) return no('invalid_request', UNUSABLE);
  const clientId = 'clientId' in target ? target.clientId : target.softwareId;
  return ok({
    cause: { type: 'client', clientId },
    softwareId: statement.softwareId,
    about: {},
    audience: statement.audience,
    mayFile: 'clientId' in target,
    renews: found,
    spends: [],
  });
}

async function workloadToken(
  issuer: Issuer,
  tokens: WorkloadTokens,
  text: string,
  target: ExchangeTarget,
): Promise<Judged> {
  const softwareId =
    'clientId' in target
      ? (await issuer.store.clientIdentifier(target.clientId))?.softwareId
      : target.softwareId;
  if (softwareId === undefined) return no('invalid_request', UNUSABLE);
  const workloads = (await issuer.store.workloadsOf(softwareId)).filter(({ state }) => state === 'active');
  if (workloads.length === 0) return no('invalid_request', UNUSABLE);
  const verified = await tokens.verify(text, workloads);
  if (!verified.ok) return verified;
  const { workload, spent, record } = verified.value;
  if (await issuer.store.isSpent(spent.id))
    return no('invalid_request', 'This token was used before. Ask the platform for another.');
  return ok({
    cause: { type: 'workload', workloadId: workload.id },
    softwareId,
    about: { workload: record },
    audience: null,
    mayFile: workload.mayFile,
    renews: undefined,
    spends: [{ insert: 'spentToken', row: spent }],
  });
}
