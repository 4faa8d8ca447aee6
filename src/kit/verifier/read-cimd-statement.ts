import { err, ok, type Result } from '../../domain/result.ts';
import { readCimdClaims, type CimdClaims } from '../../domain/statement/profiles/judge-cimd.ts';
import { ageRefusal, secondsMember } from './claims.ts';
import { isWithin } from './client-identifiers.ts';
import type { Asked, ReadStatement } from './read-statement.ts';
import { invalid, unapproved, type StatementRefusal } from './refusal.ts';

/**
 * Reads a digest-bound statement ("Validating a Statement" and "Issuer Trust Establishment" of draft-mcguinness-oauth-cimd-sw-stmt): its own
 * rules, then this server's word on whom the issuer may speak for. The document is not looked at here: what needs no retrieval comes first.
 */
export function readCimdStatement(asked: Asked): Result<ReadStatement, StatementRefusal> {
  const { claims, trust, at } = asked;
  const read = readCimdClaims({ claims, now: at, clockToleranceSeconds: trust.clockToleranceSeconds });
  if (!read.ok) {
    const { check, detail } = read.error;
    return err(invalid(check === 'times' ? 'times' : 'claims', detail));
  }
  const refusal = ageRefusal(secondsMember(claims, 'iat'), trust, at) ?? scopeRefusal(read.value, asked);
  if (refusal !== undefined) return err(refusal);
  const { sub, tenant, jti, digest } = read.value;
  return ok({
    profile: 'cimd',
    softwareId: subjectOf(sub, tenant),
    softwareVersion: undefined,
    metadata: {},
    document: { url: sub, digest },
    jti,
    issuedAt: secondsMember(claims, 'iat'),
    expiresAt: secondsMember(claims, 'exp'),
  });
}

/**
 * What registrations, the watermark and the count of one deciding party's statements about one document are kept under: `sub`, and `tenant` for
 * an issuer that has several ("Multi-Tenant Issuers"). A client identifier URL has no fragment, so no two are written alike.
 */
export function subjectOf(sub: string, tenant: string | undefined): string {
  return tenant === undefined ? sub : `${sub}#tenant=${encodeURIComponent(tenant)}`;
}

/** Well-made, and not for here. */
function scopeRefusal(
  { sub, tenant, audience, audienceTenant }: CimdClaims,
  { trust, audience: own, tenant: ownTenant }: Asked,
): StatementRefusal | undefined {
  if (audience === undefined ? trust.requireAudience : !audience.some((one) => own.includes(one)))
    return unapproved(
      'audience',
      `It is for ${JSON.stringify(audience ?? null).slice(0, 200)}, not for this authorization server (${own.join(', ')}).`,
    );
  if (audienceTenant !== undefined && audienceTenant !== ownTenant)
    return unapproved(
      'tenant',
      `It is for the tenant ${JSON.stringify(audienceTenant).slice(0, 200)} (aud_tenant), not for ${JSON.stringify(ownTenant ?? null)} (tenant).`,
    );
  if (tenant !== undefined && !trust.tenants.includes(tenant))
    return unapproved(
      'tenant',
      `It is a decision of the tenant ${JSON.stringify(tenant).slice(0, 200)} of ${trust.issuer}, which tenants does not name.`,
    );
  return isWithin(sub, trust.mayVouchFor.clientIdentifiers ?? [])
    ? undefined
    : unapproved(
        'client_identifier_not_permitted',
        `${trust.issuer} may not vouch for ${sub.slice(0, 200)} here; mayVouchFor.clientIdentifiers does not name it.`,
      );
}
