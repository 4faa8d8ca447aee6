import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { mountRegistrar } from '../../../src/kit/registration/endpoint.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { LIST_URI, makeKey, NOW, type Claims } from '../support/fake-issuer.ts';
import { scene, type Answer } from '../support/scene.ts';
import { CALLBACK, changingNothing, openTo } from '../management/support/clients.ts';
import { reasonTold, refused } from './support/refused.ts';

/** What every error response has to be (RFC 7591 §3.2.2). */
function expectError({ status, headers, body }: Answer, code: string): void {
  expect(status).toBe(400);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
  expect(body['error']).toBe(code);
  expect(body['error_description']).toMatch(/^[\x20-\x7e]+$/);
  expect(body).not.toHaveProperty('client_id');
}

describe('a registration is refused with a code of RFC 7591 §3.2.2, and nothing of it is left behind', () => {
  it.each<readonly [string, JsonObject]>([
    ['invalid_redirect_uri', { redirect_uris: ['http://sketchy.example.com'] }],
    ['invalid_redirect_uri', { redirect_uris: [CALLBACK, 'https://client.example.org/#x'] }],
    ['invalid_redirect_uri', { redirect_uris: null }],
    ['invalid_client_metadata', { client_name: 'a\u202eb' }],
    ['invalid_client_metadata', { client_uri: 'http://client.example.org/' }],
    ['invalid_client_metadata', { contacts: ['mary'] }],
    ['invalid_client_metadata', { scope: 'a  b' }],
    ['invalid_client_metadata', { grant_types: 'authorization_code' }],
    ['invalid_client_metadata', { token_endpoint_auth_method: 'magic' }],
    ['invalid_client_metadata', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['invalid_client_metadata', { software_id: '' }],
    ['invalid_client_metadata', { software_version: 7 }],
    ['invalid_client_metadata', { software_id: 'x'.repeat(256) }],
    ['invalid_client_metadata', { redirect_uris: ['http://sketchy.example.com'], scope: 'a  b' }],
    ['invalid_client_metadata', { client_name: 'x'.repeat(6 * 1024) }],
    ['invalid_software_statement', { software_statement: 7 }],
    ['invalid_software_statement', { software_statement: '' }],
    ['invalid_software_statement', { software_statement: ['a.b.c'] }],
    ['invalid_software_statement', { software_statement: 'not a statement' }],
  ])('%s: %j', async (code, change) => {
    const at = await scene({ policy: openTo() });
    expectError(await refused(at, { redirect_uris: [CALLBACK], ...change }), code);
  });

  it.each<readonly [string, string, Claims]>([
    ['invalid_software_statement', 'has expired', { exp: NOW - 61 }],
    ['invalid_software_statement', 'expires now', { exp: NOW }],
    ['invalid_software_statement', 'names no software', { software_id: undefined }],
    ['invalid_software_statement', 'was revoked', { status: { status_list: { idx: 7, uri: LIST_URI } } }],
    ['invalid_software_statement', 'is suspended', { status: { status_list: { idx: 8, uri: LIST_URI } } }],
    ['unapproved_software_statement', 'is for another server', { aud: 'https://other.example' }],
    ['unapproved_software_statement', 'is of an unknown issuer', { iss: 'https://evil.example' }],
  ])('%s: a statement that %s', async (code, _what, claims) => {
    const at = await scene({ policy: openTo() });
    at.issuer.setStatus(7, 1);
    at.issuer.setStatus(8, 2);
    const software_statement = await at.issuer.statement(claims);
    expectError(await refused(at, { software_statement }), code);
    expect(reasonTold(at)).toMatch(/^statement\./);
  });

  it('invalid_software_statement: a statement that a stranger signed', async () => {
    const at = await scene();
    const software_statement = await at.issuer.statement({}, {}, await makeKey('key-1'));
    expectError(await refused(at, { software_statement }), 'invalid_software_statement');
  });

  it('unapproved_software_statement: a statement of an issuer that may not vouch for these redirects', async () => {
    const at = await scene({ trust: { mayVouchFor: { redirectHosts: ['other.example'] } } });
    const answer = await refused(at, { software_statement: await at.issuer.statement() });
    expectError(answer, 'unapproved_software_statement');
    expect(JSON.stringify(answer.body)).not.toContain('other.example');
  });

  it.each<JsonValue>([[], 'text', 7, true, null, [{ redirect_uris: [CALLBACK] }]])(
    'invalid_client_metadata: a body that is no object, %j',
    async (body) => {
      const at = await scene({ policy: openTo() });
      expectError(await refused(at, JSON.stringify(body)), 'invalid_client_metadata');
    },
  );

  it('invalid_client_metadata: jwks beside jwks_uri', async () => {
    const at = await scene({ policy: openTo() });
    const keys = { jwks: { keys: [EC_KEY] }, jwks_uri: 'https://client.example.org/jwks' };
    expectError(await refused(at, { redirect_uris: [CALLBACK], ...keys }), 'invalid_client_metadata');
    expect(reasonTold(at)).toBe('jwks_and_jwks_uri');
  });

  it('the code that its host chooses, in its words', async () => {
    const description = 'Too many redirect URIs – for us';
    const at = await scene({
      policy: openTo(),
      clients: { check: async () => ({ error: 'invalid_redirect_uri', description }) },
    });
    const answer = await refused(at, { redirect_uris: [CALLBACK] });
    expectError(answer, 'invalid_redirect_uri');
    expect(answer.body['error_description']).toBe('Too many redirect URIs \\u2013 for us');
  });
});

it('every finding is told with its place, its rule and where the rule comes from', async () => {
  const at = await scene({ policy: openTo() });
  const body = { redirect_uris: [CALLBACK, 'https://a.example/*'], scope: 'a  b', contacts: ['mary'] };
  const answer = await refused(at, body);
  expect(answer.body['errors']).toMatchObject([
    { pointer: '/scope', rule: 'scope-syntax', spec: 'RFC 6749 §3.3' },
    { pointer: '/contacts/0', rule: 'contact-invalid' },
    { pointer: '/redirect_uris/1', rule: 'redirect-uri-wildcard' },
  ]);
  expect(answer.body['error_description']).toMatch(/\/scope: .*\/contacts\/0: .*\/redirect_uris\/1: /);
});

it('a private key is refused without being repeated to anybody', async () => {
  const at = await scene({ policy: openTo() });
  const d = 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI';
  const jwks = { keys: [{ ...EC_KEY, d }] };
  const answer = await refused(at, { redirect_uris: [CALLBACK], jwks });
  expectError(answer, 'invalid_client_metadata');
  expect(JSON.stringify([answer.body, at.told])).not.toContain(d);
});

describe('what is refused before the registrar is asked is told to the operator once, with no more than why', () => {
  const json = { 'content-type': 'application/json' };
  const badToken = { ...json, authorization: 'Basic c2VjcmV0OnNlY3JldA==' };

  it.each<readonly [string, string, number, string, RequestInit]>([
    ['POST', '/', 415, 'content_type', { headers: { 'content-type': 'text/plain' }, body: 'secret' }],
    ['POST', '/', 413, 'too_large', { headers: json, body: ' '.repeat(64 * 1024 + 1) }],
    ['POST', '/', 400, 'not_utf8', { headers: json, body: Uint8Array.of(0xff) }],
    ['POST', '/', 400, 'not_json', { headers: json, body: '{"client_secret":"secret"' }],
    ['POST', '/', 401, 'authorization_header', { headers: badToken, body: '{}' }],
    ['PUT', '/x', 401, 'authorization_header', { headers: badToken, body: '{}' }],
    ['GET', '/x', 401, 'registration_access_token.missing', {}],
    ['PUT', '/x', 401, 'registration_access_token.missing', { headers: json, body: '{}' }],
    ['DELETE', '/x', 401, 'registration_access_token.missing', {}],
  ])('%s %s: %i %s', async (method, path, status, reason, sent) => {
    const { registrar } = await scene({ policy: openTo() });
    const told: unknown[] = [];
    const { app } = mountRegistrar(registrar, { log: (...line) => told.push(line) });
    expect((await app.request(path, { method, ...sent })).status).toBe(status);
    expect(told).toEqual([['info', 'registration.turned_away', { status, reason }]]);
  });
});

it('a statement that nobody can check now is to be sent again later', async () => {
  const at = await scene();
  at.issuer.world.down = true;
  const software_statement = await at.issuer.statement();
  const { status, headers, body } = await changingNothing(at, () => at.register({ software_statement }));
  expect(status).toBe(503);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(body['error']).toBe('unapproved_software_statement');
  at.issuer.world.down = false;
  at.issuer.clock.advance(Number(headers.get('retry-after')));
  expect((await at.register({ software_statement })).status).toBe(201);
});

it('a failure of the store is a server_error that says nothing of it', async () => {
  const { store } = await scene();
  const failing = {
    ...store,
    commit: async () => {
      throw new Error('disk full');
    },
  };
  const at = await scene({ policy: openTo(), store: failing });
  const { status, headers, body } = await at.register({ redirect_uris: [CALLBACK] });
  expect(status).toBe(500);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body['error']).toBe('server_error');
  expect(JSON.stringify(body)).not.toContain('disk full');
  expect(at.told.at(-1)).toEqual(['registration.failed', { error: 'Error: disk full' }]);
});
