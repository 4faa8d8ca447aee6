/** An endpoint of an OAuth protocol: who may ask is in the request itself, never in a header or cookie of ours. */
export type ProtocolEndpoint = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** The parameters of a request one could send: in a form, or in the query of a GET. */
  readonly example: Readonly<Record<string, string>>;
};

/** The OAuth endpoints below the issuer, next to what is read (PUBLIC_ENDPOINTS) and the API (ENDPOINTS). */
export const PROTOCOL_ENDPOINTS: readonly ProtocolEndpoint[] = [
  {
    method: 'GET',
    path: '/authorize',
    summary:
      'Authorization endpoint: send a person here to have a client vouched for, and get a software statement code',
    description:
      'For browsers. A developer of the publisher answers; the code comes back at the redirect URI with state and iss (RFC 9207), whatever the answer, and is redeemed at the token endpoint within a minute. PKCE S256; no scope, no resource. draft-mcguinness-oauth-cimd-sw-stmt-issuance.',
    example: {
      response_type: 'software_statement_code',
      client_id: 'https://app.example/client.json',
      redirect_uri: 'https://app.example/callback',
      state: '4L7xQ2mN9pR6sT1v',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    },
  },
  {
    method: 'POST',
    path: '/token',
    summary:
      'Token endpoint: exchange a token for a software statement (RFC 8693), redeem a code, poll a deferral',
    description:
      'Form-encoded, answered with the errors of RFC 6749 §5.2. draft-mcguinness-oauth-cimd-sw-stmt-issuance, draft-ietf-oauth-deferred-token-response.',
    example: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:software-statement',
      subject_token: 'imp_…',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      software_id: '01a1f9a2-8c00-7000-8000-000000000000',
    },
  },
  {
    method: 'POST',
    path: '/revoke',
    summary: 'Revocation endpoint: cancel a deferral (RFC 7009)',
    description: 'Takes a deferral code. An unknown one is answered with 200 as well.',
    example: {
      token: '8xLOxBtZp8…',
      token_type_hint: 'urn:ietf:params:oauth:token-type:deferral-code',
    },
  },
];
