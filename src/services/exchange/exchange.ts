import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import { svidAudienceProblem } from '../../domain/statement/profiles/jwt-svid.ts';
import { profileProblem } from '../../domain/statement/profiles/profile.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import type { Submission } from '../../domain/submission.ts';
import type { SoftwareStanding } from '../../ports.ts';
import { keptSnapshot, takeSnapshot, type Snapshot } from '../documents/snapshot.ts';
import { currentPolicy, type Issuer } from '../issuer.ts';
import { approvalThatStands, planStatement } from '../plan-statement.ts';
import { softwareOf } from '../software.ts';
import { grantedTerms } from './audience.ts';
import { authenticateClient, recogniseHolder, shownDpopKey, type Shown } from './client-authentication.ts';
import type { ClientKeys } from './client-keys.ts';
import { commitOrRefuse, type TokenPlan } from './commit.ts';
import { metadataDigest, planDeferral, type DeferralOrder } from './defer.ts';
import type { Credentials, ExchangeRequest, TokenOutcome } from './request.ts';
import { judgeSubject, type Subject } from './subject.ts';
import { asTokenRefusal, no } from './token-refusals.ts';
import type { WorkloadTokens } from './workload-tokens.ts';

/** What the token endpoint works with besides the issuer. */
export type ExchangeTools = { readonly keysOf: ClientKeys; readonly workloads: WorkloadTokens };

/**
 * Exchanges a subject token for a software statement (RFC 8693; draft-mcguinness-oauth-cimd-sw-stmt-issuance, Token Exchange Profile). What
 * is approved is issued at once; what people must look at first becomes a submission and a deferral.
 */
export async function exchange(
  issuer: Issuer,
  tools: ExchangeTools,
  request: ExchangeRequest,
  credentials: Credentials,
): Promise<Result<TokenOutcome, TokenRefusal>> {
  const judged = await judgeSubject(issuer, tools.workloads, request);
  if (!judged.ok) return judged;
  const subject = judged.value;
  const found = await softwareOf(issuer, subject.softwareId);
  if (!found.ok) return asTokenRefusal(found.error);
  const snapshot = await snapshotFor(issuer, request, found.value);
  if (!snapshot.ok) return snapshot;
  const shown = await recognise(issuer, tools, request, credentials, found.value, snapshot.value);
  if (!shown.ok) return shown;
  if (subject.renews !== undefined && !shown.value.isClientKey)
    return no(
      'invalid_request',
      'A statement renews itself for whoever holds a key that the client metadata names. Authenticate with that key.',
    );
  return commitOrRefuse(issuer, () => decide(issuer, request, subject, shown.value, snapshot.value));
}

/** The document as it is served now, for what is made of one; undefined where metadata was posted. */
async function snapshotFor(
  issuer: Issuer,
  { target }: ExchangeRequest,
  { approved }: SoftwareStanding,
): Promise<Result<Snapshot | undefined, TokenRefusal>> {
  const url =
    'clientId' in target ? target.clientId : target.profile === 'cimd' ? approved?.document?.url : undefined;
  if (url === undefined) return ok(undefined);
  const taken = await takeSnapshot(issuer, url);
  if (taken.ok) return taken;
  const { code, detail } = taken.error;
  return code === 'unavailable'
    ? no('temporarily_unavailable', `The metadata document cannot be had: ${detail}`, 30)
    : no('invalid_request', `The client_id names no metadata document that can be used: ${detail}`);
}

async function recognise(
  issuer: Issuer,
  { keysOf }: ExchangeTools,
  { target }: ExchangeRequest,
  credentials: Credentials,
  { approved }: SoftwareStanding,
  snapshot: Snapshot | undefined,
): Promise<Result<Shown, TokenRefusal>> {
  const jkt = await shownDpopKey(issuer, credentials);
  if (!jkt.ok) return jkt;
  return 'clientId' in target
    ? authenticateClient(issuer, keysOf, target.clientId, snapshot?.metadata ?? {}, credentials, jkt.value)
    : recogniseHolder(
        issuer,
        keysOf,
        target.softwareId,
        snapshot?.metadata ?? approved?.metadata ?? {},
        credentials,
        jkt.value,
      );
}

