import type { Deferral } from '../../domain/exchange/exchange.ts';
import type { LedgerEntry } from '../../domain/ledger/entry.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { isOpen, nextState, type Submission } from '../../domain/submission.ts';
import type { Change } from '../../ports.ts';
import { takeSnapshot } from '../documents/snapshot.ts';
import { currentPolicy, entryOf, type Cause, type Issuer } from '../issuer.ts';
import { approvalThatStands, planStatement } from '../plan-statement.ts';
import { softwareOf } from '../software.ts';
import { grantedTerms } from './audience.ts';
import { authenticateClient, recogniseHolder, shownDpopKey } from './client-authentication.ts';
import { commitOrRefuse, type TokenPlan } from './commit.ts';
import { metadataOfDeferral, type ExchangeTools } from './exchange.ts';
import type { Credentials, TokenOutcome } from './request.ts';
import { asTokenRefusal, no } from './token-refusals.ts';

/** Seconds that each `slow_down` adds (RFC 8628 §3.5). */
const SLOWER_SECONDS = 5;
/** After so many early polls in a row the client must stop (DTR, polling). */
const MOST_EARLY_POLLS = 20;

/** Who polls or cancels: the code, the client it says it is, and its keys. */
export type DeferralRequest = {
  readonly code: string;
  readonly clientId: string | undefined;
};

/**
 * Asks whether people have decided (draft-ietf-oauth-deferred-token-response, Polling). Only who began it may ask, with the same key; a code of
 * somebody else's and one that never was look alike.
 */
export async function poll(
  issuer: Issuer,
  tools: ExchangeTools,
  request: DeferralRequest,
  credentials: Credentials,
): Promise<Result<TokenOutcome, TokenRefusal>> {
  const own = await ownDeferral(issuer, tools, request, credentials);
  if (!own.ok) return own;
  const { deferral, submission } = own.value;
  if (deferral.state === 'issued') return UNKNOWN_CODE;
  if (deferral.state !== 'pending') return no('access_denied', 'The request was denied or cancelled.');
  const paced = await pace(issuer, deferral);
  if (!paced.ok) return paced;
  if (deferral.expiresAt <= issuer.clock.now())
    return no('expired_token', 'The request waited for too long. Ask again from the start.');
  if (submission.state === 'submitted')
    return no('authorization_pending', 'People have not decided yet. Ask again later.');
  if (submission.state === 'changes_requested')
    return no('authorization_pending', 'The reviewer asked for changes. Make them and ask from the start.');
  if (submission.state !== 'approved') return deny(issuer, deferral, `the submission is ${submission.state}`);
  const changed = await changedSince(issuer, deferral);
  if (!changed.ok) return changed;
  if (changed.value) return deny(issuer, deferral, 'the document changed after it was reviewed');
  return commitOrRefuse(issuer, () => planIssue(issuer, deferral.id));
}

/** Ends a deferral before people decide (RFC 7009; DTR, Cancellation). What nobody else waits for is withdrawn from review. */
export async function cancel(
  issuer: Issuer,
  tools: ExchangeTools,
  request: DeferralRequest,
  credentials: Credentials,
): Promise<Result<void, TokenRefusal>> {
  const own = await ownDeferral(issuer, tools, request, credentials);
  if (!own.ok) return own.error.error === 'invalid_grant' ? ok(undefined) : own;
  return commitOrCancelled(issuer, own.value.deferral.id);
}

/** Ends the deferral that came of a code which was presented twice: one of the two presented what is not theirs (RFC 9700 §2.1.1). */
export async function endDeferral(issuer: Issuer, id: string): Promise<void> {
  await commitOrCancelled(issuer, id);
}

const UNKNOWN_CODE = no('invalid_grant', 'The deferral_code is unknown, used, or not of this client.');

