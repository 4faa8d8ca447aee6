import { describe, expect, it } from 'vitest';
import {
  parseClientMetadata,
  type ParseOptions,
} from '../../../src/domain/client-metadata/parse-client-metadata.ts';
import { DEFAULT_METADATA_POLICY, type MetadataPolicy } from '../../../src/domain/client-metadata/policy.ts';
import { RULES, type RuleId } from '../../../src/domain/client-metadata/rules.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { BASE, EC_KEY, PUBLIC_NATIVE } from './examples.ts';

type Options = {
  readonly policy?: Partial<MetadataPolicy>;
  readonly allowedScopes?: readonly string[];
  readonly document?: Uint8Array;
};
type Row = readonly [rule: RuleId, pointer: string, metadata: JsonValue, options?: Options];

const options = ({ policy, allowedScopes, document }: Options = {}): ParseOptions => ({
  policy: { ...DEFAULT_METADATA_POLICY, ...policy },
  verifiedDomains: ['app.example'],
  ...(allowedScopes === undefined ? {} : { allowedScopes }),
  ...(document === undefined ? {} : { document }),
});

const web = (more: JsonObject): JsonObject => ({ ...BASE, ...more });
const native = (more: JsonObject): JsonObject => ({ ...PUBLIC_NATIVE, ...more });
const redirect = (uri: string): JsonObject => web({ redirect_uris: [uri] });
const nativeRedirect = (uri: string): JsonObject => native({ redirect_uris: [uri] });
const keys = (...set: readonly JsonObject[]): JsonObject => {
  const { jwks_uri: _, ...rest } = BASE;
  return { ...rest, jwks: { keys: set } };
};
const without = (member: string, metadata: JsonObject = BASE): JsonObject =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== member));
const octets = (length: number, fill = 0xff): string => Buffer.alloc(length, fill).toString('base64url');

