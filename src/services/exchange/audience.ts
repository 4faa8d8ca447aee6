import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { IssuerPolicy } from '../../domain/policy.ts';
import { ok, type Result } from '../../domain/result.ts';
import { audiencesBeyond } from '../../domain/statement/audience.ts';
import { maxLifetimeOf } from '../../domain/statement/profiles/profile.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { termsOf, type Terms } from '../../domain/statement/terms.ts';
import type { Submission } from '../../domain/submission.ts';
import { asTokenRefusal, no } from './token-refusals.ts';

/**
 * The terms of a statement asked for at the token endpoint. Of the audiences asked for, those that all allow are granted: narrowed, never
 * widened (issuance draft, `audience`). Where none is left, or none was asked for and the approval demands one, that is `invalid_target`.
 *
 * @param profile what it is to be; its own longest lifetime counts
 * @param ceiling what the subject token may ask for; null for no bound of its own
 */
export function grantedTerms(
  requested: readonly string[],
  ceiling: readonly string[] | null,
  policy: IssuerPolicy['statement'],
  approved: Pick<Submission, 'conditions'>,
  profile: Profile,
): Result<Terms, TokenRefusal> {
  const bounds = [policy.audiences, approved.conditions?.audience ?? 'any', ceiling ?? 'any'] as const;
  const granted = bounds.reduce<readonly string[]>(
    (left, bound) => left.filter((each) => audiencesBeyond([each], bound).length === 0),
    [...new Set(requested)],
  );
  if (requested.length > 0 && granted.length === 0)
    return no('invalid_target', `No statement is made for ${requested.join(', ')}.`);
  const demanded = approved.conditions?.audience ?? ceiling;
  if (requested.length === 0 && demanded !== null && demanded !== undefined)
    return no(
      'invalid_target',
      `Say for which authorization servers: name audience, of ${demanded.join(', ')}.`,
    );
  const terms = termsOf({ audience: granted }, policy, approved.conditions, maxLifetimeOf(profile));
  return terms.ok ? ok(terms.value) : asTokenRefusal(terms.error);
}
