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

/** What a look at a domain found. */
export type DomainLook =
  | { readonly found: true; readonly method: DomainMethod }
  | {
      readonly found: false;
      /** Whether the domain's own name servers said so; false when nobody could be asked. */
      readonly isCertain: boolean;
      /** What was found instead, for the publisher. */
      readonly detail: string;
    };

/** When a claim is not looked at by itself any more: 9999-12-31T23:59:59Z. */
export const NEVER = 253_402_300_799;

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Seconds for which a claim that nobody has proved yet is looked at again and again. */
const PENDING_SECONDS = 14 * DAY;
/** Seconds for which checks of a verified domain must have failed before it is lost. */
const GRACE_SECONDS = 7 * DAY;

/** The text that proves a claim, as a TXT record or as the file. */
export function domainProof({ challenge }: Pick<DomainClaim, 'challenge'>): string {
  return `imprimatur-domain-verification=${challenge}`;
}

/** The name of the TXT record; its own label, so that it stands beside whatever else the domain says (RFC 8552). */
export function proofRecordName(domain: string): string {
  return `_imprimatur.${domain}`;
}

/** Where the file is looked for (RFC 8615). */
export function proofFileUrl(domain: string): string {
  return `https://${domain}/.well-known/imprimatur-domain-verification`;
}

/**
 * A claim after a look at its domain. A verified domain is lost only after checks have failed for seven days and its name servers answered the
 * last of them: an outage, of theirs or ours, takes nothing away. A lost one that shows its proof again is verified again.
 *
 * @param now NumericDate, seconds
 * @returns the next version
 */
export function afterLook(claim: DomainClaim, look: DomainLook, now: number): DomainClaim {
  const seen = { ...claim, checkedAt: now, version: claim.version + 1 };
  if (look.found)
    return {
      ...seen,
      state: 'verified',
      method: look.method,
      detail: null,
      verifiedAt: claim.state === 'verified' ? claim.verifiedAt : now,
      failingSince: null,
      nextCheckAt: now + DAY,
    };
  const { detail } = look;
  if (claim.state !== 'verified')
    return { ...seen, detail, nextCheckAt: claim.state === 'pending' ? nextTry(claim, now) : NEVER };
  const failingSince = claim.failingSince ?? now;
  return look.isCertain && now - failingSince >= GRACE_SECONDS
    ? { ...seen, state: 'lost', detail, failingSince, nextCheckAt: NEVER }
    : { ...seen, detail, failingSince, nextCheckAt: now + 6 * HOUR };
}

/** Often while the publisher is likely to be at it, ever more seldom after that. */
function nextTry({ createdAt }: DomainClaim, now: number): number {
  const age = now - createdAt;
  return age >= PENDING_SECONDS ? NEVER : now + Math.min(Math.max(Math.floor(age / 2), MINUTE), 6 * HOUR);
}
