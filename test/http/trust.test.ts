import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { activateKey } from '../../src/services/key-life.ts';
import { generateKey, listKeys } from '../../src/services/keys.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { approve, expectOk, testIssuer, testScene, type TestIssuer } from '../support/issuer.ts';

let test: TestIssuer;
let app: Hono;

async function start(identifier = 'https://issuer.example'): Promise<void> {
  test = await testIssuer({ identifier });
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
}
beforeEach(() => start());
afterEach(() => test.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { method, headers });
const list = async () => new URL((await test.publications.statusListUris())[0] ?? '').pathname;

describe.each([
  ['/.well-known/oauth-authorization-server', 'application/json'],
  ['/jwks', 'application/jwk-set+json'],
  ['/.well-known/jwks.json', 'application/jwk-set+json'],
  ['/jwks/ES256', 'application/jwk-set+json'],
  ['/status-lists', 'application/json'],
])('%s', (path, type) => {
  it('is cacheable, for any origin, with a strong validator', async () => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe(
      'public, max-age=300, stale-while-revalidate=300, stale-if-error=86400',
    );
    expect(response.headers.get('etag')).toMatch(/^"[\w-]{43}"$/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('answers a match with 304 and no body, a HEAD with headers alone, and a preflight', async () => {
    const etag = (await get(path)).headers.get('etag') ?? '';
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const response = await get(path, { 'if-none-match': tag });
      expect([response.status, await response.text()]).toEqual([304, '']);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    const head = await get(path, {}, 'HEAD');
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag]);
    expect((await get(path, {}, 'OPTIONS')).headers.get('access-control-allow-methods')).toBe(
      'GET, HEAD, OPTIONS',
    );
  });
});

it('the metadata names exactly what works', async () => {
  const metadata = await (await get('/.well-known/oauth-authorization-server')).json();
  expect(metadata).toEqual({
    issuer: 'https://issuer.example',
    jwks_uri: 'https://issuer.example/jwks',
    software_statement_signing_alg_values_supported: ['ES256'],
    software_statement_profiles_supported: ['rfc7591', 'cimd', 'vc+jwt'],
    status_list_aggregation_endpoint: 'https://issuer.example/status-lists',
    service_documentation: 'https://issuer.example/docs',
    token_endpoint: 'https://issuer.example/token',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'],
    grant_types_supported: [
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'urn:ietf:params:oauth:grant-type:software-statement',
      'urn:ietf:params:oauth:grant-type:deferred',
    ],
    authorization_endpoint: 'https://issuer.example/authorize',
    response_types_supported: ['software_statement_code'],
    response_modes_supported: ['query', 'form_post'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'],
    client_id_metadata_document_supported: true,
    deferred_token_response_supported: true,
    revocation_endpoint: 'https://issuer.example/revoke',
    revocation_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    revocation_endpoint_auth_signing_alg_values_supported: ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'],
    revocation_endpoint_token_type_values_supported: ['urn:ietf:params:oauth:token-type:deferral-code'],
    software_statement_subject_token_types_supported: [
      'urn:ietf:params:oauth:token-type:access_token',
      'urn:ietf:params:oauth:token-type:software-statement',
      'urn:ietf:params:oauth:token-type:jwt',
      'urn:ietf:params:oauth:token-type:id_token',
    ],
  });
});

it('an issuer with a path is discovered at the path-inserted address (RFC 8414 §3.1)', async () => {
  test.close();
  await start('https://host.example/tenant');
  const metadata: { issuer: string; jwks_uri: string } = await (
    await get('/.well-known/oauth-authorization-server/tenant')
  ).json();
  expect(metadata).toMatchObject({
    issuer: 'https://host.example/tenant',
    jwks_uri: 'https://host.example/tenant/jwks',
  });
  expect((await get('/tenant/jwks')).status).toBe(200);
  expect((await get('/jwks')).status).toBe(404);
  expect((await get('/tenant/v1/whoami', { authorization: `Bearer ${test.operatorToken}` })).status).toBe(
    200,
  );
});

it('JWKs hold public members and nothing else, the active key first', async () => {
  const { keys }: { keys: Record<string, string>[] } = await (await get('/jwks')).json();
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(Object.keys(key)).toEqual(['kty', 'crv', 'x', 'y', 'kid', 'alg', 'use']);
  const active = expectOk(await listKeys(test.issuer, test.operator)).find((key) => key.state === 'active');
  expect(keys[0]?.['kid']).toBe(active?.kid);
});

it('a change of keys changes the bytes at once, and a set can be had by algorithm', async () => {
  const before = (await get('/jwks')).headers.get('etag');
  const key = expectOk(await generateKey(test.issuer, test.operator, { alg: 'PS256' }));
  expect((await get('/jwks')).headers.get('etag')).not.toBe(before);
  const only: { keys: { kid: string }[] } = await (await get('/jwks/PS256')).json();
  expect(only.keys.map(({ kid }) => kid)).toEqual([key.kid]);
  expect((await get('/jwks/HS256')).status).toBe(404);
});

describe('a status list', () => {
  it('is signed anew only when it changed, or came of age', async () => {
    const scene = await testScene(test);
    await approve(test, scene);
    const { statement } = expectOk(
      await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {}),
    );
    const path = await list();
    const first = await (await get(path)).text();
    test.clock.advance(60);
    expect(await (await get(path)).text()).toBe(first);
    expectOk(await changeStatement(test.issuer, test.operator, statement.jti, 'revoke', 'test'));
    const second = await (await get(path)).text();
    expect(second).not.toBe(first);
    test.clock.advance(7 * 3600);
    expect(await (await get(path)).text()).not.toBe(second);
  });

  it('is signed with the key that is active now', async () => {
    const kid = async () =>
      JSON.parse(atob((await (await get(await list())).text()).split('.')[0] ?? '')).kid;
    const before = await kid();
    const standby = expectOk(await listKeys(test.issuer, test.operator)).find(
      (key) => key.state === 'pending',
    );
    expectOk(await activateKey(test.issuer, test.operator, standby?.kid ?? '', { emergencyReason: 'test' }));
    expect([before, standby?.kid]).toContain(await kid());
  });

  it.each([
    ['?time=1795200000', {}, 501, 'not_implemented'],
    ['', { accept: 'application/statuslist+cwt' }, 406, 'not_acceptable'],
    ['', { accept: '*/*, application/statuslist+jwt;q=0' }, 406, 'not_acceptable'],
  ])('%s %j is %i', async (query, headers, status, code) => {
    const response = await get(`${await list()}${query}`, headers);
    const problem: { type: string } = await response.json();
    expect([response.status, problem.type]).toEqual([status, `https://issuer.example/problems/${code}`]);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('may be held for its ttl, and longer only while the issuer fails and it has not expired', async () => {
    const response = await get(await list());
    const { exp, ttl }: { exp: number; ttl: number } = JSON.parse(
      atob((await response.text()).split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
    );
    const cacheControl = response.headers.get('cache-control') ?? '';
    expect(cacheControl).not.toContain('stale-while-revalidate');
    const seconds = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(cacheControl)?.[1]);
    expect(seconds('max-age')).toBeLessThanOrEqual(ttl);
    expect(seconds('max-age') + seconds('stale-if-error')).toBeLessThan(exp - test.clock.now());
    const etag = response.headers.get('etag') ?? '';
    expect((await get(await list(), { 'if-none-match': etag })).status).toBe(304);
  });

  it.each(['*/*', 'application/*', 'application/statuslist+jwt;q=0.1', 'text/html, */*;q=0.1', 'nonsense'])(
    'is given to who accepts %s',
    async (accept) => {
      expect((await get(await list(), { accept })).status).toBe(200);
    },
  );

  it('of another name is not found', async () => {
    expect((await get('/status-lists/none')).status).toBe(404);
  });

  it('is named by the aggregation', async () => {
    const aggregation: { status_lists: string[] } = await (await get('/status-lists')).json();
    expect(aggregation.status_lists).toEqual(await test.publications.statusListUris());
  });
});

it.each(['/jwks', '/jwks/ES256', '/status-lists', '/.well-known/oauth-authorization-server'])(
  'another method on %s is told which ones there are',
  async (path) => {
    const response = await get(path, {}, 'POST');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'HEAD, GET, OPTIONS']);
  },
);

