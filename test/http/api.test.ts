import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/domain/json.ts';
import { createApp } from '../../src/http/app.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import {
  approve,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

/** What scripts rely on beyond bodies: pages, versions, repeats, addresses, request ids, and what logs hold. */

let test: TestIssuer;
let scene: Scene;
let app: Hono;

beforeAll(async () => {
  test = await testIssuer({ identifier: 'https://host.example/tenant' });
  scene = await testScene(test);
  await approve(test, scene);
  app = createApp({ issuer: test.issuer, publications: test.publications });
});
afterAll(() => test.close());

type Sent = {
  readonly body?: JsonObject;
  readonly headers?: Record<string, string>;
  readonly token?: string;
};

async function call(method: string, path: string, { body, headers, token }: Sent = {}) {
  const response = await app.request(`/tenant${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? test.operatorToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: JsonObject = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: parsed };
}

const problem = (code: string) => ({ type: `https://host.example/tenant/problems/${code}` });

describe('pages', () => {
  it('link to the next one until the last, and hold everything once', async () => {
    for (let i = 0; i < 4; i += 1) await testPerson(test, ['auditor']);
    const seen: unknown[] = [];
    let path: string | undefined = '/v1/people?limit=3';
    while (path !== undefined) {
      const { body, headers } = await call('GET', path);
      const items: unknown = body['items'];
      if (!Array.isArray(items)) throw new Error('no items');
      expect(items.length).toBeLessThanOrEqual(3);
      seen.push(...items.map((item: { id: string }) => item.id));
      const [, next] =
        /^<https:\/\/host\.example\/tenant([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(next === undefined).toBe(body['next'] === null);
      if (next !== undefined) expect(new URLSearchParams(next.split('?')[1]).get('limit')).toBe('3');
      path = next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const whole = (await call('GET', '/v1/people?limit=200')).body['items'];
    expect(seen).toHaveLength(Array.isArray(whole) ? whole.length : 0);
  });

  it('of the ledger go back by `before`, filters kept', async () => {
    const { headers } = await call('GET', '/v1/ledger?limit=1&kind=person.created');
    const next = /<https:\/\/host\.example\/tenant([^>]+)>/.exec(headers.get('link') ?? '')?.[1] ?? '';
    const asked = new URLSearchParams(next.split('?')[1]);
    expect([asked.get('kind'), asked.get('before') === null]).toEqual(['person.created', false]);
    expect((await call('GET', next)).status).toBe(200);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=', 'limit=1&limit=2', 'unknown=1', 'limit=1.5'])(
    'asked for with ?%s are refused, naming the parameter',
    async (query) => {
      const { status, body } = await call('GET', `/v1/people?${query}`);
      expect([status, body]).toMatchObject([
        422,
        { ...problem('invalid_input'), errors: [{ pointer: `/${query.split('=')[0]}` }] },
      ]);
    },
  );
});

describe('versions', () => {
  const create = async () =>
    (await call('POST', '/v1/publishers', { body: { name: 'Versioned Ltd' } })).body['id'];

  it('a change with the ETag of what was read passes once; then it is 412 with the present version', async () => {
    const path = `/v1/publishers/${String(await create())}`;
    const etag = (await call('GET', path)).headers.get('etag') ?? '';
    expect(etag).toBe('"1"');
    const change = { headers: { 'if-match': etag }, body: { name: 'Renamed Ltd' } };
    const first = await call('PATCH', path, change);
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"']);
    const second = await call('PATCH', path, change);
    expect([second.status, second.body]).toMatchObject([412, { ...problem('version_mismatch'), version: 2 }]);
    expect((await call('PATCH', path, { ...change, headers: { 'if-match': '*' } })).status).toBe(200);
  });

  it('the policy is replaced only at the version that was read', async () => {
    const policy = (await call('GET', '/v1/policy')).body;
    expect((await call('PUT', '/v1/policy', { body: policy })).status).toBe(200);
    const again = await call('PUT', '/v1/policy', { body: policy });
    expect([again.status, again.body]).toMatchObject([412, problem('version_mismatch')]);
  });

  it.each([['W/"1"'], ['1'], ['"x"'], ['"1", "2"']])('If-Match: %s is refused', async (tag) => {
    const path = `/v1/publishers/${String(await create())}`;
    const { status, body } = await call('PATCH', path, { headers: { 'if-match': tag }, body: { name: 'X' } });
    expect([status, body]).toMatchObject([422, problem('invalid_input')]);
    expect((await call('GET', path)).body['name']).toBe('Versioned Ltd');
  });

  it('a condition that nothing would compare is refused, not ignored', async () => {
    const id = String(await create());
    const suspended = await call('PUT', `/v1/publishers/${id}/suspension`, {
      headers: { 'if-match': '"7"' },
      body: { reason: 'test' },
    });
    expect(suspended.status).toBe(422);
    expect((await call('GET', `/v1/publishers/${id}`)).body['state']).toBe('active');
  });
});

describe('repeats with an Idempotency-Key', () => {
  const issue = (key: string, body: JsonObject = {}) =>
    call('POST', `/v1/software/${scene.softwareId}/statements`, {
      token: scene.developer.token,
      headers: { 'idempotency-key': key },
      body,
    });

  it('give the statement that the first request made', async () => {
    const [first, second] = [await issue('repeat'), await issue('repeat')];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('sent at once make one statement', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => issue('at-once')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body['jti'])).size).toBe(1);
  });

  it('with another body are refused', async () => {
    await issue('other-body');
    const { status, body } = await issue('other-body', { lifetime_seconds: 60 });
    expect([status, body]).toMatchObject([422, problem('idempotency_key_reused')]);
  });

  it('of another person are other requests', async () => {
    const publisher = { headers: { 'idempotency-key': 'same' }, body: { name: 'Once Ltd' } };
    const other = await testPerson(test, ['operator']);
    const mine = await call('POST', '/v1/publishers', publisher);
    const theirs = await call('POST', '/v1/publishers', { ...publisher, token: other.token });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
  });

  it('do not show a token a second time', async () => {
    const token = { headers: { 'idempotency-key': 'token' }, body: { label: 'CI' } };
    const [first, second] = [
      await call('POST', '/v1/tokens', token),
      await call('POST', '/v1/tokens', token),
    ];
    expect(first.body['token']).toMatch(/^imp_/);
    expect([second.body['id'], second.body['token']]).toEqual([first.body['id'], undefined]);
  });

  it.each([['a b'], ['x'.repeat(256)], ['']])('%j is no key', async (key) => {
    expect([(await issue(key)).status, (await issue(key)).body]).toMatchObject([
      422,
      problem('invalid_input'),
    ]);
  });
});

describe('what is created', () => {
  it('is found at its Location', async () => {
    const made = [
      await call('POST', '/v1/publishers', { body: { name: 'Located Ltd' } }),
      await call('POST', '/v1/people', { body: { name: 'Located' } }),
      await call('POST', '/v1/tokens', { body: { label: 'located' } }),
      await call('POST', '/v1/keys', { body: { alg: 'ES384' } }),
    ];
    for (const { status, headers } of made) {
      const location = headers.get('location') ?? '';
      expect(status).toBe(201);
      expect(location).toMatch(/^https:\/\/host\.example\/tenant\/v1\//);
      expect((await call('GET', location.replace('https://host.example/tenant', ''))).status).toBe(200);
    }
  });

  it('a statement comes with the request that registers it, and to others without either', async () => {
    const made = await call('POST', `/v1/software/${scene.softwareId}/statements`, {
      token: scene.developer.token,
      body: {},
    });
    const path = (made.headers.get('location') ?? '').replace('https://host.example/tenant', '');
    const { software_statement: jwt, registration_request: request } = made.body;
    expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(isJsonObject(request) && request['software_statement']).toBe(jwt);
    expect((await call('GET', path, { token: scene.developer.token })).body['software_statement']).toBe(jwt);
    expect(JSON.stringify((await call('GET', path)).body)).not.toContain(String(jwt));
  });
});

it('the queue says how old a submission is and how many approvals it still waits for', async () => {
  const policy = (await call('GET', '/v1/policy')).body;
  expect((await call('PUT', '/v1/policy', { body: { ...policy, required_approvals: 2 } })).status).toBe(200);
  const own = await testScene(test);
  const submitted = await call('POST', `/v1/software/${own.softwareId}/submissions`, {
    token: own.developer.token,
    body: { software_version: '1', client_metadata: METADATA },
  });
  const id = String(submitted.body['id']);
  const queued = async () => {
    const { items } = (await call('GET', '/v1/submissions?limit=200')).body;
    return Array.isArray(items) ? items.find((item: { id: string }) => item.id === id) : undefined;
  };
  test.clock.advance(90);
  expect(await queued()).toMatchObject({ age_seconds: 90, required_approvals: 2, waiting_approvals: 2 });
  await call('POST', `/v1/submissions/${id}/decisions`, {
    token: own.reviewer.token,
    body: { verdict: 'approve', reason: 'first' },
  });
  expect(await queued()).toMatchObject({ waiting_approvals: 1 });
  await call('POST', `/v1/submissions/${id}/decisions`, {
    token: scene.reviewer.token,
    body: { verdict: 'approve', reason: 'second' },
  });
  expect(await queued()).toBeUndefined();
  const now = (await call('GET', '/v1/policy')).body;
  expect((await call('PUT', '/v1/policy', { body: { ...now, required_approvals: 1 } })).status).toBe(200);
});

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
    const broken = createApp({ issuer: { ...test.issuer, store }, publications: test.publications });
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
    const broken = createApp({ issuer: { ...test.issuer, store }, publications: test.publications });
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
  const made = await call('POST', `/v1/software/${scene.softwareId}/statements`, {
    token: scene.developer.token,
    body: {},
  });
  const everything = test.logged.join('\n');
  for (const secret of [
    test.operatorToken,
    scene.developer.token,
    String(made.body['software_statement']),
    'app.example',
  ])
    expect(everything.includes(secret)).toBe(false);
  expect(everything).not.toMatch(/imp_|eyJ|[Aa]uthorization|Bearer/);
});
