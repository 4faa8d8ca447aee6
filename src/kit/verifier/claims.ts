import { textMember, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { judgeStatement } from '../../domain/statement/judge.ts';
import { invalid, unapproved, type StatementRefusal } from './refusal.ts';
import type { IssuerTrust } from './trusted-issuer.ts';

/** Claims that belong to another profile alone: a statement with one of them is no statement of profile rfc7591, whatever its `typ`. */
const OF_OTHER_PROFILES = ['cimd_digest', 'vc', 'vp', '@context', 'credentialSubject'] as const;

/**
 * Whether the claims of a statement of profile rfc7591 whose signature holds count here and now: times, what it has to hold (RFC 7591 §2.3),
 * the age this server honours, and whom it is for (RFC 7519 §4.1.3).
 *
 * @param audience identifiers of this authorization server
 * @param at NumericDate, seconds
 * @returns undefined when they do
 */
export function claimsRefusal(
  claims: JsonObject,
  trust: IssuerTrust,
  audience: readonly string[],
  at: number,
): StatementRefusal | undefined {
  const { clockToleranceSeconds } = trust;
  const foreign = OF_OTHER_PROFILES.find((name) => claims[name] !== undefined);
  if (foreign !== undefined || textMember(claims, 'sub').startsWith('spiffe://'))
    return invalid(
      'claims',
      `It is a statement of another profile: it holds ${foreign ?? 'a SPIFFE ID as sub'}.`,
    );
  const checks = judgeStatement({ claims, now: at, clockToleranceSeconds });
  const wrong = checks.find(({ outcome }) => outcome !== 'holds');
  if (wrong !== undefined) return invalid(wrong.check === 'times' ? 'times' : 'claims', wrong.detail);
  const old = ageRefusal(secondsMember(claims, 'iat'), trust, at);
  if (old !== undefined) return old;
  return audienceRefusal(claims, trust, audience);
}

/**
 * Whether a statement is for somebody else (RFC 7519 §4.1.3).
 *
 * @param audience identifiers of this authorization server
 */
export function audienceRefusal(
  claims: JsonObject,
  trust: IssuerTrust,
  audience: readonly string[],
): StatementRefusal | undefined {
  const { aud } = claims;
  if (aud === undefined && !trust.requireAudience) return undefined;
  const named = [aud ?? []].flat();
  return named.some((one) => typeof one === 'string' && audience.includes(one))
    ? undefined
    : unapproved(
        'audience',
        `It is for ${JSON.stringify(aud ?? null).slice(0, 200)}, not for this authorization server (${audience.join(', ')}).`,
      );
}

/** Whether a statement is older than this server honours. Seconds. */
export function ageRefusal(issuedAt: number, trust: IssuerTrust, at: number): StatementRefusal | undefined {
  const { clockToleranceSeconds, maxLifetimeSeconds } = trust;
  if (maxLifetimeSeconds === undefined) return undefined;
  const honouredUntil = issuedAt + maxLifetimeSeconds;
  return honouredUntil > at - clockToleranceSeconds
    ? undefined
    : unapproved(
        'too_old',
        `It was issued more than ${maxLifetimeSeconds} seconds ago (maxLifetimeSeconds).`,
      );
}

/** A member that holds a NumericDate, in seconds; 0 for anything else. */
export function secondsMember(claims: JsonObject, name: string): number {
  const value = claims[name];
  return typeof value === 'number' ? value : 0;
}

/** A null attests nothing: the member counts as absent, as in a request (RFC 7592 §2.2). */
export function withoutNulls(attested: JsonObject): JsonObject {
  const metadata: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(attested))
    if (value !== undefined && value !== null) metadata[name] = value;
  return metadata;
}
