import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { createApp } from '../../src/http/app.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import {
  approve,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { caller } from './call.ts';

/** What a caller is told when something cannot be, and what operators find in the log. */

let test: TestIssuer;
let scene: Scene;
let call: ReturnType<typeof caller>;

beforeAll(async () => {
  test = await testIssuer({ identifier: 'https://host.example/tenant' });
  scene = await testScene(test);
  await approve(test, scene);
  const app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  call = caller(app, '/tenant', test.operatorToken);
});
afterAll(() => test.close());

const problem = (code: string) => ({ type: `https://host.example/tenant/problems/${code}` });

describe('problems', () => {
  it('list every broken rule with its pointer and source', async () => {
    const { status, body } = await call('POST', `/v1/software/${scene.softwareId}/submissions`, {
      token: scene.developer.token,
      body: {
        software_version: '9',
        client_metadata: { redirect_uris: ['http://app.example/#x', 'https://*.example/'], client_id: 'x' },
      },
    });
    expect([status, body]).toMatchObject([422, problem('invalid_client_metadata')]);
    const errors = body['errors'];
    if (!Array.isArray(errors)) throw new Error('no errors');
    expect(errors.length).toBeGreaterThanOrEqual(3);
    for (const error of errors)
      expect(error).toMatchObject({
        pointer: expect.stringMatching(/^(\/|$)/),
        rule: expect.stringMatching(/./),
        detail: expect.stringMatching(/./),
        spec: expect.stringMatching(/./),
      });
  });

  it('point at members whose names hold / and ~ as RFC 6901 writes them', async () => {
    const { body } = await call('POST', '/v1/people', { body: { name: 'X', 'a/b~c': 1 } });
    expect(body['errors']).toEqual([{ pointer: '/a~1b~0c', detail: 'is not a member of this request' }]);
  });

  it('name the state that was in the way', async () => {
    const made = await call('POST', `/v1/software/${scene.softwareId}/statements`, {
      token: scene.developer.token,
      body: {},
    });
    const path = `/v1/statements/${String(made.body['jti'])}/revocation`;
    expect((await call('POST', path, { body: { reason: 'first' } })).status).toBe(200);
    const again = await call('POST', path, { body: { reason: 'second' } });
    expect([again.status, again.body]).toMatchObject([
      409,
      { ...problem('statement_state'), jti: made.body['jti'], state: 'revoked' },
    ]);
  });

  it.each([
    [{ audience: ['http://as.example'] }, 'audience_not_allowed', { audience: ['http://as.example'] }],
    [{ lifetime_seconds: 10 ** 9 }, 'lifetime_not_allowed', { max_lifetime_seconds: expect.any(Number) }],
  ])('%j is outside the policy: %s', async (asked, code, members) => {
    const { status, body } = await call('POST', `/v1/software/${scene.softwareId}/statements`, {
      token: scene.developer.token,
      body: asked,
    });
    expect([status, body]).toMatchObject([422, { ...problem(code), ...members }]);
  });

  it('a reviewer of its own publisher is told about four eyes', async () => {
    const insider = await testPerson(test, ['reviewer'], scene.publisherId);
    const submitted = await call('POST', `/v1/software/${scene.softwareId}/submissions`, {
      token: scene.developer.token,
      body: {
        software_version: 'insider',
        client_metadata: {
          client_name: 'X',
          redirect_uris: ['https://app.example/cb'],
          token_endpoint_auth_method: 'none',
        },
      },
    });
    const decided = await call('POST', `/v1/submissions/${String(submitted.body['id'])}/decisions`, {
      token: insider.token,
      body: { verdict: 'approve', reason: 'mine' },
    });
    expect([decided.status, decided.body]).toMatchObject([
      403,
      { ...problem('four_eyes'), conflict: 'belongs_to_publisher' },
    ]);
  });

  it.each([
    ['text/html', 406],
    ['application/json;q=0, */*', 406],
    ['application/*', 200],
    ['application/json', 200],
  ])('Accept: %s is %i', async (accept, status) => {
    expect((await call('GET', '/v1/whoami', { headers: { accept } })).status).toBe(status);
  });

  it('what cannot be answered in an accepted type is not done either', async () => {
    const before = await test.store.entryCount();
    const { status } = await call('POST', '/v1/people', {
      headers: { accept: 'text/html' },
      body: { name: 'X' },
    });
    expect([status, await test.store.entryCount()]).toEqual([406, before]);
  });

  it('another method is told which ones there are', async () => {
    const { status, headers } = await call('DELETE', '/v1/publishers');
    expect([status, headers.get('allow')]).toEqual([405, 'HEAD, POST, GET']);
  });
});

