import { ANY_PUBLISHER, type Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { ReviewClaim } from '../domain/review/review-claim.ts';
import { conflictOfReviewer } from '../domain/submission.ts';
import { authorize, authorizeBeforeStepUp, concealUnknown } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { submissionOf } from './submissions.ts';

/** Seconds for which a claim holds; claiming again begins them anew. */
export const CLAIM_SECONDS = 30 * 60;

export type ClaimOutcome = {
  /** The claim that holds now. */
  readonly claim: ReviewClaim;
  /** Whether it is one's own; false when somebody else was first. */
  readonly isOwn: boolean;
};

/**
 * Says that one is reading a submission, for half an hour, so that two do not read the same. A claim decides nothing
 * and keeps nobody from deciding; it needs no fresh passkey and leaves no entry in the ledger.
 *
 * @returns `four_eyes` for what one could not decide, `submission_state` for what no longer waits
 */
export async function claimReview(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
): Promise<Result<ClaimOutcome, Refusal>> {
  const found = await submissionOf(issuer, submissionId);
  if (!found.ok) return concealUnknown(actor, 'submissions:read', found.error);
  const submission = found.value;
  const allowed = authorizeBeforeStepUp(actor, 'decisions:write', submission.publisherId);
  if (!allowed.ok) return allowed;
  if (submission.state !== 'submitted')
    return err({ code: 'submission_state', submissionId, state: submission.state, wanted: 'submitted' });
  const conflict = conflictOfReviewer(actor, submission, await issuer.store.decisions(submissionId));
  if (conflict !== undefined) return err({ code: 'four_eyes', conflict });
  const now = issuer.clock.now();
  const claim = await issuer.store.claimReview({
    submissionId,
    personId: actor.personId,
    claimedAt: now,
    expiresAt: now + CLAIM_SECONDS,
  });
  return ok({ claim, isOwn: claim.personId === actor.personId });
}

/** Lets go of one's own claim; without one nothing happens. */
export async function releaseReview(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
): Promise<Result<void, Refusal>> {
  const allowed = authorizeBeforeStepUp(actor, 'decisions:write', undefined);
  if (!allowed.ok) return allowed;
  await issuer.store.releaseReview(submissionId, actor.personId);
  return ok(undefined);
}

/** The claims that hold now, of these submissions. */
export async function listReviewClaims(
  issuer: Issuer,
  actor: Actor,
  submissionIds: readonly string[],
): Promise<Result<readonly ReviewClaim[], Refusal>> {
  const allowed = authorize(actor, 'submissions:read', ANY_PUBLISHER);
  return allowed.ok ? ok(await issuer.store.reviewClaims(submissionIds, issuer.clock.now())) : allowed;
}
