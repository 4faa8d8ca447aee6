import type { InvitationState } from '../../domain/sign-in/invitation.ts';
import type { SignInMethod } from '../../domain/sign-in/session.ts';

/** Why somebody who tried to show who they are was not let in. */
export type SignInObstacle =
  /** A passkey nobody here has, or has any more. */
  | 'passkey_unknown'
  /** Made for another origin, another question or by another key; the log says more. */
  | 'passkey_not_verified'
  /** Its counter did not go on: it may have been copied (Web Authentication Level 3 §6.1.1). */
  | 'passkey_counter'
  | 'passkey_of_another'
  | 'person_disabled'
  /** An account of the identity provider that belongs to nobody here. */
  | 'identity_unknown'
  | 'identity_of_another'
  /** The provider did not ask who they are again (`auth_time`). */
  | 'not_asked_again';

/** Every foreseeable no of signing in. */
export type SignInRefusal =
  | { readonly code: 'sign_in_refused'; readonly because: SignInObstacle }
  /** `method` may not be used; `instead` may, where anything may. */
  | {
      readonly code: 'sign_in_method_off';
      readonly method: SignInMethod;
      readonly instead: SignInMethod | undefined;
    }
  /** Too many sign-ins were begun: by this address, or by everybody together. */
  | {
      readonly code: 'sign_in_crowded';
      readonly by: 'address' | 'everybody';
      readonly retryAfterSeconds: number;
    }
  /** What was begun is finished already, took too long, or was begun in another browser. */
  | { readonly code: 'sign_in_over' }
  | {
      readonly code: 'invitation_over';
      readonly state: Exclude<InvitationState, 'open'>;
      /** Who made it and can make another; null for the link of the first start. */
      readonly inviter: string | null;
    }
  | { readonly code: 'passkey_taken' }
  /** Without it its owner could not sign in any more. */
  | { readonly code: 'last_way_in'; readonly what: 'passkey' | 'identity' }
  | { readonly code: 'identity_taken' }
  | { readonly code: 'identity_provider_failed'; readonly detail: string }
  /** How one signs in is changed by people who have just signed in. */
  | { readonly code: 'step_up_needed'; readonly action: 'account:write' };
