/** How an authorization response travels (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode). */
export const RESPONSE_MODES = ['query', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];
export const CODE_RESPONSE_TYPE = 'software_statement_code';

/** A software statement authorization request, as it was parsed (draft-mcguinness-oauth-cimd-sw-stmt-issuance). */
export type AuthorizationRequest = {
  /** URL of the client's metadata document. */
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly responseMode: ResponseMode;
  /** RFC 7636 §4.2, S256 always. */
  readonly codeChallenge: string;
  /** RFC 9449 §10. */
  readonly dpopJkt: string | null;
  /** RFC 8414 issuer identifiers; none means any. */
  readonly audience: readonly string[];
};

/** A no to the request itself, which the client is told through the browser (RFC 6749 §4.1.2.1). Never a denial: that waits for redemption. */
export type AuthorizationError = {
  readonly error:
    | 'invalid_request'
    | 'unauthorized_client'
    | 'unsupported_response_type'
    | 'invalid_target'
    | 'request_not_supported'
    | 'request_uri_not_supported'
    | 'temporarily_unavailable';
  readonly description: string;
};

/** Where a response goes; without a state where none could be read. */
export type ReturnTo = Pick<AuthorizationRequest, 'redirectUri' | 'responseMode'> & {
  readonly state: string | undefined;
};

/** A response on its way to a client. */
export type AuthorizationResponse = {
  readonly to: ReturnTo;
  /** In the order in which they are sent. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
};

/**
 * What a client is told: a code or an error, its own state, and who says it (RFC 9207 §2).
 *
 * @param issuer issuer identifier
 */
export function authorizationResponse(
  issuer: string,
  to: ReturnTo,
  what: { readonly code: string } | AuthorizationError,
): AuthorizationResponse {
  const said: readonly (readonly [string, string])[] =
    'code' in what
      ? [['software_statement_code', what.code]]
      : [
          ['error', what.error],
          ['error_description', what.description],
        ];
  const state: readonly (readonly [string, string])[] = to.state === undefined ? [] : [['state', to.state]];
  return { to, parameters: [...said, ...state, ['iss', issuer]] };
}

/** The address of a response of mode `query`: the redirect URI as it is, its own query kept (RFC 6749 §3.1.2). */
export function queryResponse({ to, parameters }: AuthorizationResponse): string {
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
  return `${to.redirectUri}${to.redirectUri.includes('?') ? '&' : '?'}${query}`;
}
