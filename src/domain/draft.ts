/** A submission that is being written: one a software, shared by its publisher's developers. */
export type Draft = {
  readonly softwareId: string;
  readonly softwareVersion: string;
  /** As it was typed; it need not be JSON yet. */
  readonly metadataText: string;
  readonly note: string;
  readonly updatedBy: string;
  /** NumericDate, seconds. */
  readonly updatedAt: number;
  readonly version: number;
};