async function decide(
  issuer: Issuer,
  request: ExchangeRequest,
  subject: Subject,
  shown: Shown,
  snapshot: Snapshot | undefined,
): Promise<Result<TokenPlan<TokenOutcome>, TokenRefusal>> {
  const [found, policy, isSpent] = await Promise.all([
    softwareOf(issuer, subject.softwareId),
    currentPolicy(issuer),
    isAnySpent(issuer, subject),
  ]);
  if (!found.ok) return asTokenRefusal(found.error);
  // Another request with the same token was faster.
  if (isSpent) return no('invalid_request', 'The subject_token was used before.');
  const approved = approvalThatStands(found.value);
  if (!approved.ok && approved.error.code !== 'no_approval') return asTokenRefusal(approved.error);
  if (approved.ok && (await isCovered(issuer, request, found.value, approved.value, snapshot))) {
    const profile = 'clientId' in request.target ? 'cimd' : request.target.profile;
    const { statement: bounds } = policy;
    const terms = grantedTerms(request.audience, subject.audience, bounds, approved.value, profile);
    if (!terms.ok) return terms;
    const planned = await planStatement(issuer, subject.cause, found.value, {
      profile,
      terms: terms.value,
      approved: approved.value,
      renewedFrom: subject.renews?.statement.jti ?? null,
      about: subject.about,
    });
    if (!planned.ok) return asTokenRefusal(planned.error);
    const { statement, entries, changes } = planned.value;
    return ok({
      entries,
      changes: [...changes, ...subject.spends],
      value: { kind: 'statement', statement },
    });
  }
  return planReview(issuer, request, subject, shown, found.value, snapshot);
}

/** Whether what is asked for is what was approved: the same octets of the same document, the same metadata under the same version. */
async function isCovered(
  issuer: Issuer,
  { target, version }: ExchangeRequest,
  standing: SoftwareStanding,
  { document, softwareVersion, metadataSha256 }: Submission,
  snapshot: Snapshot | undefined,
): Promise<boolean> {
  if (version !== undefined)
    return (
      version.softwareVersion === softwareVersion &&
      (await metadataDigest(issuer, standing, version.metadata)) === metadataSha256
    );
  if (snapshot !== undefined)
    return document?.url === snapshot.document.url && document.digest === snapshot.document.digest;
  return !('clientId' in target);
}

async function planReview(
  issuer: Issuer,
  { mayDefer, target, audience, version }: ExchangeRequest,
  subject: Subject,
  shown: Shown,
  standing: SoftwareStanding,
  snapshot: Snapshot | undefined,
): Promise<Result<TokenPlan<TokenOutcome>, TokenRefusal>> {
  if (version === undefined && snapshot === undefined)
    return no('access_denied', 'Nothing of this software is approved. Submit its metadata first.');
  if (!subject.mayFile)
    return no('access_denied', 'What is asked for was not reviewed, and this token files no submissions.');
  // Nobody should review what cannot be made afterwards.
  const problem = 'clientId' in target ? undefined : problemOf(issuer, target.profile, audience, standing);
  if (problem !== undefined) return no('invalid_request', problem);
  if (!mayDefer)
    return no(
      'invalid_request',
      'People must look at this first. Send completion_mode=deferred to wait for them.',
    );
  if (shown.dpopJkt === null && shown.clientKey === null)
    return no(
      'invalid_request',
      'People must look at this first, and whoever asks again must be known: send a DPoP proof (RFC 9449).',
    );
  const order: DeferralOrder = {
    standing,
    subject,
    holder: { dpopJkt: shown.dpopJkt, clientKey: shown.clientKey },
    clientId: 'clientId' in target ? target.clientId : null,
    profile: 'clientId' in target ? 'cimd' : target.profile,
    audience: audience.length === 0 ? null : audience,
    material: version ?? snapshot,
  };
  return planDeferral(issuer, order);
}

function problemOf(
  issuer: Issuer,
  profile: Profile,
  audience: readonly string[],
  { approved }: SoftwareStanding,
): string | undefined {
  const { identifier, trustDomain } = issuer;
  const problem = profileProblem(profile, { identifier, trustDomain, document: approved?.document ?? null });
  return problem ?? (profile === 'jwt-svid' ? svidAudienceProblem(audience) : undefined);
}

async function isAnySpent(issuer: Issuer, { spends }: Subject): Promise<boolean> {
  const answers = await Promise.all(
    spends.map(async (change) => {
      if ('insert' in change && change.insert === 'spentToken') return issuer.store.isSpent(change.row.id);
      if ('replace' in change && change.replace === 'initialAccessToken')
        return (await issuer.store.initialAccessToken(change.row.id))?.version !== change.row.version - 1;
      return false;
    }),
  );
  return answers.includes(true);
}

/** The metadata by which a client is recognised when it comes again: that of the document people looked at. */
export async function metadataOfDeferral(issuer: Issuer, submission: Submission) {
  return submission.document === null
    ? submission.metadata
    : (await keptSnapshot(issuer, submission.document)).metadata;
}
