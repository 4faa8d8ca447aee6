/** A reviewer says that a submission is theirs for a while, so that two do not read the same. It decides nothing. */
export type ReviewClaim = {
  readonly submissionId: string;
  readonly personId: string;
  /** NumericDates, seconds. */
  readonly claimedAt: number;
  readonly expiresAt: number;
};
