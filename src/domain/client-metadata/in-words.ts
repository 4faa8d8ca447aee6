import type { JsonObject } from '../json.ts';
import { textMember } from '../json.ts';
import { effectiveList, effectiveValue } from './effective.ts';

/** A value of client metadata and what it means to somebody who does not know the specifications. */
export type InWords = { readonly value: string; readonly meaning: string };

const GRANTS: Readonly<Record<string, string>> = {
  authorization_code: 'asks people to sign in and to consent, in their browser',
  implicit:
    'receives tokens in the browser’s address bar, which current practice advises against (RFC 9700 §2.1.2)',
  password: 'asks people for their password, which current practice forbids (RFC 9700 §2.4)',
  client_credentials: 'acts in its own name, without a person',
  refresh_token: 'keeps access after people have left, until it is taken away',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'exchanges an assertion for a token (RFC 7523)',
  'urn:ietf:params:oauth:grant-type:saml2-bearer': 'exchanges a SAML assertion for a token (RFC 7522)',
  'urn:ietf:params:oauth:grant-type:device_code':
    'is signed in from another device with a short code (RFC 8628)',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'exchanges a token for another one (RFC 8693)',
  'urn:openid:params:grant-type:ciba':
    'has people consent on a device of their own, without a browser (OpenID CIBA)',
};

const METHODS: Readonly<Record<string, string>> = {
  none: 'does not authenticate: anybody can pretend to be it, but codes reach its redirect URIs alone',
  client_secret_basic: 'authenticates with a secret that it shares with the server',
  client_secret_post: 'authenticates with a secret that it shares with the server, sent in the request',
  client_secret_jwt: 'authenticates by proving that it holds a shared secret (RFC 7523)',
  private_key_jwt: 'authenticates with a private key that never leaves it (RFC 7523)',
  tls_client_auth: 'authenticates with a certificate from an authority (RFC 8705)',
  self_signed_tls_client_auth: 'authenticates with a certificate of its own (RFC 8705)',
};

/** Scopes that mean the same at every server (OpenID Connect Core 1.0 §5.4, §11). */
const SCOPES: Readonly<Record<string, string>> = {
  openid: 'learns who signed in',
  profile: 'reads name, picture and other facts of the profile',
  email: 'reads the email address',
  address: 'reads the postal address',
  phone: 'reads the telephone number',
  offline_access: 'keeps access while the person is away',
};

/** What each grant type in effect lets the software do (RFC 7591 §2). */
export function grantsInWords(metadata: JsonObject): readonly InWords[] {
  return effectiveList(metadata, 'grant_types').map((value) => ({
    value,
    meaning: meaningOf(GRANTS, value) ?? 'a grant type that this issuer’s operator allowed',
  }));
}

/** What each scope asks for; a server gives other scopes a meaning of its own. */
export function scopesInWords(metadata: JsonObject): readonly InWords[] {
  return [...new Set(textMember(metadata, 'scope').split(' '))]
    .filter((value) => value !== '')
    .map((value) => ({
      value,
      meaning: meaningOf(SCOPES, value) ?? 'what the authorization server takes it to mean',
    }));
}

/** How the software proves at the token endpoint that it is itself. */
export function authenticationInWords(metadata: JsonObject): InWords {
  const method = effectiveValue(metadata, 'token_endpoint_auth_method');
  const value = typeof method === 'string' ? method : '';
  return { value, meaning: meaningOf(METHODS, value) ?? 'a method that this issuer’s operator allowed' };
}

function meaningOf(words: Readonly<Record<string, string>>, value: string): string | undefined {
  return Object.hasOwn(words, value) ? words[value] : undefined;
}
