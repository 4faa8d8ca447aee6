/** What developer and reviewer say to each other about a submission. Never changed. */
export type Comment = {
  readonly id: string;
  readonly submissionId: string;
  readonly personId: string;
  readonly text: string;
  /** NumericDate, seconds. */
  readonly createdAt: number;
};
