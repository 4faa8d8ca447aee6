import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/domain/json.ts';
import { createApp } from '../../src/http/app.ts';
import {
  approve,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { caller } from './call.ts';

/** What scripts rely on beyond bodies: pages, versions, repeats and addresses. */

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

  it('make one invitation, whose link is shown once', async () => {
    const before = await test.store.entryCount();
    const { personId } = test.operator;
    for (const [path, body] of [
      ['/v1/invitations', { name: 'Gwen', roles: ['reviewer'] }],
      [`/v1/people/${personId}/invitations`, {}],
    ] as const) {
      const invite = () =>
        call('POST', path, {
          body,
          headers: { 'idempotency-key': `invite ${path.length}`.replace(' ', '-') },
        });
      const [first, second] = [await invite(), await invite()];
      expect([first.status, second.status]).toEqual([201, 201]);
      const { link, ...shown } = first.body;
      expect(link).toMatch(/\/invitations\//);
      expect(second.body).toEqual(shown);
    }
    expect(await test.store.entryCount()).toBe(before + 2);
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
