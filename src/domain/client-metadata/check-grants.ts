import type { JsonObject } from '../json.ts';
import { effectiveList } from './effective.ts';
import { findingOf, pointerTo, quoted, type Finding } from './finding.ts';
import type { MetadataPolicy } from './policy.ts';

const GRANTS: ReadonlySet<string> = new Set([
  'authorization_code',
  'implicit',
  'password',
  'client_credentials',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
]);

/** Which grant types each response type needs (RFC 7591 §2.1, OpenID Connect Registration 1.0 §2). */
const RESPONSES: ReadonlyMap<string, readonly string[]> = new Map([
  ['code', ['authorization_code']],
  ['none', []],
  ['id_token', ['implicit']],
  ['token', ['implicit']],
  ['id_token token', ['implicit']],
  ['code id_token', ['authorization_code', 'implicit']],
  ['code token', ['authorization_code', 'implicit']],
  ['code id_token token', ['authorization_code', 'implicit']],
]);

/** Grants after which a refresh token can be given. */
const STARTS_A_SESSION: ReadonlySet<string> = new Set([
  'authorization_code',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:openid:params:grant-type:ciba',
]);

/** Grant types, response types, and that they agree. */
export function checkGrants(metadata: JsonObject, policy: MetadataPolicy): readonly Finding[] {
  const grants = effectiveList(metadata, 'grant_types');
  const responses = effectiveList(metadata, 'response_types');
  const findings: Finding[] = [];
  const given = metadata['grant_types'] !== undefined;
  grants.forEach((grant, i) => {
    const pointer = pointerTo('grant_types', i);
    if (!GRANTS.has(grant) && !policy.extraGrantTypes.includes(grant))
      findings.push(
        findingOf('grant-type-unknown', pointer, `${quoted(grant)} is not a grant type this issuer knows.`),
      );
    if (grant === 'implicit')
      findings.push(
        findingOf(
          'grant-type-implicit',
          pointer,
          'Use authorization_code with PKCE instead of implicit.',
          policy.deprecatedGrants,
        ),
      );
    if (grant === 'password')
      findings.push(
        findingOf(
          'grant-type-password',
          pointer,
          'Use authorization_code instead of password.',
          policy.deprecatedGrants,
        ),
      );
    if (
      grant === 'authorization_code' &&
      given &&
      !responses.some((response) => response.split(' ').includes('code'))
    )
      findings.push(
        findingOf(
          'grant-response-mismatch',
          pointer,
          'authorization_code needs a response type with code; add "code" to response_types.',
        ),
      );
    if (
      grant === 'implicit' &&
      given &&
      !responses.some((response) => RESPONSES.get(normalised(response))?.includes('implicit'))
    )
      findings.push(
        findingOf(
          'grant-response-mismatch',
          pointer,
          'implicit needs a response type with token or id_token.',
        ),
      );
    if (grant === 'refresh_token' && !grants.some((other) => STARTS_A_SESSION.has(other)))
      findings.push(
        findingOf(
          'refresh-without-redirect',
          pointer,
          'No other grant type of this client gives a refresh token.',
        ),
      );
  });
  responses.forEach((response, i) => {
    if (metadata['response_types'] === undefined) return;
    const pointer = pointerTo('response_types', i);
    const needed = RESPONSES.get(normalised(response));
    if (needed === undefined) {
      findings.push(
        findingOf('response-type-unknown', pointer, `${quoted(response)} is not a response type.`),
      );
      return;
    }
    if (response.split(' ').includes('token'))
      findings.push(
        findingOf(
          'response-type-implicit',
          pointer,
          'Use the response type code: tokens in the redirect leak.',
          policy.deprecatedGrants,
        ),
      );
    const missing = needed.filter((grant) => !grants.includes(grant));
    if (missing.length > 0)
      findings.push(
        findingOf(
          'grant-response-mismatch',
          pointer,
          `${quoted(response)} needs the grant type ${missing.join(' and ')}; add it to grant_types.`,
        ),
      );
  });
  return findings;
}

/** Response types are sets of values in any order (OAuth 2.0 Multiple Response Types §3). */
function normalised(response: string): string {
  const order = ['code', 'id_token', 'token', 'none'];
  return response
    .split(' ')
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    .join(' ');
}
