import type { Actor } from '../../domain/access.ts';
import { encodeBase64url } from '../../domain/base64url.ts';
import type { DomainClaim } from '../../domain/domain-claim.ts';
import { domainName } from '../../domain/domain-name.ts';
import type { Publisher } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authorize } from '../authorize.ts';
import { decideAndCommit, entryOf, newId, type Issuer } from '../issuer.ts';
import { publisherOf } from '../publishers.ts';
import type { Refusal } from '../refusal.ts';

/** Domains a publisher can have, claimed and verified. */
export const MAX_DOMAINS = 200;
const FIRST_CHECK_SECONDS = 60;

/**
 * A publisher claims a domain and is given what to publish there (`domainProof`). Nothing comes of the claim before a check has found it; a
 * second claim to the same domain gives the first one.
 *
 * @param text the domain as people write it
 * @returns `invalid_input` when it is no domain, or belongs to the publisher already
 */
export async function claimDomain(
  issuer: Issuer,
  actor: Actor,
  publisherId: string,
  text: string,
): Promise<Result<DomainClaim, Refusal>> {
  const allowed = authorize(actor, 'domains:write', publisherId);
  if (!allowed.ok) return allowed;
  const domain = domainName(text);
  if (!domain.ok) return wrong(domain.error);
  return decideAndCommit(issuer, async () => {
    const [found, claims] = await Promise.all([
      publisherOf(issuer, publisherId),
      issuer.store.domainClaims(publisherId),
    ]);
    if (!found.ok) return found;
    const publisher = found.value;
    const existing = claims.find((claim) => claim.domain === domain.value);
    if (existing !== undefined) return ok({ replay: existing });
    if (publisher.state === 'revoked')
      return err({
        code: 'publisher_state',
        publisherId,
        state: publisher.state,
        reason: publisher.stateReason,
      });
    const above = domainAbove(publisher, domain.value);
    if (above !== undefined)
      return wrong(`${above} is verified for this publisher already, and what lies below it too.`);
    if (claims.length >= MAX_DOMAINS)
      return wrong(`A publisher has ${MAX_DOMAINS} domains at most. Release one first.`);
    const now = issuer.clock.now();
    const claim: DomainClaim = {
      id: newId(issuer),
      publisherId,
      domain: domain.value,
      challenge: encodeBase64url(issuer.random(24)),
      state: 'pending',
      method: null,
      detail: null,
      createdBy: actor.personId,
      createdAt: now,
      checkedAt: null,
      verifiedAt: null,
      failingSince: null,
      nextCheckAt: now + FIRST_CHECK_SECONDS,
      version: 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'domain.claimed', {
          subject: claim.id,
          publisherId,
          data: { domain: claim.domain, challenge: claim.challenge },
        }),
      ],
      changes: [{ insert: 'domainClaim', row: claim }],
      value: claim,
    });
  });
}

/** The verified domain that a name belongs to, if any. */
function domainAbove({ verifiedDomains }: Publisher, name: string): string | undefined {
  return verifiedDomains.find((domain) => name === domain || name.endsWith(`.${domain}`));
}

function wrong(detail: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'invalid_input', problems: [{ pointer: '/domain', detail }] });
}
