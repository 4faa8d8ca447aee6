import fc from 'fast-check';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../src/http/api/table.ts';
import { PAGES } from '../../src/http/console/table.ts';
import { createApp } from '../../src/http/app.ts';
import { rolesFor } from '../../src/domain/access.ts';
import { isJsonObject } from '../../src/domain/json.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { submit } from '../../src/services/submit.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

const RUNS = Number(process.env['IMPRIMATUR_PROPERTY_RUNS'] ?? '2000');

let test: TestIssuer;
let scene: Scene;
let app: Hono;

beforeAll(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
});
afterAll(() => test.close());

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const odd = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('..', '%2e%2e', '%00', '%', 'null', '__proto__', '🦊', '\u202e'),
);
const segment = odd.map((text) => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
});
const path = fc.oneof(
  fc
    .tuple(fc.constantFrom(...[...ENDPOINTS, ...PAGES].map((endpoint) => endpoint.path)), segment)
    .map(([pattern, value]) => pattern.replaceAll(/\{\w+\}/g, value || 'x')),
  fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
  fc.constantFrom(
    '/jwks',
    '/jwks/ES256',
    '/status-lists',
    '/status-lists/x',
    '/.well-known/jwks.json',
    '/metrics',
    '/docs',
    '/openapi.json',
    '/problems/x',
  ),
);
const query = fc.option(
  fc
    .array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom(
            'limit',
            'after',
            'state',
            'before',
            'from',
            'to',
            'kind',
            'time',
            'search',
            '__proto__',
          ),
          segment,
        ),
        segment,
      ),
    )
    .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`),
  { nil: '' },
);
const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.json().map((text) => text.slice(0, -1)),
  fc.constantFrom(
    '[',
    '{"a":1,"a":2}',
    '['.repeat(50_000),
    `"${'a'.repeat(70_000)}"`,
    '{"__proto__":{"x":1}}',
    '1e999',
    '"\\ud800"',
    '\ufeff{}',
  ),
  fc
    .dictionary(
      fc.constantFrom(
        'name',
        'reason',
        'label',
        'scopes',
        'verdict',
        'audience',
        'lifetime_seconds',
        'client_metadata',
        'software_version',
        'alg',
      ),
      fc.jsonValue(),
    )
    .map((value) => JSON.stringify(value)),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/json; charset=utf-16',
      '',
      'application/x-www-form-urlencoded',
    ),
    'if-match': fc.constantFrom('*', '"1"', '"99999999999999999999"', 'W/"1"', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"', '", ,'),
    'idempotency-key': fc.string({ minLength: 1 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    accept: fc.constantFrom('*/*', 'text/html', ';;;', 'application/statuslist+cwt'),
    'x-request-id': fc.constantFrom('abc', 'a b', '<script>', 'x'.repeat(500)),
  },
  { requiredKeys: [] },
);

/** A value once in so many times, and otherwise nothing. */
function oneIn<T>(times: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** Members that requests hold; each is replaced by arbitrary JSON in turn. */
const CHANGED = Object.assign({}, ...ENDPOINTS.map(({ example }) => example?.body ?? {}), {
  audience: [],
  note: '',
  state: '',
  __typo: '',
});

/** One existing thing of each kind; never the operator's own person and token, which later requests need. */
async function idsOfThings(): Promise<ReadonlyMap<string, string>> {
  // The tests before may have suspended what they found; these requests start from a scene of their own.
  scene = await testScene(test);
  await approve(test, scene, METADATA, 'approved');
  const bystander = await testPerson(test, ['auditor']);
  const { developer, softwareId } = scene;
  const { statement } = expectOk(await issueStatement(test.issuer, developer.actor, softwareId, {}));
  const command = { softwareVersion: 'open', metadata: METADATA };
  const open = expectOk(await submit(test.issuer, developer.actor, softwareId, command));
  const standby = (await test.store.signingKeys()).find((key) => key.state === 'pending');
  return new Map([
    ['publisher_id', scene.publisherId],
    ['person_id', bystander.id],
    ['token_id', bystander.actor.credential.id],
    ['software_id', softwareId],
    ['submission_id', open.id],
    ['jti', statement.jti],
    ['kid', standby?.kid ?? ''],
    ['seq', '1'],
  ]);
}

describe('whatever is sent', () => {
  it('is answered below 500, in words, without a stack trace', async () => {
    const { token } = scene.developer;
    const authorization = fc.constantFrom(
      undefined,
      `Bearer ${token}`,
      'Bearer ',
      'Basic x',
      `bearer ${token}x`,
      `Bearer ${'a'.repeat(10_000)}`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHODS),
        path,
        query,
        headers,
        body,
        authorization,
        async (method, where, asked, sent, text, auth) => {
          const hasBody = method !== 'GET' && method !== 'HEAD';
          const response = await app.request(`${where}${asked}`, {
            method,
            headers: { ...sent, ...(auth === undefined ? {} : { authorization: auth }) },
            ...(hasBody ? { body: text } : {}),
          });
          const answer = await response.text();
          expect(response.status === 501 || response.status < 500).toBe(true);
          expect(answer).not.toMatch(/\n\s+at .+:\d+:\d+/);
          if (response.headers.get('content-type')?.startsWith('text/html') === true)
            expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
          else if (response.status >= 400 && method !== 'HEAD') {
            expect(response.headers.get('content-type')).toBe('application/problem+json');
            const problem: { title: string; detail: string; status: number } = JSON.parse(answer);
            expect(problem.status).toBe(response.status);
            expect(problem.title.length * problem.detail.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('changes nothing when it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ENDPOINTS.filter(({ method }) => method !== 'GET')),
        body,
        async (endpoint, text) => {
          const before = await test.store.entryCount();
          const response = await app.request(endpoint.path.replaceAll(/\{\w+\}/g, scene.softwareId), {
            method: endpoint.method,
            headers: { 'content-type': 'application/json', authorization: `Bearer ${test.operatorToken}` },
            body: text,
          });
          expect(response.status).toBeLessThan(500);
          if (response.status >= 400) expect(await test.store.entryCount()).toBe(before);
        },
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('is refused in words or done whole when it is nearly right', async () => {
    const ids = await idsOfThings();
    const tokens = {
      operator: test.operatorToken,
      auditor: test.operatorToken,
      developer: scene.developer.token,
      reviewer: scene.reviewer.token,
    };
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        // A revoked publisher would end the story early: everything after it is refused for that alone.
        fc.constantFrom(
          ...ENDPOINTS.filter((endpoint) => endpoint.path !== '/v1/publishers/{publisher_id}/revocation'),
        ),
        oneIn(4, fc.constantFrom(...Object.values(tokens))),
        oneIn(2, fc.constantFrom(...Object.keys(CHANGED))),
        fc.jsonValue(),
        fc.option(fc.stringMatching(/^[a-z]{1,4}$/), { nil: undefined }),
        async ({ method, path: pattern, action, example }, anyToken, member, value, key) => {
          // Mostly of somebody who may do it, so that the request is refused for something else, or done.
          const token = anyToken ?? tokens[rolesFor(action).at(-1) ?? 'operator'];
          const usual = isJsonObject(example?.body) ? example.body : {};
          const sent = {
            ...usual,
            ...(pattern === '/v1/software' ? { publisher_id: scene.publisherId } : {}),
          };
          const before = await test.store.entryCount();
          const response = await app.request(
            pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? 'none'),
            {
              method,
              headers: {
                authorization: `Bearer ${token}`,
                'content-type': 'application/json',
                ...(key === undefined ? {} : { 'idempotency-key': key }),
              },
              ...(method === 'GET'
                ? {}
                : { body: JSON.stringify(member === undefined ? sent : { ...sent, [member]: value }) }),
            },
          );
          await response.text();
          statuses.add(response.status);
          expect(response.status).toBeLessThan(500);
          if (response.status >= 400) expect(await test.store.entryCount()).toBe(before);
        },
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
    // Otherwise the requests were not nearly right, and this would say nothing. Few runs may miss one by chance.
    if (RUNS < 2_000) return;
    for (const status of [200, 201, 403, 409, 422]) expect(statuses).toContain(status);
  });
});

describe('refused at the edge', () => {
  const post = (given: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> }) =>
    app.request(`/v1/software/${scene.softwareId}/submissions`, {
      method: 'POST',
      ...given,
      headers: {
        authorization: `Bearer ${scene.developer.token}`,
        'content-type': 'application/json',
        ...given.headers,
      },
    });

  it.each([
    [{ body: 'x'.repeat(70_000) }, 413, 'body_too_large'],
    [{ body: '{}', headers: { 'content-length': '9999999' } }, 413, 'body_too_large'],
    [{ body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    [
      { body: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'unsupported_media_type',
    ],
    [{ body: '{}', headers: { 'content-encoding': 'gzip' } }, 415, 'unsupported_media_type'],
    [{ body: '{}', headers: { 'content-type': 'application/json; charset="UTF-8"' } }, 422, 'invalid_input'],
    [{ body: '{}', headers: { 'content-type': 'application/vnd.example+json' } }, 422, 'invalid_input'],
    [{ body: '{"a":1,"a":2}' }, 400, 'invalid_json'],
    [{ body: `${'['.repeat(20)}${']'.repeat(20)}` }, 400, 'invalid_json'],
    [{ body: '{' }, 400, 'invalid_json'],
    [{ body: new Uint8Array([0x22, 0xff, 0x22]) }, 400, 'invalid_json'],
    [{ body: '{"software_version":"1","client_metadata":{},"extra":1}' }, 422, 'invalid_input'],
    [{ body: '{}' }, 422, 'invalid_input'],
    [
      {
        body: JSON.stringify({ software_version: '1', client_metadata: METADATA }),
        headers: { 'idempotency-key': 'a b' },
      },
      422,
      'invalid_input',
    ],
  ])('%j', async (given, status, code) => {
    const response = await post(given);
    const problem: { type: string } = await response.json();
    expect([response.status, problem.type]).toEqual([status, `https://issuer.example/problems/${code}`]);
  });

  it('an endless body is cut off, not read', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      },
    });
    const init = { body: endless, duplex: 'half' as const };
    expect((await post(init)).status).toBe(413);
    expect(sent).toBeLessThan(200_000);
  });
});
