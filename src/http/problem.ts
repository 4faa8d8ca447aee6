import type { Finding } from '../domain/client-metadata/finding.ts';
import type { JsonObject } from '../domain/json.ts';
import type { SetBy } from '../domain/statement/terms.ts';
import type { Refusal } from '../services/refusal.ts';
import { PROBLEM_TYPES, type EdgeProblem } from './problem-types.ts';
import { signInAccount } from './sign-in-problem.ts';

/** What is said of one refusal beyond its type. */
type Account = {
  /** What happened and what to do next. */
  readonly detail: string;
  /** The facts, for programs. */
  readonly members?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * A refusal as RFC 9457 problem details: what happened and what to do next, with the facts as members.
 *
 * @param issuer identifier; problem types are URIs below it
 */
export function problemResponse(refusal: Refusal | EdgeProblem, issuer: string, requestId: string): Response {
  const { status, title } = PROBLEM_TYPES[refusal.code];
  const { detail, members, headers } = accountOf(refusal, issuer);
  const body: JsonObject = {
    type: `${issuer}/problems/${refusal.code}`,
    title,
    status,
    detail,
    ...members,
    request_id: requestId,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: new Headers({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    }),
  });
}

/** The sentence of a refusal that says what happened, for pages. */
export function problemDetail(refusal: Refusal | EdgeProblem, issuer: string): string {
  return accountOf(refusal, issuer).detail;
}

/** When to ask again (RFC 9110 §10.2.3), for pages: the other headers of a refusal are for programs. */
export function retryAfterOf(
  refusal: Refusal | EdgeProblem,
  issuer: string,
): Readonly<Record<string, string>> {
  const seconds = accountOf(refusal, issuer).headers?.['retry-after'];
  return seconds === undefined ? {} : { 'retry-after': seconds };
}

/** A finding on the wire (trust-surface: `errors: [{ pointer, rule, detail, spec }]`). */
export function findingMembers({ pointer, rule, severity, detail, spec }: Finding): JsonObject {
  return { pointer, rule, severity, detail, spec };
}

