import type { Decision, Submission, SubmissionState } from '../domain/submission.ts';

/**
 * `attention`: what needs a person first, that is the highest risk score and then the oldest. `oldest` and `newest` by
 * time of submission.
 */
export const QUEUE_ORDERS = ['attention', 'oldest', 'newest'] as const;
export type QueueOrder = (typeof QUEUE_ORDERS)[number];

export type QueueFilter = {
  readonly state: SubmissionState;
  readonly riskLevel?: Submission['riskLevel'] | undefined;
  /** Narrows to these publishers. */
  readonly publisherIds?: readonly string[] | undefined;
  /** Only what adds authority against the approval that stands. */
  readonly expands?: boolean | undefined;
  /** In the name of the software or of its publisher, case-insensitively. */
  readonly search?: string | undefined;
  /** By who has claimed it: `mine`, `unclaimed`, or `available`, which is either of them. */
  readonly claim?:
    | { readonly is: 'mine' | 'available'; readonly personId: string }
    | { readonly is: 'unclaimed' }
    | undefined;
  /** Leaves out what `conflictOfReviewer` would keep this reviewer from deciding. */
  readonly decidableBy?: { readonly personId: string; readonly publisherIds: readonly string[] } | undefined;
};

/** Where a page of the queue ended. */
export type QueuePlace = { readonly riskScore: number; readonly id: string };

/** A submission with whose it is and who reads it. */
export type QueueRow = {
  readonly submission: Submission;
  readonly softwareName: string;
  readonly publisherName: string;
  /** The claim that is good now. */
  readonly claim: {
    readonly personId: string;
    readonly personName: string;
    /** NumericDate, seconds. */
    readonly expiresAt: number;
  } | null;
};

/** What is known of a publisher at a glance; each count stops at a bound. */
export type PublisherTally = {
  readonly publisherId: string;
  /** Submissions whose approval is in force. */
  readonly approved: number;
  readonly rejected: number;
  readonly revokedStatements: number;
};

/** What became of everything a publisher submitted, and of its statements. */
export type PublisherOutcomes = {
  readonly submissions: Readonly<Partial<Record<SubmissionState, number>>>;
  readonly revokedStatements: number;
  /** How often the publisher was suspended. */
  readonly suspensions: number;
  /** How often a software of it was. */
  readonly softwareSuspensions: number;
};

/** What reviewers look at; each says what it costs. */
export type QueueReads = {
  /**
   * A page of the review queue, read along an index of its order. Costs a step of the index for each submission that
   * the filter leaves out, and with `search` a walk over the names of all software.
   *
   * @param now NumericDate, seconds: claims that expired by then do not count
   */
  reviewQueue(
    filter: QueueFilter,
    page: { readonly after?: QueuePlace | undefined; readonly limit: number },
    order: QueueOrder,
    now: number,
  ): Promise<readonly QueueRow[]>;
  /** Every decision on these submissions, in one read. */
  decisionsOn(submissionIds: readonly string[]): Promise<readonly Decision[]>;
  /** Of each of these publishers, counted up to `countTo`, so that nobody's long history makes others wait. */
  publisherTallies(publisherIds: readonly string[], countTo: number): Promise<readonly PublisherTally[]>;
  /** Walks indexes of the submissions and revocations of one publisher, and of all suspensions there were. */
  publisherOutcomes(publisherId: string): Promise<PublisherOutcomes>;
};