/** What triggers each rule, and where. */
const TRIGGERS: readonly Row[] = [
  ['not-an-object', '', []],
  ['not-an-object', '', 'text'],
  ['wrong-type', '/client_name', web({ client_name: 7 })],
  ['wrong-type', '/redirect_uris', web({ redirect_uris: 'https://app.example/cb' })],
  ['wrong-type', '/redirect_uris/1', web({ redirect_uris: ['https://app.example/cb', 7] })],
  ['wrong-type', '/scope', web({ scope: ['openid'] })],
  ['wrong-type', '/require_auth_time', web({ require_auth_time: 'true' })],
  ['wrong-type', '/default_max_age', web({ default_max_age: -1 })],
  ['wrong-type', '/jwks', { ...without('jwks_uri'), jwks: 'keys' }],
  ['empty-value', '/client_uri', web({ client_uri: '' })],
  ['empty-value', '/contacts', web({ contacts: [] })],
  ['empty-value', '/contacts/0', web({ contacts: [null] })],
  ['empty-value', '/tos_uri', web({ tos_uri: null })],
  [
    'too-deep',
    '/x/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a',
    web({ x: nested(20) }),
    { policy: { extraMembers: ['x'] } },
  ],
  [
    'too-large',
    '',
    web({
      client_uri: `https://app.example/${'a'.repeat(1_900)}`,
      tos_uri: `https://app.example/${'b'.repeat(1_900)}`,
      policy_uri: `https://app.example/${'c'.repeat(1_900)}`,
    }),
  ],
  ['unknown-member', '/favourite_colour', web({ favourite_colour: 'green' })],
  ['unknown-member', '/redirect_uri', web({ redirect_uri: 'https://app.example/cb' })],
  ['unknown-member', '/a~1b~0c', web({ 'a/b~c': 1 })],
  ['reserved-member', '/iss', web({ iss: 'https://evil.example' })],
  ['reserved-member', '/aud', web({ aud: 'x' }), { policy: { extraMembers: ['aud'] } }],
  ['reserved-member', '/software_id', web({ software_id: 'x' })],
  ['reserved-member', '/software_statement', web({ software_statement: 'e30.e30.x' })],
  ['server-assigned-member', '/client_id', web({ client_id: 'x' })],
  ['server-assigned-member', '/client_secret', web({ client_secret: 'x' })],
  ['language-tag-invalid', '/client_name#not_a_tag', web({ 'client_name#not_a_tag': 'x' })],
  ['language-tag-invalid', '/client_name#', web({ 'client_name#': 'x' })],
  ['language-tag-not-allowed', '/jwks_uri#ja', web({ 'jwks_uri#ja': 'https://app.example/ja' })],
  ['language-tag-duplicate', '/client_name#JA', web({ 'client_name#ja': 'x', 'client_name#JA': 'y' })],
  ['language-untagged-missing', '/tos_uri#ja', web({ 'tos_uri#ja': 'https://app.example/tos' })],
  ['redirect-uris-missing', '/redirect_uris', without('redirect_uris')],
  [
    'redirect-uris-unused',
    '/redirect_uris',
    without('response_types', web({ grant_types: ['client_credentials'] })),
  ],
  [
    'redirect-uris-too-many',
    '/redirect_uris',
    web({ redirect_uris: ['https://app.example/1', 'https://app.example/2'] }),
    { policy: { maxRedirectUris: 1 } },
  ],
  ['redirect-uri-invalid', '/redirect_uris/0', redirect('/relative')],
  ['redirect-uri-invalid', '/redirect_uris/0', redirect('https://app.example/a b')],
  ['redirect-uri-invalid', '/redirect_uris/0', redirect('https://app.example\\@evil.example/')],
  ['redirect-uri-invalid', '/redirect_uris/0', redirect('https:///path')],
  ['redirect-uri-invalid', '/redirect_uris/0', redirect('https://app.example/\u0007')],
  ['redirect-uri-invalid', '/redirect_uris/0', redirect('https://app.example/%zz')],
  ['redirect-uri-fragment', '/redirect_uris/0', redirect('https://app.example/cb#x')],
  ['redirect-uri-wildcard', '/redirect_uris/0', redirect('https://*.app.example/cb')],
  ['redirect-uri-userinfo', '/redirect_uris/0', redirect('https://user@app.example/cb')],
  ['redirect-uri-dot-segments', '/redirect_uris/0', redirect('https://app.example/a/../cb')],
  ['redirect-uri-dot-segments', '/redirect_uris/0', redirect('https://app.example/a/%2E%2e/cb')],
  ['redirect-uri-dangerous-scheme', '/redirect_uris/0', nativeRedirect('javascript:alert(1)')],
  ['redirect-uri-dangerous-scheme', '/redirect_uris/0', nativeRedirect('DATA:text/html,x')],
  ['redirect-uri-http', '/redirect_uris/0', redirect('http://app.example/cb')],
  ['redirect-uri-http', '/redirect_uris/0', nativeRedirect('http://127.1/cb')],
  ['redirect-uri-localhost', '/redirect_uris/0', nativeRedirect('http://localhost:3000/cb')],
  ['redirect-uri-private-scheme-form', '/redirect_uris/0', nativeRedirect('myapp://callback')],
  ['redirect-uri-private-scheme-form', '/redirect_uris/0', nativeRedirect('urn:example:callback')],
  ['redirect-uri-private-scheme-client', '/redirect_uris/0', redirect('com.example.app:/callback')],
  ['redirect-uri-out-of-band', '/redirect_uris/0', nativeRedirect('urn:ietf:wg:oauth:2.0:oob')],
  [
    'redirect-uri-open-redirector',
    '/redirect_uris/0',
    redirect('https://app.example/go?next=https://other.example/'),
  ],
  [
    'redirect-uri-duplicate',
    '/redirect_uris/1',
    web({ redirect_uris: ['https://app.example/cb', 'https://app.example/cb'] }),
  ],
  ['redirect-uri-host-unicode', '/redirect_uris/0', redirect('https://ap\u0440.example/cb')],
  ['host-unverified', '/redirect_uris/0', redirect('https://notapp.example.net/cb')],
  ['host-unverified', '/logo_uri', web({ logo_uri: 'https://evilapp.example/logo.png' })],
  ['web-uri-invalid', '/client_uri', web({ client_uri: 'http://app.example/' })],
  ['web-uri-invalid', '/request_uris/0', web({ request_uris: ['not absolute'] })],
  ['grant-type-unknown', '/grant_types/1', web({ grant_types: ['authorization_code', 'magic'] })],
  [
    'grant-type-implicit',
    '/grant_types/1',
    web({ grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'id_token'] }),
  ],
  ['grant-type-password', '/grant_types/1', web({ grant_types: ['authorization_code', 'password'] })],
  ['response-type-unknown', '/response_types/1', web({ response_types: ['code', 'codes'] })],
  [
    'response-type-implicit',
    '/response_types/1',
    web({ grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'token'] }),
  ],
  ['grant-response-mismatch', '/grant_types/0', web({ response_types: ['none'] })],
  ['grant-response-mismatch', '/response_types/1', web({ response_types: ['code', 'id_token'] })],
  [
    'refresh-without-redirect',
    '/grant_types/1',
    without(
      'response_types',
      without('redirect_uris', web({ grant_types: ['client_credentials', 'refresh_token'] })),
    ),
  ],
  ['duplicate-value', '/contacts/1', web({ contacts: ['a@app.example', 'a@app.example'] })],
  ['duplicate-value', '/scope', web({ scope: 'a b a' })],
  ['auth-method-unknown', '/token_endpoint_auth_method', web({ token_endpoint_auth_method: 'password' })],
  ['auth-method-shared-secret', '/token_endpoint_auth_method', without('token_endpoint_auth_method')],
  [
    'auth-method-shared-secret',
    '/token_endpoint_auth_method',
    web({ token_endpoint_auth_method: 'client_secret_post' }),
  ],
  ['auth-method-needs-keys', '/token_endpoint_auth_method', without('jwks_uri')],
  [
    'auth-method-tls-subject',
    '/token_endpoint_auth_method',
    web({ token_endpoint_auth_method: 'tls_client_auth' }),
  ],
  [
    'auth-method-none-confidential-grant',
    '/token_endpoint_auth_method',
    native({ grant_types: ['authorization_code', 'client_credentials'] }),
  ],
  ['auth-method-web-public', '/token_endpoint_auth_method', native({})],
  ['signing-alg-refused', '/id_token_signed_response_alg', web({ id_token_signed_response_alg: 'none' })],
  [
    'signing-alg-refused',
    '/token_endpoint_auth_signing_alg',
    web({ token_endpoint_auth_signing_alg: 'HS256' }),
  ],
  ['jwks-and-jwks-uri', '/jwks', web({ jwks: { keys: [EC_KEY] } })],
  ['jwks-inline', '/jwks', keys(EC_KEY)],
  ['jwks-shape', '/jwks/keys', { ...without('jwks_uri'), jwks: { key: 1 } }],
  ['private-key', '/jwks/keys/0/d', keys({ ...EC_KEY, d: 'c2VjcmV0' })],
  ['private-key', '/jwks/keys/0/kty', keys({ kty: 'oct', kid: '1' })],
  ['private-key', '/jwks/keys/0/k', keys({ kty: 'oct', k: 'c2VjcmV0' })],
  [
    'private-key',
    '/x/deep/0/d',
    web({ x: { deep: [{ ...EC_KEY, d: 'c2VjcmV0' }] } }),
    { policy: { extraMembers: ['x'] } },
  ],
  ['jwk-type', '/jwks/keys/0/kty', keys({ kty: 'AKP', alg: 'ML-DSA-44' })],
  ['jwk-type', '/jwks/keys/0/crv', keys({ ...EC_KEY, crv: 'P-255' })],
  ['jwk-rsa-size', '/jwks/keys/0/n', keys({ kty: 'RSA', n: octets(128), e: 'AQAB' })],
  ['jwk-rsa-size', '/jwks/keys/0/n', keys({ kty: 'RSA', n: octets(256, 0x7f), e: 'AQAB' })],
  ['jwk-coordinates', '/jwks/keys/0/x', keys({ ...EC_KEY, x: octets(31) })],
  ['jwk-coordinates', '/jwks/keys/0/n', keys({ kty: 'RSA', n: 'not base64url!', e: 'AQAB' })],
  ['jwk-kid-duplicate', '/jwks/keys/1/kid', keys({ ...EC_KEY, kid: '1' }, { ...EC_KEY, kid: '1' })],
  ['jwk-kid-missing', '/jwks/keys/1', keys({ ...EC_KEY, kid: '1' }, without('kid', EC_KEY))],
  ['jwk-use', '/jwks/keys/0/use', keys({ ...EC_KEY, use: 'signature' })],
  ['jwk-use', '/jwks/keys/0/alg', keys({ ...EC_KEY, alg: 'HS256' })],
  ['scope-syntax', '/scope', web({ scope: 'a  b' })],
  ['scope-syntax', '/scope', web({ scope: 'a "b"' })],
  ['scope-not-allowed', '/scope', web({ scope: 'openid admin' }), { allowedScopes: ['openid'] }],
  ['contact-invalid', '/contacts/0', web({ contacts: ['not an address'] })],
  ['name-characters', '/client_name', web({ client_name: 'Bank\u202egnp.exe' })],
  ['name-characters', '/client_name', web({ client_name: 'A\u0000B' })],
  ['name-length', '/client_name', web({ client_name: '長'.repeat(201) })],
  ['name-mixed-scripts', '/client_name', web({ client_name: 'P\u0430ypal' })],
  ['name-not-normalised', '/client_name', web({ client_name: 'Cafe\u0301' })],
  [
    'document-shared-secret',
    '/token_endpoint_auth_method',
    without('token_endpoint_auth_method'),
    { document: new Uint8Array() },
  ],
  [
    'document-shared-secret',
    '/token_endpoint_auth_method',
    web({ token_endpoint_auth_method: 'client_secret_post' }),
    { document: new Uint8Array() },
  ],
  ['document-too-large', '', web({}), { document: new Uint8Array(5_121) }],
  ['document-byte-order-mark', '', web({}), { document: Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b) }],
];