function accountOf(refusal: Refusal | EdgeProblem, issuer: string): Account {
  switch (refusal.code) {
    case 'invalid_token':
      return {
        detail: refusal.presented
          ? 'The token is unknown, expired or revoked. Ask an operator for another, or make one while an old one still works.'
          : 'Send an API token: Authorization: Bearer imp_…',
        headers: {
          'www-authenticate': `Bearer realm="${issuer}"${refusal.presented ? ', error="invalid_token"' : ''}`,
        },
      };
    case 'insufficient_scope':
      return {
        detail: `This token does not carry the scope ${refusal.action}. Use a token that does.`,
        members: { scope: refusal.action },
        headers: {
          'www-authenticate': `Bearer realm="${issuer}", error="insufficient_scope", scope="${refusal.action}"`,
        },
      };
    case 'foreign_origin':
      return { detail: `Forms are taken from pages of ${issuer} alone.` };
    case 'step_up_needed':
      return {
        detail: `${refusal.action} needs a passkey shown just now. Show it again, then repeat what you did.`,
        members: { action: refusal.action },
      };
    case 'role_needed':
      return {
        detail: `${refusal.action} needs the role ${refusal.anyOf.join(' or ')}${
          refusal.anyOf.includes('developer') ? ' (a developer of the publisher it belongs to)' : ''
        }.`,
        members: { action: refusal.action, any_of: [...refusal.anyOf] },
      };
    case 'four_eyes':
      return {
        detail: {
          submitted_it: 'Who submitted cannot decide. Another reviewer has to.',
          belongs_to_publisher:
            'A member of the publisher cannot decide on its submissions. A reviewer from elsewhere has to.',
          decided_before:
            'You have decided on this submission already. The next approval has to come from another reviewer.',
        }[refusal.conflict],
        members: { conflict: refusal.conflict },
      };
    case 'sign_in_refused':
    case 'sign_in_method_off':
    case 'sign_in_over':
    case 'sign_in_crowded':
    case 'invitation_over':
    case 'passkey_taken':
    case 'last_way_in':
    case 'identity_taken':
    case 'identity_provider_failed':
      return signInAccount(refusal);
    case 'scope_beyond_own':
      return {
        detail: `The token in use does not carry ${refusal.scopes.join(', ')}. Ask for scopes it carries, or have an operator make the token.`,
        members: { scopes: [...refusal.scopes] },
      };
    case 'not_found':
      return { detail: `There is no ${refusal.what} ${refusal.id}. Look it up in the list it belongs to.` };
    case 'no_such_resource':
      return { detail: `Nothing is served at ${refusal.path}. The API is described at ${issuer}/docs.` };
    case 'method_not_allowed':
      return {
        detail: `This path takes ${refusal.allow.join(', ')}.`,
        headers: { allow: refusal.allow.join(', ') },
      };
    case 'not_acceptable':
      return { detail: `This is available as ${refusal.offered}. Name that in Accept, or leave it out.` };
    case 'submission_state':
      return {
        detail: `The submission is ${refusal.state}; this needs it to be ${refusal.wanted}. Read it again to see what happened.`,
        members: { submission_id: refusal.submissionId, state: refusal.state },
      };
    case 'software_version_taken':
      return {
        detail: `Version ${refusal.softwareVersion} of this software was submitted already. Raise software_version and submit again.`,
        members: { software_version: refusal.softwareVersion },
      };
    case 'profile_not_available':
      return { detail: refusal.detail, members: { profile: refusal.profile } };
    case 'authorization_over':
      return { detail: 'It was answered already, or waited for too long. Begin again in the application.' };
    case 'authorization_unusable':
      return { detail: refusal.detail };
    case 'client_id_taken':
      return {
        detail: `${refusal.url} speaks for another software already. Submit it there, or serve a document of this software's own.`,
        members: { client_id: refusal.url },
      };
    case 'no_approval':
      return {
        detail: 'No submission of this software is approved. Submit metadata and have it reviewed first.',
        members: { software_id: refusal.softwareId },
      };
    case 'publisher_state':
      return {
        detail: `The publisher is ${refusal.state}${because(refusal.reason)}. ${whoLifts(refusal.state)}`,
        members: { publisher_id: refusal.publisherId, state: refusal.state, state_reason: refusal.reason },
      };
    case 'software_state':
      return {
        detail: `The software is ${refusal.state}${because(refusal.reason)}. ${whoLifts(refusal.state)}`,
        members: { software_id: refusal.softwareId, state: refusal.state, state_reason: refusal.reason },
      };
    case 'statement_state':
      return {
        detail: `The statement is ${refusal.state}; this needs it to be ${refusal.wanted}. Read it again to see what happened.`,
        members: { jti: refusal.jti, state: refusal.state },
      };
    case 'statement_expired':
      return {
        detail: `The statement expired at ${instant(refusal.expiredAt)}. Issue a new one.`,
        members: { jti: refusal.jti, exp: refusal.expiredAt },
      };
    case 'key_state':
      return {
        detail: `The key is ${refusal.state}; this needs it to be ${refusal.wanted}. Read the keys again.`,
        members: { state: refusal.state },
      };
    case 'key_not_published_long_enough':
      return {
        detail: `Consumers' caches may not hold this key before ${instant(refusal.readyAt)}. Wait, or give emergency_reason.`,
        members: { state: 'pending', ready_at: refusal.readyAt },
      };
    case 'key_still_needed':
      return {
        detail: `What this key signed may be valid until ${instant(refusal.until)}. It is retired by itself then; if it was compromised, revoke it.`,
        members: { state: 'retiring', needed_until: refusal.until },
      };
    case 'key_not_in_custody':
      return {
        detail: `The private half of ${refusal.kid} is not in custody. Put its file or secret back.`,
        members: { kid: refusal.kid },
      };
    case 'custody_read_only':
      return { detail: refusal.detail };
    case 'custody_unwritable':
      return {
        detail:
          'The key could not be stored, so none was made. The server’s log says why; an operator has to make room or give rights.',
      };
    case 'no_active_key':
      return { detail: 'No signing key is active. An operator has to activate a pending one.' };
    case 'last_operator':
      return { detail: 'You cannot take the operator role from yourself. Another operator has to.' };
    case 'version_mismatch':
      return {
        detail: `The version is ${refusal.current} by now. Read it again, then repeat the change if it is still right.`,
        members: { version: refusal.current },
      };
    case 'body_too_large':
      return {
        detail: `A request body holds at most ${refusal.maxOctets} octets. Send less.`,
        members: { max_octets: refusal.maxOctets },
      };
    case 'unsupported_media_type':
      return { detail: `Send ${refusal.wanted}, and say so in Content-Type.` };
    case 'invalid_json':
      return { detail: refusal.detail };
    case 'invalid_input':
      return {
        detail: 'Some members of the request cannot stand; each is listed with what it should be.',
        members: { errors: refusal.problems.map(({ pointer, detail }) => ({ pointer, detail })) },
      };
    case 'invalid_client_metadata':
      return {
        detail: 'Nothing was stored. Put the findings of severity error right and submit again.',
        members: { errors: refusal.findings.map(findingMembers) },
      };
    case 'audience_not_allowed':
      return {
        detail: `Not allowed as audience: ${refusal.audience.join(', ')}. ${
          refusal.allowed === 'any'
            ? 'An audience is the issuer identifier of an authorization server: an https URL without query or fragment (RFC 8414 §2).'
            : `${refusal.setBy === 'approval' ? 'The approval was given for' : 'The policy allows'} ${refusal.allowed.length === 0 ? 'none' : refusal.allowed.join(', ')}.`
        }`,
        members: { audience: [...refusal.audience], set_by: refusal.setBy },
      };
    case 'lifetime_not_allowed':
      return {
        detail: `The lifetime is ${refusal.requestedSeconds} seconds; it may be 1 to ${refusal.maxSeconds}${BOUND_BY[refusal.setBy]}.`,
        members: { max_lifetime_seconds: refusal.maxSeconds, set_by: refusal.setBy },
      };
    case 'statement_too_large':
      return {
        detail: `It would have ${refusal.octets} octets; servers take ${refusal.maxOctets}. Submit smaller metadata, for example jwks_uri instead of jwks.`,
        members: { octets: refusal.octets, max_octets: refusal.maxOctets },
      };
    case 'too_soon':
      return {
        detail: `This was checked a moment ago. Try again in ${refusal.retryAfterSeconds} seconds.`,
        members: { retry_after_seconds: refusal.retryAfterSeconds },
        headers: { 'retry-after': String(refusal.retryAfterSeconds) },
      };
    case 'idempotency_key_reused':
      return {
        detail:
          'An earlier request with this Idempotency-Key had another path or body. Use a fresh key for a new request.',
      };
    case 'not_implemented':
      return { detail: refusal.detail };
    case 'internal_error':
      return {
        detail:
          'What became of the request is not certain. Read again what it was to change before repeating it; if it stays, tell the operator the request_id.',
      };
    case 'contention':
      return {
        detail: 'Other writers were faster every time. Nothing was changed; try again in a second.',
        headers: { 'retry-after': '1' },
      };
  }
}

const BOUND_BY: Readonly<Record<SetBy, string>> = {
  policy: '',
  approval: ', by a condition of the approval',
  profile: ' in this profile',
};

function because(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}

function whoLifts(state: 'suspended' | 'revoked' | 'active'): string {
  if (state === 'suspended') return 'Only an operator can reinstate it.';
  return state === 'revoked' ? 'That is for good.' : 'Read it again to see what happened.';
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
