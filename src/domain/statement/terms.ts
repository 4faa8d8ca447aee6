import type { IssuerPolicy } from '../policy.ts';
import { err, ok, type Result } from '../result.ts';
import type { Conditions } from '../review/conditions.ts';
import { audiencesBeyond } from './audience.ts';

/** What is asked of a statement that is to be issued. */
export type RequestedTerms = {
  /** RFC 8414 issuer identifiers of the authorization servers the statement is for; none means any. */
  readonly audience?: readonly string[] | undefined;
  /** Seconds, within policy and the approval's conditions. */
  readonly lifetimeSeconds?: number | undefined;
};

/** For how long a statement stands and for whom; null means any authorization server. */
export type Terms = { readonly lifetimeSeconds: number; readonly audience: readonly string[] | null };

/** Who set the bound that was passed: the issuer's policy, reviewers by the conditions of their approval, or the profile itself. */
export type SetBy = 'policy' | 'approval' | 'profile';

export type TermsRefusal =
  | {
      readonly code: 'audience_not_allowed';
      readonly audience: readonly string[];
      readonly allowed: 'any' | readonly string[];
      readonly setBy: SetBy;
    }
  | {
      readonly code: 'lifetime_not_allowed';
      readonly requestedSeconds: number;
      readonly maxSeconds: number;
      readonly setBy: SetBy;
    };

/**
 * The terms a statement gets. Conditions of the approval narrow the policy: a request that names no lifetime or no
 * audience gets what both allow, a request beyond either is refused and told which of them it passed.
 *
 * @param profileSeconds the longest lifetime of the profile; see `maxLifetimeOf`
 */
export function termsOf(
  requested: RequestedTerms,
  policy: IssuerPolicy['statement'],
  conditions: Conditions | null,
  profileSeconds?: number,
): Result<Terms, TermsRefusal> {
  const lifetime = lifetimeOf(requested.lifetimeSeconds, policy, [
    ['approval', conditions?.maxLifetimeSeconds],
    ['profile', profileSeconds],
  ]);
  if (!lifetime.ok) return lifetime;
  const audience = audienceOf(requested.audience ?? [], policy, conditions?.audience);
  return audience.ok ? ok({ lifetimeSeconds: lifetime.value, audience: audience.value }) : audience;
}

function lifetimeOf(
  requested: number | undefined,
  { maxLifetimeSeconds, defaultLifetimeSeconds }: IssuerPolicy['statement'],
  bounds: readonly (readonly [SetBy, number | undefined])[],
): Result<number, TermsRefusal> {
  // The policy's own bound counts as its own where others are the same.
  const [setBy, maxSeconds] = bounds.reduce<readonly [SetBy, number]>(
    (least, [by, bound]) => (bound !== undefined && bound < least[1] ? [by, bound] : least),
    ['policy', maxLifetimeSeconds],
  );
  const seconds = requested ?? Math.min(defaultLifetimeSeconds, maxSeconds);
  if (seconds >= 1 && seconds <= maxSeconds) return ok(seconds);
  return err({ code: 'lifetime_not_allowed', requestedSeconds: seconds, maxSeconds, setBy });
}

function audienceOf(
  requested: readonly string[],
  policy: IssuerPolicy['statement'],
  condition: readonly string[] | undefined,
): Result<readonly string[] | null, TermsRefusal> {
  const named = [...new Set(requested)];
  const audience = named.length === 0 ? (condition ?? []) : named;
  const { audiences: allowed, maxAudiences } = policy;
  const beyond = audiencesBeyond(audience, allowed);
  if (beyond.length > 0)
    return err({ code: 'audience_not_allowed', audience: beyond, allowed, setBy: 'policy' });
  if (audience.length > maxAudiences)
    return err({ code: 'audience_not_allowed', audience, allowed, setBy: 'policy' });
  const unnamed = condition === undefined ? [] : audiencesBeyond(audience, condition);
  if (condition !== undefined && unnamed.length > 0)
    return err({ code: 'audience_not_allowed', audience: unnamed, allowed: condition, setBy: 'approval' });
  return ok(audience.length === 0 ? null : audience);
}
