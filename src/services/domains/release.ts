import type { Actor } from '../../domain/access.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authorize } from '../authorize.ts';
import { decideAndCommit, entryOf, type Issuer } from '../issuer.ts';
import { publisherOf } from '../publishers.ts';
import type { Refusal } from '../refusal.ts';
import { isStandingByClaim } from './by-claim.ts';

/**
 * Gives a claim up. A verified domain leaves the publisher's verified domains with it, unless an operator had put it there; what was approved
 * before stands.
 */
export async function releaseDomain(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
  id: string,
): Promise<Result<void, Refusal>> {
  const allowed = authorize(actor, 'domains:write', publisherId);
  if (!allowed.ok) return allowed;
  return decideAndCommit<void>(issuer, async () => {
    const claim = await issuer.store.domainClaim(id);
    if (claim?.publisherId !== publisherId) return err({ code: 'not_found', what: 'domain', id });
    const found = await publisherOf(issuer, publisherId);
    if (!found.ok) return found;
    const publisher = found.value;
    const leaves = claim.state === 'verified' && (await isStandingByClaim(issuer, claim));
    return ok({
      entries: [
        entryOf(issuer, actor, 'domain.released', {
          subject: id,
          publisherId,
          data: { domain: claim.domain, before: claim.state, verified_domains_changed: leaves },
        }),
      ],
      changes: [
        { unchanged: 'domainClaim', id, version: claim.version },
        { remove: 'domainClaim', id },
        ...(leaves
          ? [
              {
                replace: 'publisher' as const,
                row: {
                  ...publisher,
                  verifiedDomains: publisher.verifiedDomains.filter((other) => other !== claim.domain),
                  version: publisher.version + 1,
                },
              },
            ]
          : []),
      ],
      value: undefined,
    });
  });
}
