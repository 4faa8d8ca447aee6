import type { JsonObject, JsonValue } from '../json.ts';

/** What an absent member means (RFC 7591 §2; application_type and the like: OpenID Connect Registration 1.0 §2). */
export const DEFAULTS: JsonObject = {
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  application_type: 'web',
  require_auth_time: false,
  frontchannel_logout_session_required: false,
  backchannel_logout_session_required: false,
  tls_client_certificate_bound_access_tokens: false,
  require_signed_request_object: false,
  require_pushed_authorization_requests: false,
  dpop_bound_access_tokens: false,
  backchannel_user_code_parameter: false,
};

/** The value a member has in effect: what was submitted, else its default. */
export function effectiveValue(metadata: JsonObject, member: string): JsonValue | undefined {
  const value = metadata[member];
  if (value !== undefined) return value;
  // A client whose grants use no authorization endpoint has no response types (RFC 7591 §2.1).
  if (member === 'response_types' && !usesRedirects(metadata)) return undefined;
  return DEFAULTS[member];
}

/** The strings of a list member in effect; empty when it holds anything else. */
export function effectiveList(metadata: JsonObject, member: string): readonly string[] {
  const value = effectiveValue(metadata, member);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Grants that send the browser back to the client. */
const REDIRECT_GRANTS: ReadonlySet<string> = new Set(['authorization_code', 'implicit']);

/** Whether any grant in effect redirects. */
export function usesRedirects(metadata: JsonObject): boolean {
  return effectiveList(metadata, 'grant_types').some((grant) => REDIRECT_GRANTS.has(grant));
}
