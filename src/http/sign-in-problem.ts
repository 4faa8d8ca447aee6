import type { JsonObject } from '../domain/json.ts';
import type { SignInObstacle, SignInRefusal } from '../services/sign-in/refusal.ts';

type Shown = Exclude<SignInRefusal, { readonly code: 'step_up_needed' }>;

/** Status and title of what can go wrong when people sign in. */
export const SIGN_IN_PROBLEM_TYPES = {
  sign_in_refused: { status: 403, title: 'You were not signed in' },
  sign_in_method_off: { status: 403, title: 'This way to sign in is switched off' },
  sign_in_over: { status: 409, title: 'This sign-in is over' },
  passkey_taken: { status: 409, title: 'This passkey is registered already' },
  last_way_in: { status: 409, title: 'This is the last way to sign in' },
  identity_taken: { status: 409, title: 'This account belongs to somebody' },
  invitation_over: { status: 410, title: 'This link is over' },
  sign_in_crowded: { status: 429, title: 'Too many sign-ins were begun' },
  identity_provider_failed: { status: 502, title: 'The identity provider did not help' },
} as const satisfies Readonly<Record<Shown['code'], { readonly status: number; readonly title: string }>>;

/** When each arises and what to do about it. */
export const SIGN_IN_PROBLEM_ADVICE: Readonly<Record<Shown['code'], string>> = {
  sign_in_refused: 'Who you are could not be shown. detail says why; because says it to programs.',
  sign_in_method_off: 'The policy has it so. Sign in the other way, or ask an operator.',
  sign_in_over:
    'A sign-in is finished once, within ten minutes, in the browser in which it began. Begin it again.',
  passkey_taken: 'The device holds a passkey of this issuer already. Sign in with it, or use another device.',
  last_way_in: 'Without it its owner could not come back. Add another passkey first, then remove this one.',
  identity_taken:
    'An account of the identity provider stands for one person. Its owner can unlink it, or an operator can help.',
  invitation_over:
    'A link lets one person in, once, until it expires or is revoked. Whoever sent it can send another.',
  sign_in_crowded:
    'Sign-ins that are begun and not finished are bounded, for each address and for all. Nothing was begun. Try again after Retry-After seconds.',
  identity_provider_failed:
    'It did not answer, or refused. Try again; if it stays, operators find the cause in the log under identity_provider.failed.',
};

/** What happened, and what to do next. */
export function signInAccount(refusal: Shown): {
  readonly detail: string;
  readonly members?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
} {
  switch (refusal.code) {
    case 'sign_in_refused':
      return { detail: OBSTACLES[refusal.because], members: { because: refusal.because } };
    case 'sign_in_method_off': {
      const other = {
        passkey: 'Sign in with a passkey.',
        open_id_connect: 'Sign in with your organisation’s account.',
        none: 'Ask an operator how to sign in.',
      }[refusal.instead ?? 'none'];
      return {
        detail: `${refusal.method === 'passkey' ? 'Passkeys are' : 'Signing in with an identity provider is'} switched off here. ${other}`,
        members: { method: refusal.method },
      };
    }
    case 'sign_in_over':
      return {
        detail: 'It was finished already, took too long, or was begun in another browser. Begin it again.',
      };
    case 'invitation_over':
      return { detail: `${OVER[refusal.state]} ${whom(refusal.inviter)}`, members: { state: refusal.state } };
    case 'passkey_taken':
      return {
        detail: 'This device holds a passkey of this issuer already. Sign in with it, or use another device.',
      };
    case 'last_way_in':
      return {
        detail: `This ${refusal.what === 'passkey' ? 'passkey' : 'account'} is the last way in. Add another passkey first.`,
      };
    case 'identity_taken':
      return {
        detail: 'This account is linked to another person here. Use another account, or ask an operator.',
      };
    case 'sign_in_crowded':
      return {
        detail: `${
          refusal.by === 'address'
            ? 'Too many sign-ins were begun from your network.'
            : 'Too many sign-ins are under way.'
        } Try again in ${refusal.retryAfterSeconds} seconds.`,
        members: { by: refusal.by, retry_after_seconds: refusal.retryAfterSeconds },
        headers: { 'retry-after': String(refusal.retryAfterSeconds) },
      };
    case 'identity_provider_failed':
      return {
        detail:
          'The identity provider did not answer, or did not let you in. Try again; if it stays, tell an operator.',
      };
  }
}

const OBSTACLES: Readonly<Record<SignInObstacle, string>> = {
  passkey_unknown:
    'This passkey is not known here, or was removed. Use another, or ask an operator for a link that lets you make a new one.',
  passkey_not_verified: 'The passkey’s answer could not be verified. Try again.',
  passkey_counter:
    'This passkey gave a counter that went back, as a copy of it would. It was not accepted; use another, and tell an operator.',
  passkey_of_another: 'This passkey belongs to another person. Use one of yours.',
  person_disabled: 'You are known here, but an operator has disabled you. Ask an operator.',
  identity_unknown:
    'Your account is valid, but nobody here is linked to it and its groups give no role. Ask an operator for an invitation.',
  identity_of_another: 'This account belongs to another person. Sign in with your own.',
  not_asked_again: 'The identity provider did not ask who you are again. Try again, or use a passkey.',
};

const OVER = {
  used: 'This link was used already.',
  revoked: 'This link was taken back.',
  expired: 'This link has expired.',
} as const;

function whom(inviter: string | null): string {
  return inviter === null
    ? 'On the machine of the issuer, `imprimatur recover-operator` makes another.'
    : `Ask ${inviter} for another.`;
}
