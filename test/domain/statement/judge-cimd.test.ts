import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { digestOfDocument, readCimdClaims } from '../../../src/domain/statement/profiles/judge-cimd.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';

const NOW = 1_795_204_800;
const CLAIMS: JsonObject = {
  iss: 'https://issuer.example',
  sub: 'https://app.example/client.json',
  iat: NOW - 60,
  exp: NOW + 600,
  jti: 'decision-1',
  cimd_digest: 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ',
};
const read = (changes: JsonObject) =>
  readCimdClaims({ claims: { ...CLAIMS, ...changes }, now: NOW, clockToleranceSeconds: 60 });

it('reads what is there', () => {
  const all = { aud: 'https://as.example', tenant: 't-1', aud_tenant: 'acme', 'https://x.example/y': {} };
  expect(expectOk(read(all))).toEqual({
    sub: CLAIMS['sub'],
    tenant: 't-1',
    audience: ['https://as.example'],
    audienceTenant: 'acme',
    jti: 'decision-1',
    digest: CLAIMS['cimd_digest'],
  });
  expect(expectOk(read({})).audience).toBeUndefined();
});

it('the digest is that of the octets, a byte order mark and the last line end included', () => {
  // SHA-256 of "hello" (FIPS 180-4), as base64url.
  expect(digestOfDocument(new TextEncoder().encode('hello'))).toBe(CLAIMS['cimd_digest']);
  expect(digestOfDocument(new TextEncoder().encode('hello\n'))).not.toBe(CLAIMS['cimd_digest']);
  expect(digestOfDocument(new TextEncoder().encode('\ufeffhello'))).not.toBe(CLAIMS['cimd_digest']);
});

describe('a required claim that is missing or of another type', () => {
  it.each<readonly [string, JsonObject]>([
    ['sub', { sub: undefined }],
    ['sub', { sub: 7 }],
    ['jti', { jti: undefined }],
    ['jti', { jti: '' }],
    ['jti', { jti: 7 }],
    ['iat', { iat: undefined }],
    ['iat', { iat: String(NOW) }],
    ['exp', { exp: undefined }],
    ['exp', { exp: null }],
    ['cimd_digest', { cimd_digest: undefined }],
    ['cimd_digest', { cimd_digest: `${String(CLAIMS['cimd_digest'])}=` }],
    ['cimd_digest', { cimd_digest: 'LPJNul' }],
    ['cimd_digest', { cimd_digest: 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR' }],
    ['cimd_digest', { cimd_digest: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ' }],
    ['aud', { aud: [] }],
    ['aud', { aud: ['https://as.example', 7] }],
    ['aud', { aud: {} }],
    ['aud', { aud: null }],
    ['aud_tenant', { aud_tenant: '' }],
    ['aud_tenant', { aud_tenant: ['acme'] }],
    ['tenant', { tenant: '' }],
    ['tenant', { tenant: 'personal' }],
    ['tenant', { tenant: 'organization' }],
    ['tenant', { tenant: 7 }],
  ])('%s %o', (code, changes) => {
    expect(expectRefusal(read(changes)).code).toBe(code);
  });
});

describe('times', () => {
  it.each<readonly [string, JsonObject]>([
    ['exp', { exp: NOW - 60 }],
    ['exp', { exp: NOW - 60, iat: NOW - 60 }],
    ['iat', { iat: NOW + 61 }],
    ['nbf', { nbf: NOW + 61 }],
  ])('%s %o', (code, changes) => {
    expect(expectRefusal(read(changes)).code).toBe(code);
  });
});

describe('sub is a client identifier URL', () => {
  it.each([
    'app.example',
    'ftp://app.example/client.json',
    'https://app.example',
    'https://app.example/',
    'https://app.example/client.json#x',
    'https://app.example/client.json#',
    'https://user@app.example/client.json',
    'https://app.example/a/../client.json',
    'https://app.example/a/%2e%2E/client.json',
    String.raw`https://app.example/a/..\client.json`,
    String.raw`https://evil.example\.app.example/client.json`,
    'https://app.example/client .json',
    'https://app.example/client\n.json',
    'https://äpp.example/client.json',
    'urn:app',
    '',
  ])('%s is none', (sub) => {
    expect(expectRefusal(read({ sub })).code).toBe('sub');
  });
});

describe('client metadata has no place in it', () => {
  it.each([
    'client_name',
    'client_name#de',
    'redirect_uris',
    'scope',
    'jwks',
    'jwks_uri',
    'software_id',
    'software_version',
    'software_statement',
    'client_id',
    'client_secret',
    'token_endpoint_auth_method',
    'dpop_bound_access_tokens',
    'organization_name',
    'tls_client_auth_san_uri',
    'spiffe_id',
  ])('%s', (name) => {
    expect(expectRefusal(read({ [name]: 'x' })).code).toBe('metadata');
    expect(expectRefusal(read({ [name]: null })).code).toBe('metadata');
  });
});