async function ownDeferral(
  issuer: Issuer,
  { keysOf }: ExchangeTools,
  { code, clientId }: DeferralRequest,
  credentials: Credentials,
): Promise<Result<{ readonly deferral: Deferral; readonly submission: Submission }, TokenRefusal>> {
  const jkt = await shownDpopKey(issuer, credentials);
  if (!jkt.ok) return jkt;
  const deferral = await issuer.store.deferral(sha256Base64url(code));
  if (deferral === undefined || (deferral.clientId ?? undefined) !== clientId) return UNKNOWN_CODE;
  const submission = await issuer.store.submission(deferral.submissionId);
  if (submission === undefined) throw new Error(`deferral ${deferral.id} without its submission`);
  const metadata = await metadataOfDeferral(issuer, submission);
  const shown =
    deferral.clientId === null
      ? await recogniseHolder(issuer, keysOf, deferral.softwareId, metadata, credentials, jkt.value)
      : await authenticateClient(issuer, keysOf, deferral.clientId, metadata, credentials, jkt.value);
  if (!shown.ok) return shown;
  const { dpopJkt, clientKey } = deferral.holder;
  if (dpopJkt !== null && shown.value.dpopJkt !== dpopJkt)
    return no('invalid_dpop_proof', 'Ask with the DPoP key with which the request began.');
  if (clientKey !== null && shown.value.clientKey === null) return UNKNOWN_CODE;
  return ok({ deferral, submission });
}

async function pace(issuer: Issuer, deferral: Deferral): Promise<Result<void, TokenRefusal>> {
  const now = issuer.clock.now();
  const { polledAt, intervalSeconds, earlyPolls } = deferral;
  const isEarly = polledAt !== null && now < polledAt + intervalSeconds && now >= polledAt;
  await issuer.store.notePoll(deferral.id, {
    polledAt: now,
    intervalSeconds: isEarly ? intervalSeconds + SLOWER_SECONDS : intervalSeconds,
    earlyPolls: isEarly ? earlyPolls + 1 : 0,
  });
  if (!isEarly) return ok(undefined);
  return earlyPolls >= MOST_EARLY_POLLS
    ? no('invalid_request', 'Far too many polls. Stop asking about this request.')
    : no('slow_down', `Wait ${intervalSeconds + SLOWER_SECONDS} seconds between two polls.`);
}

/** Whether something else is served now than what people looked at: that was never reviewed, and no statement vouches for it. */
async function changedSince(issuer: Issuer, { document }: Deferral): Promise<Result<boolean, TokenRefusal>> {
  if (document === null) return ok(false);
  const taken = await takeSnapshot(issuer, document.url);
  if (taken.ok) return ok(taken.value.document.digest !== document.digest);
  const { code, detail } = taken.error;
  return code === 'unavailable'
    ? no('temporarily_unavailable', `The metadata document cannot be had: ${detail}`, 30)
    : ok(true);
}

async function planIssue(issuer: Issuer, id: string): Promise<Result<TokenPlan<TokenOutcome>, TokenRefusal>> {
  const deferral = await issuer.store.deferral(id);
  if (deferral?.state !== 'pending') return UNKNOWN_CODE;
  const [found, policy, renewed] = await Promise.all([
    softwareOf(issuer, deferral.softwareId),
    currentPolicy(issuer),
    deferral.renewedFrom === null ? undefined : issuer.store.statement(deferral.renewedFrom),
  ]);
  if (!found.ok) return asTokenRefusal(found.error);
  const approved = approvalThatStands(found.value);
  if (!approved.ok) return asTokenRefusal(approved.error);
  if (approved.value.id !== deferral.submissionId)
    return no('access_denied', 'Another version was approved meanwhile. Ask again from the start.');
  const ceiling = renewed?.statement.audience ?? null;
  const terms = grantedTerms(
    deferral.audience ?? [],
    ceiling,
    policy.statement,
    approved.value,
    deferral.profile,
  );
  if (!terms.ok) return terms;
  const planned = await planStatement(issuer, causeOf(deferral), found.value, {
    profile: deferral.profile,
    terms: terms.value,
    approved: approved.value,
    renewedFrom: deferral.renewedFrom,
    about: { deferral: deferral.id },
  });
  if (!planned.ok) return asTokenRefusal(planned.error);
  const { statement, entries, changes } = planned.value;
  const row = { ...deferral, state: 'issued', jti: statement.jti, version: deferral.version + 1 } as const;
  return ok({
    entries,
    changes: [...changes, { replace: 'deferral', row }],
    value: { kind: 'statement', statement },
  });
}

