import type { Actor } from '../../domain/access.ts';
import type { DomainClaim } from '../../domain/domain-claim.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authorize } from '../authorize.ts';
import type { Issuer } from '../issuer.ts';
import { publisherOf } from '../publishers.ts';
import type { Refusal } from '../refusal.ts';

export type PublisherDomains = {
  /** By domain. */
  readonly claims: readonly DomainClaim[];
  /** Verified domains that no claim shows: an operator wrote them down. */
  readonly byOperator: readonly string[];
};

/** Whether what a claim names counts as the publisher's now; an operator may have struck it off. */
export function isInForce(claim: DomainClaim, verifiedDomains: readonly string[]): boolean {
  return claim.state === 'verified' && verifiedDomains.includes(claim.domain);
}

/** The domains of a publisher: claimed, and written down by an operator. */
export async function listDomains(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
): Promise<Result<PublisherDomains, Refusal>> {
  const allowed = authorize(actor, 'publishers:read', publisherId);
  if (!allowed.ok) return allowed;
  const [publisher, claims] = await Promise.all([
    publisherOf(issuer, publisherId),
    issuer.store.domainClaims(publisherId),
  ]);
  if (!publisher.ok) return publisher;
  const shown = claims.filter(({ state }) => state === 'verified').map(({ domain }) => domain);
  return ok({
    claims,
    byOperator: publisher.value.verifiedDomains.filter((domain) => !shown.includes(domain)),
  });
}

/** One claim of a publisher. */
export async function readDomain(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
  id: string,
): Promise<Result<DomainClaim, Refusal>> {
  const allowed = authorize(actor, 'publishers:read', publisherId);
  if (!allowed.ok) return allowed;
  const claim = await issuer.store.domainClaim(id);
  return claim?.publisherId === publisherId ? ok(claim) : err({ code: 'not_found', what: 'domain', id });
}
