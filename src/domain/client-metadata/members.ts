/** What a member holds, and which check reads it. */
export type Shape =
  | 'text'
  | 'name'
  | 'uri'
  | 'web-uri'
  | 'redirect-uris'
  | 'uris'
  | 'texts'
  | 'contacts'
  | 'scope'
  | 'jwks'
  | 'boolean'
  | 'seconds'
  | 'alg'
  | 'encryption-alg';

export type Member = {
  readonly shape: Shape;
  readonly spec: string;
  /** Whether people read it, so that it may carry language tags (RFC 7591 §2.2). */
  readonly tagged?: true;
};

const REGISTRATION = 'RFC 7591 §2';
const OPENID = 'OpenID Connect Registration 1.0 §2';

/**
 * Client metadata members by their registered names (IANA "OAuth Dynamic Client Registration Metadata"), without
 * those only a server or the issuer may set.
 */
export const MEMBERS = {
  redirect_uris: { shape: 'redirect-uris', spec: REGISTRATION },
  token_endpoint_auth_method: { shape: 'text', spec: REGISTRATION },
  grant_types: { shape: 'texts', spec: REGISTRATION },
  response_types: { shape: 'texts', spec: REGISTRATION },
  client_name: { shape: 'name', spec: REGISTRATION, tagged: true },
  client_uri: { shape: 'web-uri', spec: REGISTRATION, tagged: true },
  logo_uri: { shape: 'web-uri', spec: REGISTRATION, tagged: true },
  scope: { shape: 'scope', spec: REGISTRATION },
  contacts: { shape: 'contacts', spec: REGISTRATION },
  tos_uri: { shape: 'web-uri', spec: REGISTRATION, tagged: true },
  policy_uri: { shape: 'web-uri', spec: REGISTRATION, tagged: true },
  jwks_uri: { shape: 'web-uri', spec: REGISTRATION },
  jwks: { shape: 'jwks', spec: REGISTRATION },
  application_type: { shape: 'text', spec: OPENID },
  sector_identifier_uri: { shape: 'web-uri', spec: OPENID },
  subject_type: { shape: 'text', spec: OPENID },
  id_token_signed_response_alg: { shape: 'alg', spec: OPENID },
  id_token_encrypted_response_alg: { shape: 'encryption-alg', spec: OPENID },
  id_token_encrypted_response_enc: { shape: 'text', spec: OPENID },
  userinfo_signed_response_alg: { shape: 'alg', spec: OPENID },
  userinfo_encrypted_response_alg: { shape: 'encryption-alg', spec: OPENID },
  userinfo_encrypted_response_enc: { shape: 'text', spec: OPENID },
  request_object_signing_alg: { shape: 'alg', spec: OPENID },
  request_object_encryption_alg: { shape: 'encryption-alg', spec: OPENID },
  request_object_encryption_enc: { shape: 'text', spec: OPENID },
  token_endpoint_auth_signing_alg: { shape: 'alg', spec: OPENID },
  default_max_age: { shape: 'seconds', spec: OPENID },
  require_auth_time: { shape: 'boolean', spec: OPENID },
  default_acr_values: { shape: 'texts', spec: OPENID },
  initiate_login_uri: { shape: 'web-uri', spec: OPENID },
  request_uris: { shape: 'uris', spec: OPENID },
  post_logout_redirect_uris: { shape: 'uris', spec: 'OpenID Connect RP-Initiated Logout 1.0 §3.1' },
  frontchannel_logout_uri: { shape: 'web-uri', spec: 'OpenID Connect Front-Channel Logout 1.0 §2' },
  frontchannel_logout_session_required: {
    shape: 'boolean',
    spec: 'OpenID Connect Front-Channel Logout 1.0 §2',
  },
  backchannel_logout_uri: { shape: 'web-uri', spec: 'OpenID Connect Back-Channel Logout 1.0 §2.2' },
  backchannel_logout_session_required: {
    shape: 'boolean',
    spec: 'OpenID Connect Back-Channel Logout 1.0 §2.2',
  },
  tls_client_auth_subject_dn: { shape: 'text', spec: 'RFC 8705 §2.1.2' },
  tls_client_auth_san_dns: { shape: 'text', spec: 'RFC 8705 §2.1.2' },
  tls_client_auth_san_uri: { shape: 'uri', spec: 'RFC 8705 §2.1.2' },
  tls_client_auth_san_ip: { shape: 'text', spec: 'RFC 8705 §2.1.2' },
  tls_client_auth_san_email: { shape: 'text', spec: 'RFC 8705 §2.1.2' },
  tls_client_certificate_bound_access_tokens: { shape: 'boolean', spec: 'RFC 8705 §3.4' },
  require_signed_request_object: { shape: 'boolean', spec: 'RFC 9101 §10.5' },
  require_pushed_authorization_requests: { shape: 'boolean', spec: 'RFC 9126 §6' },
  authorization_details_types: { shape: 'texts', spec: 'RFC 9396 §10' },
  dpop_bound_access_tokens: { shape: 'boolean', spec: 'RFC 9449 §5.2' },
  authorization_signed_response_alg: { shape: 'alg', spec: 'JARM §3' },
  authorization_encrypted_response_alg: { shape: 'encryption-alg', spec: 'JARM §3' },
  authorization_encrypted_response_enc: { shape: 'text', spec: 'JARM §3' },
  introspection_signed_response_alg: { shape: 'alg', spec: 'RFC 9701 §6' },
  introspection_encrypted_response_alg: { shape: 'encryption-alg', spec: 'RFC 9701 §6' },
  introspection_encrypted_response_enc: { shape: 'text', spec: 'RFC 9701 §6' },
  backchannel_token_delivery_mode: { shape: 'text', spec: 'OpenID Connect CIBA §4' },
  backchannel_client_notification_endpoint: { shape: 'web-uri', spec: 'OpenID Connect CIBA §4' },
  backchannel_authentication_request_signing_alg: { shape: 'alg', spec: 'OpenID Connect CIBA §4' },
  backchannel_user_code_parameter: { shape: 'boolean', spec: 'OpenID Connect CIBA §4' },
} as const satisfies Readonly<Record<string, Member>>;

/** A registered member by name, without its language tag. */
export function memberOf(name: string): Member | undefined {
  return Object.hasOwn(MEMBERS, name) ? MEMBERS_BY_NAME.get(name) : undefined;
}
const MEMBERS_BY_NAME: ReadonlyMap<string, Member> = new Map(Object.entries(MEMBERS));

/** Given by an authorization server at registration, never attested (RFC 7591 §3.2.1). */
export const SERVER_ASSIGNED: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
]);

/** Claims of the statement or of JWTs in general, which only the issuer writes. No policy can allow them. */
export const RESERVED: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'cnf',
  'status',
  'software_id',
  'software_version',
  'software_statement',
  'act',
  'may_act',
  'client_metadata',
  'vc',
  'vp',
  '__proto__',
  'constructor',
  'prototype',
]);
