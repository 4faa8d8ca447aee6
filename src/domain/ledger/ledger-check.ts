import type { LedgerFault, LedgerVerified } from './ledger-verifier.ts';

/** A full check of the ledger: every entry hashed again, every checkpoint verified. */
export type LedgerCheck = {
  /** `broken`: it could not be brought to an end, which says nothing about the ledger. */
  readonly state: 'running' | 'holds' | 'fails' | 'broken';
  /** Entries hashed so far, of those there were when it began. */
  readonly checked: number;
  readonly total: number;
  /** NumericDates, seconds. */
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** Who asked for it. */
  readonly startedBy: string;
  readonly fault: LedgerFault | undefined;
  readonly verified: LedgerVerified | undefined;
};

/** One that came to an end, as it is remembered. */
export type EndedLedgerCheck = LedgerCheck & {
  readonly state: 'holds' | 'fails';
  readonly finishedAt: number;
};

/** Whether it says something of the ledger that is worth remembering. */
export function hasEnded(check: LedgerCheck): check is EndedLedgerCheck {
  return check.finishedAt !== undefined && (check.state === 'holds' || check.state === 'fails');
}
