/** The members whose documents are looked at when metadata is submitted. */
export const EVIDENCE_MEMBERS = ['jwks_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'client_uri'] as const;
export type EvidenceMember = (typeof EVIDENCE_MEMBERS)[number];

export const EVIDENCE_OUTCOMES = ['pending', 'holds', 'fails'] as const;
export type EvidenceOutcome = (typeof EVIDENCE_OUTCOMES)[number];

/** What was found behind a URL of a submission. */
export type Evidence = {
  readonly id: string;
  readonly submissionId: string;
  readonly member: EvidenceMember;
  readonly url: string;
  readonly outcome: EvidenceOutcome;
  /** What was found, a sentence: keys and their kinds, an image and its size, or what went wrong. */
  readonly detail: string;
  /** NumericDate, seconds, of the last look; null before the first. What is pending with a date could not be looked at then. */
  readonly checkedAt: number | null;
  readonly version: number;
};