async function deny(
  issuer: Issuer,
  { id }: Deferral,
  reason: string,
): Promise<Result<TokenOutcome, TokenRefusal>> {
  return commitOrRefuse<TokenOutcome>(issuer, async () => {
    const deferral = await issuer.store.deferral(id);
    if (deferral?.state !== 'pending') return no('access_denied', 'The request was denied or cancelled.');
    return ok({
      entries: [entryAbout(issuer, deferral, 'exchange.denied', { reason })],
      changes: [
        { replace: 'deferral', row: { ...deferral, state: 'denied', version: deferral.version + 1 } },
      ],
      refusal: { error: 'access_denied', description: `No statement will be issued: ${reason}.` },
    });
  });
}

const ALREADY_OVER = { error: 'invalid_grant', description: 'The request is over already.' } as const;

async function commitOrCancelled(issuer: Issuer, id: string): Promise<Result<void, TokenRefusal>> {
  const cancelled = await commitOrRefuse<void>(issuer, async () => {
    const deferral = await issuer.store.deferral(id);
    if (deferral?.state !== 'pending') return { ok: false, error: ALREADY_OVER };
    const withdrawn = await withdrawal(issuer, deferral);
    return ok({
      entries: [entryAbout(issuer, deferral, 'exchange.cancelled', {}), ...withdrawn.entries],
      changes: [
        { replace: 'deferral', row: { ...deferral, state: 'cancelled', version: deferral.version + 1 } },
        ...withdrawn.changes,
      ],
      value: undefined,
    });
  });
  // A second cancellation changes nothing (RFC 7009 §2.2).
  return cancelled.ok || cancelled.error === ALREADY_OVER ? ok(undefined) : cancelled;
}

/** What nobody waits for any more need not be read by reviewers. */
async function withdrawal(
  issuer: Issuer,
  deferral: Deferral,
): Promise<{ readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] }> {
  const [submission, others] = await Promise.all([
    issuer.store.submission(deferral.submissionId),
    issuer.store.deferralsOf(deferral.submissionId),
  ]);
  const isAwaited = others.some(({ id, state }) => id !== deferral.id && state === 'pending');
  const state =
    submission !== undefined && isOpen(submission.state)
      ? nextState(submission.state, { type: 'withdrawn' })
      : undefined;
  if (
    submission === undefined ||
    state === undefined ||
    isAwaited ||
    submission.submittedBy !== deferral.agent
  )
    return { entries: [], changes: [] };
  const row = { ...submission, state, closedAt: issuer.clock.now(), version: submission.version + 1 };
  return {
    entries: [
      entryOf(issuer, causeOf(deferral), 'submission.withdrawn', {
        subject: submission.id,
        publisherId: submission.publisherId,
        softwareId: submission.softwareId,
        data: { before: submission.state, reason: 'The client cancelled its request.' },
      }),
    ],
    changes: [{ replace: 'submission', row }],
  };
}

function entryAbout(
  issuer: Issuer,
  deferral: Deferral,
  kind: 'exchange.denied' | 'exchange.cancelled',
  data: { readonly reason?: string },
): LedgerEntry {
  return entryOf(issuer, causeOf(deferral), kind, {
    subject: deferral.submissionId,
    publisherId: deferral.publisherId,
    softwareId: deferral.softwareId,
    data: { deferral: deferral.id, ...data },
  });
}

/** Whoever polls is whoever asked: the agent of the deferral, in the ledger's words. */
function causeOf({ agent, clientId, softwareId }: Deferral): Cause {
  const [kind, ...rest] = agent.split(':');
  return kind === 'workload'
    ? { type: 'workload', workloadId: rest.join(':') }
    : { type: 'client', clientId: clientId ?? softwareId };
}
