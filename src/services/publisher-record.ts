import type { Actor } from '../domain/access.ts';
import type { DomainClaim } from '../domain/domain-claim.ts';
import type { Publisher } from '../domain/publisher.ts';
import { ok, type Result } from '../domain/result.ts';
import type { PublisherOutcomes } from '../ports.ts';
import { authorize } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import { publisherOf } from './publishers.ts';
import type { Refusal } from './refusal.ts';

/** What a reviewer should know of who answers for a submission. */
export type PublisherRecord = PublisherOutcomes & {
  readonly publisher: Publisher;
  /** Statements neither revoked nor expired. */
  readonly liveStatements: number;
  readonly memberCount: number;
  /** Domains it once showed to be its own and no longer does. */
  readonly lostDomains: readonly DomainClaim[];
};

/** A publisher's record: what became of everything it submitted, its statements, domains and members. */
export async function readPublisherRecord(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
): Promise<Result<PublisherRecord, Refusal>> {
  const allowed = authorize(actor, 'publishers:read', publisherId);
  if (!allowed.ok) return allowed;
  const { store, clock } = issuer;
  const [publisher, outcomes, liveStatements, members, claims] = await Promise.all([
    publisherOf(issuer, publisherId),
    store.publisherOutcomes(publisherId),
    store.countLiveStatements({ publisherId }, clock.now()),
    store.members(publisherId),
    store.domainClaims(publisherId),
  ]);
  if (!publisher.ok) return publisher;
  return ok({
    ...outcomes,
    publisher: publisher.value,
    liveStatements,
    memberCount: members.length,
    lostDomains: claims.filter(({ state }) => state === 'lost'),
  });
}
