import type { ProblemCode } from './problem-types.ts';
import { SIGN_IN_PROBLEM_ADVICE } from './sign-in-problem.ts';

/** When each kind of problem arises and what to do about it, for its page (RFC 9457 §4). */
export const PROBLEM_ADVICE: Readonly<Record<ProblemCode, string>> = {
  ...SIGN_IN_PROBLEM_ADVICE,
  invalid_token:
    'No API token was sent, or one that is unknown, expired or revoked, or whose person is disabled. Send Authorization: Bearer imp_…',
  insufficient_scope:
    'The person may do this, but the token in use is limited to less. Use a token with the scope named in WWW-Authenticate.',
  foreign_origin: 'Open the page here and send the form from it.',
  step_up_needed: 'Show your passkey again, then repeat what you did.',
  role_needed:
    'None of the roles of the person may do this; any_of lists those that may. An operator gives roles and memberships.',
  four_eyes:
    'Who submitted, belongs to the publisher or has decided before cannot decide. conflict says which; another reviewer has to.',
  scope_beyond_own:
    'A token makes no token that may do more than itself. Ask for fewer scopes, or have an operator make it.',
  not_found: 'The id names nothing, or nothing that you may see. Look it up in the list it belongs to.',
  no_such_resource: 'The path is not served. Check its spelling and the issuer URL before it.',
  method_not_allowed: 'The path is served, but not with this method. Allow lists those it takes.',
  not_acceptable:
    'Accept names no type in which this exists. Leave it out or name the type in detail. Nothing was done.',
  submission_state:
    'The submission was decided, withdrawn or superseded, perhaps a moment ago. state is what it is now. Read it again.',
  software_version_taken:
    'Submissions are immutable: a version is submitted once, unless it was rejected or withdrawn. Raise software_version.',
  profile_not_available:
    'A profile can need something that this software or this issuer does not have. detail says what, and profile which one it was.',
  authorization_over:
    'A request for a statement is answered once, within half an hour. Go back to the application and begin again there.',
  authorization_unusable:
    'An application sent you here, and its request is not sound, so you are not sent back to it. detail says what its makers have to put right.',
  client_id_taken:
    'A client identifier URL speaks for one software. Submit the document with the software it belongs to.',
  no_approval:
    'Statements are signed over an approval, and there is none. Submit metadata and have it reviewed.',
  publisher_state:
    'A suspended or revoked publisher gets no statements. state_reason says why; an operator can lift a suspension.',
  software_state:
    'A suspended software gets no statements. state_reason says why; an operator can lift a suspension.',
  statement_state:
    'A revoked statement stays revoked, and only a valid one is suspended. state is what it is now.',
  statement_expired: 'The statement ended by itself. Issue a new one over the approval.',
  key_state:
    'Keys go from pending to active to retiring to retired, one step at a time. state is what it is now.',
  key_not_published_long_enough:
    'Consumers keep the key set for a while and would refuse a key they have not seen. Wait until ready_at, or give emergency_reason.',
  key_still_needed:
    'Something that this key signed may still be valid. It is retired by itself after needed_until; a compromised key is revoked instead.',
  key_not_in_custody:
    'The database knows the key, but its private half is missing. Put the key file or secret back and start again.',
  custody_read_only:
    'The private keys come from secrets that only an operator changes. detail says which command makes one.',
  no_active_key: 'Nothing can be signed. Activate a pending key.',
  last_operator:
    'Taking the role from oneself could leave nobody to give it back. Have another operator do it.',
  version_mismatch:
    'Somebody changed it after you read it. Read it again, and repeat the change if it is still right.',
  body_too_large: 'Bodies are bounded by max_octets. Use jwks_uri instead of jwks, or shorten texts.',
  unsupported_media_type: 'Send JSON and say so: Content-Type: application/json.',
  invalid_json:
    'The body is not JSON, is cut off, nests too deeply, or names a member twice. detail says which and where.',
  invalid_input:
    'errors lists each member that cannot stand, by JSON Pointer, with what it should be. Nothing was done.',
  invalid_client_metadata:
    'errors lists every rule that the metadata breaks, by JSON Pointer, with its source. Nothing was stored. /v1/rules explains the rules.',
  audience_not_allowed:
    'The policy or a condition of the approval names the authorization servers that may be asked for; set_by says which. Ask for those, or have it changed: the policy by an operator, a condition by a new submission and its review.',
  lifetime_not_allowed:
    'The policy, a condition of the approval or the profile bounds lifetimes at max_lifetime_seconds; set_by says which. Ask for less and renew.',
  statement_too_large:
    'Servers refuse long statements. Submit smaller metadata: jwks_uri instead of jwks, fewer translations.',
  too_soon:
    'Checks of what lies on the servers of others are spaced out. Nothing was done. Try again after Retry-After seconds.',
  idempotency_key_reused: 'A key stands for one request. Repeat that request exactly, or use a fresh key.',
  internal_error:
    'It is our fault and is in the log under request_id. Read again what it was to change before repeating it.',
  not_implemented: 'The specification leaves this to each server, and this one does not offer it.',
  custody_unwritable:
    'The place of the private keys is full or may not be written. Nothing was made; an operator has to help.',
  contention:
    'Others changed the same thing at the same time, again and again. Nothing was done. Try again after Retry-After seconds.',
};
