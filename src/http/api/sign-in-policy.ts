import { z } from 'zod';
import { ISSUER_ROLES } from '../../domain/access.ts';
import type { SignInPolicy } from '../../domain/policy.ts';

const choice = z.enum(['allowed', 'required', 'off']);
const seconds = z
  .int()
  .min(60)
  .max(90 * 86_400);

/** How people sign in at the console, on the wire. */
export const signInPolicySchema = z.strictObject({
  passkeys: choice,
  open_id_connect: choice,
  groups: z.strictObject({
    claim: z.string().min(1).max(200).describe('claim of an ID token that holds the groups of a person'),
    roles: z.record(z.string().min(1).max(200), z.array(z.enum(ISSUER_ROLES)).max(3)),
  }),
  session: z.strictObject({
    idle_seconds: seconds,
    absolute_seconds: seconds,
    step_up_seconds: seconds.describe('for so long a passkey just shown lets its owner do what asks for one'),
  }),
});

export function signInPolicyOf(body: z.output<typeof signInPolicySchema>): SignInPolicy {
  return {
    passkeys: body.passkeys,
    openIdConnect: body.open_id_connect,
    groups: body.groups,
    session: {
      idleSeconds: body.session.idle_seconds,
      absoluteSeconds: body.session.absolute_seconds,
      stepUpSeconds: body.session.step_up_seconds,
    },
  };
}

export function signInPolicyBody({ passkeys, openIdConnect, groups, session }: SignInPolicy) {
  return {
    passkeys,
    open_id_connect: openIdConnect,
    groups,
    session: {
      idle_seconds: session.idleSeconds,
      absolute_seconds: session.absoluteSeconds,
      step_up_seconds: session.stepUpSeconds,
    },
  };
}
