import { err, ok, type Result } from '../../domain/result.ts';
import type { SignInPolicy } from '../../domain/policy.ts';
import { isUsable } from '../../domain/sign-in/method.ts';
import type { SignInMethod } from '../../domain/sign-in/session.ts';
import type { IdentityProvider, SignInMethods } from '../../ports/sign-in.ts';
import { currentPolicy, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';

/** The ways in which people may sign in now: those the policy allows and this issuer has. */
export async function usableMethods(
  issuer: Issuer,
  { identityProvider }: SignInMethods,
): Promise<readonly SignInMethod[]> {
  const { signIn } = await currentPolicy(issuer);
  return (['passkey', 'open_id_connect'] as const).filter(
    (method) => isUsable(signIn, method) && (method === 'passkey' || identityProvider !== undefined),
  );
}

/** Lets passkeys pass, or says that the policy has them off. */
export async function passkeysAllowed(issuer: Issuer): Promise<Result<SignInPolicy, Refusal>> {
  const { signIn } = await currentPolicy(issuer);
  return isUsable(signIn, 'passkey') ? ok(signIn) : err(off(signIn, 'passkey'));
}

/** The identity provider, where there is one and the policy lets people use it. */
export async function providerAllowed(
  issuer: Issuer,
  provider: IdentityProvider | undefined,
): Promise<Result<{ readonly provider: IdentityProvider; readonly signIn: SignInPolicy }, Refusal>> {
  const { signIn } = await currentPolicy(issuer);
  return provider !== undefined && isUsable(signIn, 'open_id_connect')
    ? ok({ provider, signIn })
    : err(off(signIn, 'open_id_connect'));
}

function off(signIn: SignInPolicy, method: SignInMethod): Refusal {
  const other = method === 'passkey' ? 'open_id_connect' : 'passkey';
  return { code: 'sign_in_method_off', method, instead: isUsable(signIn, other) ? other : undefined };
}
