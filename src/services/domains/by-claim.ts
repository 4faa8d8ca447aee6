import type { DomainClaim } from '../../domain/domain-claim.ts';
import { isJsonObject, type JsonValue } from '../../domain/json.ts';
import type { Issuer } from '../issuer.ts';

/**
 * Whether a verified domain stands among its publisher's because of this claim. One that an operator had written down before stands by
 * itself, and stays when the claim goes; the ledger remembers which it was.
 */
export async function isStandingByClaim(issuer: Issuer, claim: DomainClaim): Promise<boolean> {
  const [verified] = await issuer.store.entries({ kind: 'domain.verified', subject: claim.id }, undefined, 1);
  if (verified === undefined) return false;
  const entry: JsonValue = JSON.parse(verified.text);
  const data = isJsonObject(entry) ? entry['data'] : undefined;
  return isJsonObject(data) && data['verified_domains_changed'] === true;
}
