import type { StatementCode } from '../../domain/exchange/exchange.ts';
import { isVerifierOf } from '../../domain/oauth/pkce.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { keptSnapshot, takeSnapshot, type Snapshot } from '../documents/snapshot.ts';
import { currentPolicy, type Issuer } from '../issuer.ts';
import { approvalThatStands, planStatement } from '../plan-statement.ts';
import { softwareOf } from '../software.ts';
import { grantedTerms } from './audience.ts';
import { authenticateClient, shownDpopKey, type Shown } from './client-authentication.ts';
import { commitOrRefuse, type TokenPlan } from './commit.ts';
import { planDeferral } from './defer.ts';
import type { ExchangeTools } from './exchange.ts';
import { endDeferral } from './poll.ts';
import type { Credentials, TokenOutcome } from './request.ts';
import type { Subject } from './subject.ts';
import { asTokenRefusal, no } from './token-refusals.ts';

/** Redemption of a software statement code, as it was parsed (issuance draft, Software Statement Code Redemption). */
export type RedemptionRequest = {
  readonly code: string;
  readonly redirectUri: string;
  readonly clientId: string;
  readonly codeVerifier: string;
};

const INVALID = no(
  'invalid_grant',
  'The software_statement_code is unknown, expired, used, or not of this client.',
);

/**
 * Redeems the code of the redirect flow. A code that is known is used up by this, whatever else is wrong; presented twice, it ends the deferral
 * that came of it.
 */
export async function redeem(
  issuer: Issuer,
  { keysOf }: ExchangeTools,
  request: RedemptionRequest,
  credentials: Credentials,
): Promise<Result<TokenOutcome, TokenRefusal>> {
  const now = issuer.clock.now();
  const code = await issuer.store.spendStatementCode(sha256Base64url(request.code), now);
  if (code === undefined) return INVALID;
  if (code.spentAt !== null) {
    if (code.deferralId !== null) await endDeferral(issuer, code.deferralId);
    return INVALID;
  }
  if (code.expiresAt <= now || code.clientId !== request.clientId || code.redirectUri !== request.redirectUri)
    return INVALID;
  if (!isVerifierOf(request.codeVerifier, code.codeChallenge))
    return no('invalid_grant', 'The code_verifier does not belong to the code_challenge.');
  const jkt = await shownDpopKey(issuer, credentials);
  if (!jkt.ok) return jkt;
  if (code.dpopJkt !== null && jkt.value !== code.dpopJkt)
    return no('invalid_dpop_proof', 'Send a DPoP proof of the key that dpop_jkt named.');
  const snapshot = await keptSnapshot(issuer, code.document);
  const shown = await authenticateClient(
    issuer,
    keysOf,
    code.clientId,
    snapshot.metadata,
    credentials,
    jkt.value,
  );
  if (!shown.ok) return shown;
  if (code.submissionId === null)
    return no('access_denied', 'Whoever was asked does not vouch for this client.');
  const current = await takeSnapshot(issuer, code.clientId);
  if (current.ok && current.value.document.digest !== code.document.digest)
    return no('access_denied', 'The metadata document changed after the request began. Begin again.');
  const outcome = await commitOrRefuse(issuer, () => decide(issuer, code, shown.value, snapshot));
  if (outcome.ok && outcome.value.kind === 'deferred')
    await issuer.store.noteCodeDeferral(code.id, sha256Base64url(outcome.value.code));
  return outcome;
}

async function decide(
  issuer: Issuer,
  code: StatementCode,
  shown: Shown,
  snapshot: Snapshot,
): Promise<Result<TokenPlan<TokenOutcome>, TokenRefusal>> {
  const submission = await issuer.store.submission(code.submissionId ?? '');
  if (submission === undefined) throw new Error(`code ${code.id} without its submission`);
  const [found, policy] = await Promise.all([
    softwareOf(issuer, submission.softwareId),
    currentPolicy(issuer),
  ]);
  if (!found.ok) return asTokenRefusal(found.error);
  const approved = approvalThatStands(found.value);
  if (!approved.ok && approved.error.code !== 'no_approval') return asTokenRefusal(approved.error);
  const subject: Subject = {
    cause: { type: 'client', clientId: code.clientId },
    softwareId: submission.softwareId,
    about: { asked_by: code.agent },
    audience: null,
    mayFile: true,
    renews: undefined,
    spends: [],
  };
  if (!approved.ok || approved.value.document?.digest !== code.document.digest) {
    return planDeferral(issuer, {
      standing: found.value,
      subject,
      holder: { dpopJkt: shown.dpopJkt, clientKey: shown.clientKey },
      clientId: code.clientId,
      profile: 'cimd',
      audience: code.audience,
      material: snapshot,
    });
  }
  const terms = grantedTerms(code.audience ?? [], null, policy.statement, approved.value, 'cimd');
  if (!terms.ok) return terms;
  const planned = await planStatement(issuer, subject.cause, found.value, {
    profile: 'cimd',
    terms: terms.value,
    approved: approved.value,
    renewedFrom: null,
    about: subject.about,
  });
  if (!planned.ok) return asTokenRefusal(planned.error);
  const { statement, entries, changes } = planned.value;
  return ok({ entries, changes, value: { kind: 'statement', statement } });
}
