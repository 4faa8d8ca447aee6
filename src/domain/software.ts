/** One product of a publisher, named by its `software_id` (RFC 7591 §2), stable over all versions. */
export type Software = {
  /** `software_id`, a UUID. */
  readonly id: string;
  readonly publisherId: string;
  readonly name: string;
  readonly state: 'active' | 'suspended';
  readonly stateReason: string | null;
  /** The submission whose approval stands: what may be signed. */
  readonly approvedSubmissionId: string | null;
  readonly createdAt: number;
  readonly version: number;
};