describe('request ids', () => {
  it('are echoed, in the log and in problems, when they are harmless', async () => {
    const { headers, body } = await call('GET', '/v1/people/none', {
      headers: { 'x-request-id': 'job-17:a' },
    });
    expect([headers.get('x-request-id'), body['request_id']]).toEqual(['job-17:a', 'job-17:a']);
    expect(JSON.parse(test.logged.at(-1) ?? '')).toMatchObject({
      event: 'http.request',
      request_id: 'job-17:a',
      method: 'GET',
      route: '/v1/people/{person_id}',
      status: 404,
      person_id: test.operator.personId,
    });
  });

  it.each(['a b', '<script>', '{"a":1}', 'x'.repeat(101)])('%s is replaced', async (given) => {
    const { headers } = await call('GET', '/v1/whoami', { headers: { 'x-request-id': given } });
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('a failure of ours', () => {
  it('is a bare 500 outside, and inside logged without values and counted', async () => {
    const store = {
      ...test.store,
      publisher: () =>
        Promise.reject(
          new Error('Failed query: select ? from publishers\nparams: s3cret-value', {
            cause: new Error('disk I/O error'),
          }),
        ),
    };
    const broken = createApp({
      issuer: { ...test.issuer, store },
      publications: test.publications,
      signIn: test.signIn,
    });
    const response = await broken.request('/tenant/v1/publishers/x', {
      headers: { authorization: `Bearer ${test.operatorToken}`, 'x-request-id': 'broken-1' },
    });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([
      500,
      { ...problem('internal_error'), request_id: 'broken-1' },
    ]);
    expect(text).not.toMatch(/query|params|disk|\.ts/);
    const [failed, request] = test.logged.slice(-2).map((line): JsonObject => JSON.parse(line));
    expect(failed).toMatchObject({
      event: 'http.failed',
      request_id: 'broken-1',
      cause: 'Error: disk I/O error',
    });
    expect(request).toMatchObject({ event: 'http.request', request_id: 'broken-1', status: 500 });
    expect(JSON.stringify(failed)).not.toContain('s3cret-value');
    expect(await (await broken.request('/metrics')).text()).toContain(
      'imprimatur_requests_total{route="GET /v1/publishers/{publisher_id}",status="5xx"} 1',
    );
  });

  it('in the middle of an export breaks it off rather than ending it', async () => {
    await sealLedger(test.issuer);
    let reads = 0;
    const store: typeof test.store = {
      ...test.store,
      entriesAfter: (after, limit) => {
        reads += 1;
        return reads > 1
          ? Promise.reject(new Error('gone'))
          : test.store.entriesAfter(after, Math.min(limit, 3));
      },
    };
    const broken = createApp({
      issuer: { ...test.issuer, store },
      publications: test.publications,
      signIn: test.signIn,
    });
    const response = await broken.request('/tenant/v1/ledger/export', {
      headers: { authorization: `Bearer ${test.operatorToken}` },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('gone');
    expect(
      test.logged.some((line) => line.includes('http.failed') && line.includes('/v1/ledger/export')),
    ).toBe(true);
  });
});

it('nothing that was logged holds a token, a statement or metadata', async () => {
  const token = await call('POST', '/v1/tokens', { body: { label: 'to be looked for' } });
  await call('POST', `/v1/software/${scene.softwareId}/submissions`, {
    token: scene.developer.token,
    body: { software_version: 'logged', client_metadata: { redirect_uris: ['https://app.example/#'] } },
  });
  const made = await call('POST', `/v1/software/${scene.softwareId}/statements`, {
    token: scene.developer.token,
    body: {},
  });
  const everything = test.logged.join('\n');
  for (const secret of [
    test.operatorToken,
    scene.developer.token,
    String(token.body['token']),
    'to be looked for',
    String(made.body['software_statement']),
    'app.example',
  ])
    expect(everything.includes(secret)).toBe(false);
  expect(everything).not.toMatch(/imp_|eyJ|[Aa]uthorization|Bearer/);
});