it('whoever reads keys and lists is counted, not logged', async () => {
  const before = test.logged.length;
  await get('/jwks');
  await get(await list());
  expect(test.logged).toHaveLength(before);
  await get('/status-lists/none');
  expect(JSON.parse(test.logged.at(-1) ?? '')).toMatchObject({ event: 'http.request', status: 404 });
});

describe('operations', () => {
  it('after a quiet hour a fresh entry does not look like a ledger that is behind; an old one does', async () => {
    await sealLedger(test.issuer);
    test.clock.advance(3600);
    expectOk(await generateKey(test.issuer, test.operator, { alg: 'ES256' }));
    expect((await get('/readyz')).status).toBe(200);
    test.clock.advance(61);
    const late = await get('/readyz');
    expect([late.status, await late.json()]).toMatchObject([
      503,
      { checks: { ledger: 'sealing is behind' } },
    ]);
    await sealLedger(test.issuer);
    expect((await get('/readyz')).status).toBe(200);
  });

  it('is not ready when the database does not answer', async () => {
    const store = { ...test.store, ping: () => Promise.reject(new Error('gone')) };
    const broken = createApp({
      issuer: { ...test.issuer, store },
      publications: test.publications,
      signIn: test.signIn,
    });
    const response = await broken.request('/readyz');
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { checks: { database: 'does not answer' } },
    ]);
  });

  it('counts statements issued', async () => {
    const scene = await testScene(test);
    await approve(test, scene);
    for (let i = 0; i < 3; i += 1)
      expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {}));
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(
      /# TYPE imprimatur_statements_issued_total counter\nimprimatur_statements_issued_total 3\n/,
    );
  });

  it('answers healthz, readyz and metrics', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ok' });
    await get('/jwks');
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/imprimatur_requests_total\{route="GET \/jwks",status="2xx"\} [1-9]/);
    expect(text).toMatch(/imprimatur_ledger_entries [1-9]/);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [\d.e+-]+)$/);
  });
});
