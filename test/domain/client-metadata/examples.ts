import type { JsonObject } from '../../../src/domain/json.ts';

/** A confidential web application that breaks no rule at all. */
export const BASE: JsonObject = {
  client_name: 'Example Application',
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
  scope: 'openid profile',
};

/** A public native client. */
export const PUBLIC_NATIVE: JsonObject = {
  client_name: 'Example Native',
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** The public half of the EC key of RFC 7517 Appendix A.1. */
export const EC_KEY: JsonObject = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  use: 'enc',
  kid: '1',
};

/** RFC 7591 §3.1, the client's request. */
export const RFC_7591_EXAMPLE: JsonObject = {
  redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/callback2'],
  client_name: 'My Example Client',
  'client_name#ja-Jpan-JP': '\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8\u540D',
  token_endpoint_auth_method: 'client_secret_basic',
  logo_uri: 'https://client.example.org/logo.png',
  jwks_uri: 'https://client.example.org/my_public_keys.jwks',
};

/** OpenID Connect Registration 1.0 §3.1. */
export const OPENID_EXAMPLE: JsonObject = {
  application_type: 'web',
  redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/callback2'],
  client_name: 'My Example',
  'client_name#ja-Jpan-JP': 'クライアント名',
  logo_uri: 'https://client.example.org/logo.png',
  subject_type: 'pairwise',
  sector_identifier_uri: 'https://other.example.net/file_of_redirect_uris.json',
  token_endpoint_auth_method: 'client_secret_basic',
  jwks_uri: 'https://client.example.org/my_public_keys.jwks',
  userinfo_encrypted_response_alg: 'RSA-OAEP-256',
  userinfo_encrypted_response_enc: 'A128CBC-HS256',
  contacts: ['ve7jtb@example.org', 'mary@example.org'],
  request_uris: ['https://client.example.org/rf.txt#qpXaRLh_n93TTR9F252ValdatUQvQiJi5BDub2BeznA'],
};
