/** How a publisher showed that a domain is its own: a TXT record, or a file below `/.well-known/` (RFC 8615). */
export const DOMAIN_METHODS = ['dns', 'file'] as const;
export type DomainMethod = (typeof DOMAIN_METHODS)[number];

export const DOMAIN_STATES = ['pending', 'verified', 'lost'] as const;
/** `lost`: it was verified, and later checks no longer found the proof. */
export type DomainState = (typeof DOMAIN_STATES)[number];

/** A publisher's claim to a domain, and how it stands. What is verified also stands in `Publisher.verifiedDomains`. */
export type DomainClaim = {
  readonly id: string;
  readonly publisherId: string;
  /** Lower case, ASCII (RFC 5890 A-labels). */
  readonly domain: string;
  /** What the record or file must hold. */
  readonly challenge: string;
  readonly state: DomainState;
  /** How it was shown last. */
  readonly method: DomainMethod | null;
  /** What the last check found, a sentence for the publisher. */
  readonly detail: string | null;
  readonly createdBy: string;
  /** NumericDates, seconds. */
  readonly createdAt: number;
  readonly checkedAt: number | null;
  readonly verifiedAt: number | null;
  /** Since when checks have failed; null while they do not. */
  readonly failingSince: number | null;
  readonly nextCheckAt: number;
  readonly version: number;
};