/** Near misses: metadata a hair away from the rule that must not trigger it. */
type NearMiss = readonly [rule: RuleId, metadata: JsonValue, options?: Options];
const NEAR_MISSES: readonly NearMiss[] = [
  ['unknown-member', web({ favourite_colour: 'green' }), { policy: { extraMembers: ['favourite_colour'] } }],
  [
    'language-tag-invalid',
    web({ 'client_name#ja-Jpan-JP': '名前', 'client_name#de-CH-1996': 'Name', 'client_name#x-private': 'n' }),
  ],
  ['redirect-uri-http', nativeRedirect('http://127.0.0.1:8080/cb')],
  ['redirect-uri-http', nativeRedirect('http://[::1]/cb')],
  ['redirect-uri-dot-segments', redirect('https://app.example/.well-known/cb...')],
  ['redirect-uri-open-redirector', redirect('https://app.example/cb?provider=example')],
  ['redirect-uri-private-scheme-form', nativeRedirect('com.example.app:/callback')],
  ['redirect-uri-private-scheme-client', nativeRedirect('com.example.app:/callback')],
  [
    'redirect-uris-too-many',
    web({ redirect_uris: Array.from({ length: 50 }, (_, i) => `https://app.example/${i}`) }),
  ],
  ['host-unverified', redirect('https://login.app.example/cb')],
  [
    'grant-type-unknown',
    web({ grant_types: ['authorization_code', 'magic'] }),
    { policy: { extraGrantTypes: ['magic'] } },
  ],
  [
    'grant-response-mismatch',
    web({ grant_types: ['authorization_code', 'implicit'], response_types: ['id_token code'] }),
  ],
  [
    'redirect-uris-missing',
    without('response_types', without('redirect_uris', web({ grant_types: ['client_credentials'] }))),
  ],
  [
    'auth-method-tls-subject',
    web({ token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'app.example' }),
  ],
  ['signing-alg-refused', web({ id_token_signed_response_alg: 'PS256' })],
  ['jwk-rsa-size', keys({ kty: 'RSA', n: octets(256), e: 'AQAB' })],
  ['jwk-kid-missing', keys(without('kid', EC_KEY))],
  ['name-length', web({ client_name: '長'.repeat(200) })],
  ['name-mixed-scripts', web({ client_name: 'Яндекс Mail と 日本語アプリ' })],
  ['name-characters', web({ client_name: 'تطبيق المثال' })],
  ['contact-invalid', web({ contacts: ["o'brien+oauth@mail.app.example"] })],
  ['scope-not-allowed', web({ scope: 'openid' }), { allowedScopes: ['openid'] }],
  ['empty-value', web({ default_max_age: 0, require_auth_time: false })],
];

