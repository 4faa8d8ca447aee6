/** A published list that says which statements no longer stand (Token Status List). */
export type StatusList = {
  readonly id: string;
  /** Bits an entry; 2 so that SUSPENDED can be said. */
  readonly bits: 2;
  /** Number of entries. */
  readonly size: number;
  readonly allocated: number;
  /** `closed` lists are published but never allocated from again. */
  readonly state: 'open' | 'closed';
  /** What places say that no known statement holds: VALID, or INVALID after a restore. */
  readonly unallocatedStatus: 0 | 1;
  readonly createdAt: number;
  /** Grows with every change of what the list says; a published token names the revision it was made from. */
  readonly revision: number;
};

/** Entries of a list: large enough that neighbours say nothing about each other. */
export const STATUS_LIST_SIZE = 2 ** 20;

/** A list is closed for allocation at this share of its places, so that drawing a free one stays cheap. */
export const STATUS_LIST_FILL = 0.6;
