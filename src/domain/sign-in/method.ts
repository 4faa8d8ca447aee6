import type { SignInPolicy } from '../policy.ts';
import type { SignInMethod } from './session.ts';

/** Whether people may sign in this way: it is not off, and the other is not required. */
export function isUsable({ passkeys, openIdConnect }: SignInPolicy, method: SignInMethod): boolean {
  const [own, other] = method === 'passkey' ? [passkeys, openIdConnect] : [openIdConnect, passkeys];
  return own !== 'off' && other !== 'required';
}
