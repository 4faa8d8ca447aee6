import type { JsonObject } from '../../domain/json.ts';
import { judgeStatement } from '../../domain/statement/judge.ts';
import { invalid, unapproved, type StatementRefusal } from './refusal.ts';
import type { IssuerTrust } from './trusted-issuer.ts';

/**
 * Whether the claims of a statement whose signature holds count here and now: times, what it has to hold (RFC 7591 §2.3), the age
 * this server honours, and whom it is for (RFC 7519 §4.1.3).
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
  const { clockToleranceSeconds, maxLifetimeSeconds } = trust;
  const checks = judgeStatement({ claims, now: at, clockToleranceSeconds });
  const wrong = checks.find(({ outcome }) => outcome !== 'holds');
  if (wrong !== undefined) return invalid(wrong.check === 'times' ? 'times' : 'claims', wrong.detail);
  if (maxLifetimeSeconds !== undefined) {
    const honouredUntil = secondsMember(claims, 'iat') + maxLifetimeSeconds;
    if (honouredUntil <= at - clockToleranceSeconds)
      return unapproved(
        'too_old',
        `It was issued more than ${maxLifetimeSeconds} seconds ago (maxLifetimeSeconds).`,
      );
  }
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

/** A member that holds a NumericDate, in seconds; 0 for anything else. */
export function secondsMember(claims: JsonObject, name: string): number {
  const value = claims[name];
  return typeof value === 'number' ? value : 0;
}
