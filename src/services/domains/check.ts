import type { Actor } from '../../domain/access.ts';
import { afterLook, type DomainClaim, type DomainLook } from '../../domain/domain-claim.ts';
import type { Publisher } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authorize } from '../authorize.ts';
import { forEachAtMost } from '../for-each-at-most.ts';
import { decideAndCommit, entryOf, type Cause, type Issuer, type Plan } from '../issuer.ts';
import { publisherOf } from '../publishers.ts';
import type { Refusal } from '../refusal.ts';
import { isStandingByClaim } from './by-claim.ts';
import { lookForProof } from './look.ts';

const SPACING_SECONDS = 10;
/** Nobody else begins a check while one is under way; should it die, the next begins after this. */
const LEASE_SECONDS = 60;
const DUE_AT_ONCE = 100;
const CONCURRENCY = 4;

/**
 * Looks at a domain now, for its publisher or an operator.
 *
 * @returns the claim as it stands afterwards; `too_soon` within ten seconds of the last look
 */
export async function checkDomain(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
  id: string,
): Promise<Result<DomainClaim, Refusal>> {
  const allowed = authorize(actor, 'domains:write', publisherId);
  if (!allowed.ok) return allowed;
  const claim = await issuer.store.domainClaim(id);
  if (claim?.publisherId !== publisherId) return err({ code: 'not_found', what: 'domain', id });
  const wait = (claim.checkedAt ?? 0) + SPACING_SECONDS - issuer.clock.now();
  return wait > 0 ? err({ code: 'too_soon', retryAfterSeconds: wait }) : check(issuer, actor, claim);
}

/**
 * Looks at the domains that are due: pending ones with growing pauses for fourteen days, verified ones every day.
 *
 * @param isOver asked between two domains; true ends the work early
 */
export async function checkDueDomains(issuer: Issuer, isOver: () => boolean = () => false): Promise<void> {
  const due = await issuer.store.domainClaimsDue(issuer.clock.now(), DUE_AT_ONCE);
  await forEachAtMost(CONCURRENCY, due, async (claim) => {
    if (!isOver()) await check(issuer, 'issuer', claim);
  });
}

async function check(
  issuer: Issuer,
  cause: Cause,
  claim: DomainClaim,
): Promise<Result<DomainClaim, Refusal>> {
  const now = issuer.clock.now();
  const taken = { ...claim, checkedAt: now, nextCheckAt: now + LEASE_SECONDS, version: claim.version + 1 };
  if (!(await issuer.store.noteDomainCheck(taken)))
    return err({ code: 'too_soon', retryAfterSeconds: SPACING_SECONDS });
  const look = await lookForProof(issuer, claim);
  return decideAndCommit(issuer, async () => {
    const current = await issuer.store.domainClaim(claim.id);
    if (current === undefined) return err({ code: 'not_found', what: 'domain', id: claim.id });
    const publisher = await publisherOf(issuer, current.publisherId);
    if (!publisher.ok) return publisher;
    const after = afterLook(current, look, issuer.clock.now());
    if (after.state !== current.state)
      return ok(await moved(issuer, cause, publisher.value, current, after, look));
    const isNoted = await issuer.store.noteDomainCheck(after);
    return ok({ replay: isNoted ? after : current });
  });
}

/** The commit that verifies a domain, or gives it up. */
async function moved(
  issuer: Issuer,
  cause: Cause,
  publisher: Publisher,
  before: DomainClaim,
  after: DomainClaim,
  look: DomainLook,
): Promise<Plan<DomainClaim>> {
  const { domain } = after;
  const { verifiedDomains } = publisher;
  const isVerified = after.state === 'verified';
  const changes = isVerified
    ? !verifiedDomains.includes(domain)
    : verifiedDomains.includes(domain) && (await isStandingByClaim(issuer, before));
  const domains = isVerified
    ? [...verifiedDomains, domain]
    : verifiedDomains.filter((other) => other !== domain);
  return {
    entries: [
      entryOf(issuer, cause, isVerified ? 'domain.verified' : 'domain.lost', {
        subject: after.id,
        publisherId: after.publisherId,
        data: {
          domain,
          before: before.state,
          ...(look.found
            ? { method: look.method }
            : { failing_since: after.failingSince, detail: look.detail }),
          // Whether the publisher's verified domains changed: one that an operator wrote down stays (by-claim.ts).
          verified_domains_changed: changes,
        },
      }),
    ],
    changes: [
      { replace: 'domainClaim', row: after },
      changes
        ? {
            replace: 'publisher',
            row: { ...publisher, verifiedDomains: domains, version: publisher.version + 1 },
          }
        : { unchanged: 'publisher', id: publisher.id, version: publisher.version },
    ],
    value: after,
  };
}
