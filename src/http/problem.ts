import type { Finding } from '../domain/client-metadata/finding.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Refusal } from '../services/refusal.ts';
import { PROBLEM_TYPES, type EdgeProblem } from './problem-types.ts';

/**
 * A refusal as RFC 9457 problem details: what happened and what to do next, with the facts as members.
 *
 * @param issuer identifier; problem types are URIs below it
 */
export function problemResponse(refusal: Refusal | EdgeProblem, issuer: string, requestId: string): Response {
  const { status, title } = PROBLEM_TYPES[refusal.code];
  const body: JsonObject = {
    type: `${issuer}/problems/${refusal.code}`,
    title,
    status,
    detail: detailOf(refusal),
    ...membersOf(refusal),
    request_id: requestId,
  };
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  });
  for (const [name, value] of Object.entries(headersOf(refusal, issuer))) headers.set(name, value);
  return new Response(JSON.stringify(body), { status, headers });
}

function detailOf(refusal: Refusal | EdgeProblem): string {
  switch (refusal.code) {
    case 'invalid_token':
      return refusal.presented
        ? 'The token is unknown, expired or revoked. Ask an operator for another, or make one while an old one still works.'
        : 'Send an API token: Authorization: Bearer imp_…';
    case 'insufficient_scope':
      return `This token does not carry the scope ${refusal.action}. Use a token that does.`;
    case 'role_needed':
      return `${refusal.action} needs the role ${refusal.anyOf.join(' or ')}${
        refusal.anyOf.includes('developer') ? ' (a developer of the publisher it belongs to)' : ''
      }.`;
    case 'four_eyes':
      return {
        submitted_it: 'Who submitted cannot decide. Another reviewer has to.',
        belongs_to_publisher:
          'A member of the publisher cannot decide on its submissions. A reviewer from elsewhere has to.',
        decided_before:
          'You have decided on this submission already. The next approval has to come from another reviewer.',
      }[refusal.conflict];
    case 'scope_beyond_own':
      return `The token in use does not carry ${refusal.scopes.join(', ')}. Ask for scopes it carries, or have an operator make the token.`;
    case 'not_found':
      return `There is no ${refusal.what} ${refusal.id}.`;
    case 'no_such_resource':
      return `Nothing is served at ${refusal.path}. The API is described at /docs.`;
    case 'method_not_allowed':
      return `This path takes ${refusal.allow.join(', ')}.`;
    case 'not_acceptable':
      return `This is available as ${refusal.offered}.`;
    case 'submission_state':
      return `The submission is ${refusal.state}; this needs it to be ${refusal.wanted}. Read it again to see what happened.`;
    case 'software_version_taken':
      return `Version ${refusal.softwareVersion} of this software was submitted already. Raise software_version and submit again.`;
    case 'no_approval':
      return 'No submission of this software is approved. Submit metadata and have it reviewed first.';
    case 'publisher_state':
      return `The publisher is ${refusal.state}${because(refusal.reason)}.`;
    case 'software_state':
      return `The software is ${refusal.state}${because(refusal.reason)}.`;
    case 'statement_state':
      return `The statement is ${refusal.state}; this needs it to be ${refusal.wanted}.`;
    case 'statement_expired':
      return `The statement expired at ${refusal.expiredAt}. Issue a new one.`;
    case 'key_state':
      return `The key is ${refusal.state}; this needs it to be ${refusal.wanted}.`;
    case 'key_not_published_long_enough':
      return `Consumers' caches may not hold this key before ${instant(refusal.readyAt)}. Wait, or give emergency_reason.`;
    case 'key_still_needed':
      return `What this key signed may be valid until ${instant(refusal.until)}. It is retired by itself then; if it was compromised, revoke it.`;
    case 'key_not_in_custody':
      return `The private half of ${refusal.kid} is not in custody. Put its file or secret back.`;
    case 'custody_read_only':
      return refusal.detail;
    case 'custody_unwritable':
      return 'The key could not be stored, so none was made. The server’s log says why; an operator has to make room or give rights.';
    case 'no_active_key':
      return 'No signing key is active. Activate a pending one.';
    case 'last_operator':
      return 'You cannot take the operator role from yourself. Another operator has to.';
    case 'version_mismatch':
      return `The version is ${refusal.current} by now. Read it again, then repeat the change if it is still right.`;
    case 'body_too_large':
      return `A request body holds at most ${refusal.maxOctets} octets.`;
    case 'unsupported_media_type':
      return `Send ${refusal.wanted}.`;
    case 'invalid_json':
      return refusal.detail;
    case 'invalid_input':
      return 'Some members of the request cannot stand; each is listed with what it should be.';
    case 'invalid_client_metadata':
      return 'Nothing was stored. Put the findings of severity error right and submit again.';
    case 'audience_not_allowed':
      return `Not allowed as audience: ${refusal.audience.join(', ')}. ${
        refusal.allowed === 'any'
          ? 'An audience is the issuer identifier of an authorization server: an https URL without query or fragment (RFC 8414 §2).'
          : `The policy allows ${refusal.allowed.length === 0 ? 'none' : refusal.allowed.join(', ')}.`
      }`;
    case 'lifetime_not_allowed':
      return `The lifetime is ${refusal.requestedSeconds} seconds; it may be 1 to ${refusal.maxSeconds}.`;
    case 'statement_too_large':
      return `It would have ${refusal.octets} octets; servers take ${refusal.maxOctets}. Submit smaller metadata, for example jwks_uri instead of jwks.`;
    case 'idempotency_key_reused':
      return 'An earlier request with this Idempotency-Key had another path or body. Use a fresh key for a new request.';
    case 'not_implemented':
      return refusal.detail;
    case 'internal_error':
      return 'Nothing of your request was kept. Try again; if it stays, tell the operator the request_id.';
    case 'contention':
      return 'Other writers were faster every time. Nothing was changed; try again in a second.';
  }
}

