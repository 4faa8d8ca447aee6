import type { Refusal } from '../services/refusal.ts';
import { SIGN_IN_PROBLEM_TYPES } from './sign-in-problem.ts';

/** Problems that arise at the HTTP edge, before any service is asked. */
export type EdgeProblem =
  | { readonly code: 'invalid_token'; readonly presented: boolean }
  | { readonly code: 'invalid_json'; readonly detail: string }
  | { readonly code: 'body_too_large'; readonly maxOctets: number }
  | { readonly code: 'unsupported_media_type'; readonly wanted: string }
  | { readonly code: 'not_acceptable'; readonly offered: string }
  | { readonly code: 'method_not_allowed'; readonly allow: readonly string[] }
  | { readonly code: 'no_such_resource'; readonly path: string }
  | { readonly code: 'not_implemented'; readonly detail: string }
  /** A form was sent from a page of another site. */
  | { readonly code: 'foreign_origin' }
  | { readonly code: 'internal_error' };

export type ProblemCode = Refusal['code'] | EdgeProblem['code'];

/** Every kind of problem: its HTTP status and a title that never changes (RFC 9457 §3.1). */
export const PROBLEM_TYPES = {
  ...SIGN_IN_PROBLEM_TYPES,
  invalid_token: { status: 401, title: 'A valid API token is needed' },
  insufficient_scope: { status: 403, title: 'The token is not scoped for this' },
  step_up_needed: { status: 403, title: 'A fresh sign-in is needed' },
  role_needed: { status: 403, title: 'Another role is needed' },
  four_eyes: { status: 403, title: 'Somebody else has to decide' },
  scope_beyond_own: { status: 403, title: 'A token cannot make a wider one' },
  foreign_origin: { status: 403, title: 'The form came from another site' },
  not_found: { status: 404, title: 'There is no such thing' },
  no_such_resource: { status: 404, title: 'There is nothing at this path' },
  method_not_allowed: { status: 405, title: 'This path does not take that method' },
  not_acceptable: { status: 406, title: 'Not available in an accepted format' },
  submission_state: { status: 409, title: 'The submission is in another state' },
  software_version_taken: { status: 409, title: 'This software_version is taken' },
  no_approval: { status: 409, title: 'Nothing is approved' },
  profile_not_available: { status: 409, title: 'Not in this profile' },
  authorization_over: { status: 410, title: 'This request is over' },
  authorization_unusable: { status: 400, title: 'The request of the application cannot be used' },
  client_id_taken: { status: 409, title: 'This client identifier is taken' },
  publisher_state: { status: 409, title: 'The publisher is in another state' },
  software_state: { status: 409, title: 'The software is in another state' },
  statement_state: { status: 409, title: 'The statement is in another state' },
  statement_expired: { status: 409, title: 'The statement has expired' },
  key_state: { status: 409, title: 'The key is in another state' },
  key_not_published_long_enough: { status: 409, title: 'The key has not been published long enough' },
  key_still_needed: { status: 409, title: 'The key is still needed' },
  key_not_in_custody: { status: 409, title: 'The private key is not in custody' },
  custody_read_only: { status: 409, title: 'Keys cannot be made here' },
  no_active_key: { status: 409, title: 'No key is active' },
  last_operator: { status: 409, title: 'An operator has to remain' },
  version_mismatch: { status: 412, title: 'It was changed meanwhile' },
  body_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body has another type' },
  invalid_json: { status: 400, title: 'The request body is not usable JSON' },
  invalid_input: { status: 422, title: 'The request cannot stand as it is' },
  invalid_client_metadata: { status: 422, title: 'The client metadata breaks rules' },
  audience_not_allowed: { status: 422, title: 'The audience is outside what is allowed' },
  lifetime_not_allowed: { status: 422, title: 'The lifetime is outside what is allowed' },
  statement_too_large: { status: 422, title: 'The statement would be too large' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  too_soon: { status: 429, title: 'This was asked a moment ago' },
  internal_error: { status: 500, title: 'Something broke on our side' },
  not_implemented: { status: 501, title: 'This is not offered' },
  custody_unwritable: { status: 503, title: 'Custody cannot write' },
  contention: { status: 503, title: 'Too many others were writing' },
} as const satisfies Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>>;
