import type { SignInPolicy } from '../../domain/policy.ts';
import { isUsable } from '../../domain/sign-in/method.ts';
import type { Issuer } from '../issuer.ts';

/**
 * Why a policy of signing in must not come into force: nobody could sign in, or the operator who changes it could not any more. An operator who
 * works with tokens alone loses nothing, and may prepare the way for others.
 */
export async function lockoutOf(
  issuer: Issuer,
  personId: string,
  before: SignInPolicy,
  after: SignInPolicy,
): Promise<{ readonly pointer: string; readonly detail: string } | undefined> {
  if (before.passkeys === after.passkeys && before.openIdConnect === after.openIdConnect) return undefined;
  if (!isUsable(after, 'passkey') && !isUsable(after, 'open_id_connect'))
    return {
      pointer: '/sign_in',
      detail: 'nobody could sign in: allow or require passkeys or open_id_connect, and require only one',
    };
  const [passkeys, identities] = await Promise.all([
    issuer.store.passkeys(personId),
    issuer.store.identities(personId),
  ]);
  const hasWayIn = (policy: SignInPolicy) =>
    (passkeys.length > 0 && isUsable(policy, 'passkey')) ||
    (identities.length > 0 && isUsable(policy, 'open_id_connect'));
  if (!hasWayIn(before) || hasWayIn(after)) return undefined;
  return isUsable(after, 'passkey')
    ? {
        pointer: '/sign_in/open_id_connect',
        detail: 'you could not sign in any more: add a passkey of your own first',
      }
    : {
        pointer: '/sign_in/passkeys',
        detail: 'you could not sign in any more: link your account at the identity provider first',
      };
}