describe('each rule', () => {
  it.each(TRIGGERS.map(([rule, pointer, metadata, given]) => ({ rule, pointer, metadata, given })))(
    '$rule at $pointer',
    ({ rule, pointer, metadata, given }) => {
      const { findings } = parseClientMetadata(metadata, options(given));
      const found = findings.filter((finding) => finding.rule === rule);
      expect(found.map((finding) => finding.pointer)).toContain(pointer);
      const [usual] = RULES.filter(({ id }) => id === rule);
      expect(
        found.every((finding) => finding.severity === usual?.severity && finding.spec === usual.spec),
      ).toBe(true);
    },
  );

  it.each(NEAR_MISSES.map(([rule, metadata, given]) => ({ rule, metadata, given })))(
    '$rule is not said of what only looks like it',
    ({ rule, metadata, given }) => {
      const { findings } = parseClientMetadata(metadata, options(given));
      expect(findings.filter((finding) => finding.rule === rule)).toEqual([]);
    },
  );

  it('is triggered by a row of this table', () => {
    const triggered = new Set(TRIGGERS.map(([rule]) => rule));
    expect(RULES.map(({ id }) => id).filter((id) => !triggered.has(id))).toEqual([]);
  });
});

it('everything that is wrong is said at once, errors first', () => {
  const { findings, metadata } = parseClientMetadata(
    { redirect_uris: ['http://a.example/#x', 7], client_name: '', iss: 'x', colour: 1, scope: ' ' },
    options(),
  );
  expect(metadata).toBeUndefined();
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(
    new Set([
      'redirect-uri-fragment',
      'redirect-uri-http',
      'wrong-type',
      'empty-value',
      'reserved-member',
      'unknown-member',
      'scope-syntax',
      'host-unverified',
      'auth-method-shared-secret',
    ]),
  );
  const severities = findings.map(({ severity }) => severity);
  expect(severities).toEqual(
    severities.toSorted((a, b) => (a === b ? 0 : a === 'error' ? -1 : b === 'error' ? 1 : 0)),
  );
});

it('policy makes deprecated grants a warning and unverified hosts an error', () => {
  const grants = parseClientMetadata(
    web({ grant_types: ['authorization_code', 'password'] }),
    options({ policy: { deprecatedGrants: 'warning' } }),
  );
  expect(grants.findings).toContainEqual(
    expect.objectContaining({ rule: 'grant-type-password', severity: 'warning' }),
  );
  expect(grants.metadata).toBeDefined();
  const hosts = parseClientMetadata(
    redirect('https://other.example/cb'),
    options({ policy: { unverifiedHosts: 'error' } }),
  );
  expect(hosts.metadata).toBeUndefined();
});

it('a finding about a private key never holds the key', () => {
  const secret = 'ThisIsThePrivateScalarThatMustNotLeak1234567';
  const { findings } = parseClientMetadata(keys({ ...EC_KEY, d: secret }), options());
  expect(findings.some(({ rule }) => rule === 'private-key')).toBe(true);
  expect(JSON.stringify(findings)).not.toContain(secret);
});

function nested(depth: number): JsonValue {
  return depth === 0 ? 1 : { a: nested(depth - 1) };
}
