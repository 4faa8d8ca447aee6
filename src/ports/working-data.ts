import type { DomainClaim } from '../domain/domain-claim.ts';
import type { Draft } from '../domain/draft.ts';
import type { EndedLedgerCheck } from '../domain/ledger/ledger-check.ts';
import type { Evidence } from '../domain/review/evidence.ts';
import type { ReviewClaim } from '../domain/review/review-claim.ts';
import type { Result } from '../domain/result.ts';
import type { Ceremony } from '../domain/sign-in/ceremony.ts';

/**
 * What people are in the middle of. Nobody relies on it and no authority comes of it, so it has no ledger entries; losing it costs somebody
 * some typing.
 */
export type WorkingData = {
  draft(softwareId: string): Promise<Draft | undefined>;
  /** Writes over version `draft.version - 1`, or makes version 1; false when somebody else has saved meanwhile. */
  saveDraft(draft: Draft): Promise<boolean>;
  removeDraft(softwareId: string): Promise<void>;

  /**
   * Keeps a ceremony, unless `most` are open already; sweeps up those that are over at `now`. Requests at the authorization endpoint are counted
   * apart from ways to sign in, so that neither crowds out the other.
   *
   * @returns a refusal that says when the next of them is over, seconds
   */
  saveCeremony(
    ceremony: Ceremony,
    now: number,
    most: number,
  ): Promise<Result<void, { readonly nextOver: number }>>;
  /** Gives it once: taken, it is gone. Undefined when unknown, taken or expired. */
  takeCeremony(id: string, now: number): Promise<Ceremony | undefined>;

  /** Looks at one and leaves it. Undefined when unknown, taken or expired. */
  ceremony(id: string, now: number): Promise<Ceremony | undefined>;

  /** Claims a submission unless another's claim is still good; gives the claim that holds afterwards. */
  claimReview(claim: ReviewClaim): Promise<ReviewClaim>;
  /** Lets go of one's own claim. */
  releaseReview(submissionId: string, personId: string): Promise<void>;
  /** The claims that are good at `now`, of these submissions. */
  reviewClaims(submissionIds: readonly string[], now: number): Promise<readonly ReviewClaim[]>;

  /**
   * Notes when a domain was looked at, what was found, and when to look again, over version `claim.version - 1`; false when somebody else was
   * faster. What a publisher may do changes by `commit` alone: state, method and `verifiedAt` are not written here.
   */
  noteDomainCheck(claim: DomainClaim): Promise<boolean>;
  /** Notes that evidence was looked for in vain and is to be looked for again, over version `evidence.version - 1`; false when somebody else was faster. */
  noteEvidenceTry(evidence: Evidence): Promise<boolean>;

  /** How the last full check of the ledger came out; undefined when none has ended yet. */
  endedLedgerCheck(): Promise<EndedLedgerCheck | undefined>;
  /** Notes how one came out, unless a later one is noted already. */
  noteLedgerCheck(check: EndedLedgerCheck): Promise<void>;

  /** Notes that a session is in use. */
  touchSession(id: string, at: number): Promise<void>;
};