function membersOf(refusal: Refusal | EdgeProblem): JsonObject {
  switch (refusal.code) {
    case 'invalid_client_metadata':
      return { errors: refusal.findings.map(findingMembers) };
    case 'invalid_input':
      return { errors: refusal.problems.map(({ pointer, detail }) => ({ pointer, detail })) };
    case 'role_needed':
      return { action: refusal.action, any_of: [...refusal.anyOf] };
    case 'insufficient_scope':
      return { scope: refusal.action };
    case 'submission_state':
      return { submission_id: refusal.submissionId, state: refusal.state };
    case 'statement_state':
      return { jti: refusal.jti, state: refusal.state };
    case 'publisher_state':
      return { publisher_id: refusal.publisherId, state: refusal.state };
    case 'software_state':
      return { software_id: refusal.softwareId, state: refusal.state };
    case 'key_state':
      return { state: refusal.state };
    case 'key_not_published_long_enough':
      return { ready_at: refusal.readyAt };
    case 'key_still_needed':
      return { needed_until: refusal.until };
    case 'version_mismatch':
      return { version: refusal.current };
    case 'lifetime_not_allowed':
      return { max_lifetime_seconds: refusal.maxSeconds };
    case 'audience_not_allowed':
      return { audience: [...refusal.audience] };
    default:
      return {};
  }
}

/** A finding on the wire (trust-surface: `errors: [{ pointer, rule, detail, spec }]`). */
export function findingMembers(finding: Finding): JsonObject {
  const { pointer, rule, severity, detail, spec } = finding;
  return { pointer, rule, severity, detail, spec };
}

function headersOf(refusal: Refusal | EdgeProblem, issuer: string): Readonly<Record<string, string>> {
  switch (refusal.code) {
    case 'invalid_token':
      return {
        'www-authenticate': `Bearer realm="${issuer}"${refusal.presented ? ', error="invalid_token"' : ''}`,
      };
    case 'insufficient_scope':
      return {
        'www-authenticate': `Bearer realm="${issuer}", error="insufficient_scope", scope="${refusal.action}"`,
      };
    case 'method_not_allowed':
      return { allow: refusal.allow.join(', ') };
    case 'contention':
      return { 'retry-after': '1' };
    default:
      return {};
  }
}

function because(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
