/**
 * A no of the token endpoint: the error codes of RFC 6749 §5.2, RFC 8693 §2.2.2, RFC 9449 §5, RFC 8628 §3.5 as
 * draft-ietf-oauth-deferred-token-response takes them over, and `temporarily_unavailable` where trying again later is the answer.
 */
export type TokenRefusal = {
  readonly error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'unauthorized_client'
    | 'unsupported_grant_type'
    | 'unsupported_token_type'
    | 'invalid_target'
    | 'invalid_dpop_proof'
    | 'access_denied'
    | 'authorization_pending'
    | 'slow_down'
    | 'expired_token'
    | 'temporarily_unavailable';
  /** What is wrong and what to do next, in ASCII (RFC 6749 §5.2). */
  readonly description: string;
  readonly retryAfterSeconds?: number;
};

/** HTTP status of a refusal: 401 for a client that could not be recognised, 503 for what may be tried again, else 400 (RFC 6749 §5.2). */
export function statusOfRefusal({ error }: TokenRefusal): 400 | 401 | 503 {
  if (error === 'invalid_client') return 401;
  return error === 'temporarily_unavailable' ? 503 : 400;
}

/** A text for `error_description`: what is not allowed there becomes a question mark (RFC 6749 §5.2). */
export function descriptionText(text: string): string {
  return text
    .replaceAll('\u2019', "'")
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 1_000);
}
