import fc from 'fast-check';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../src/http/api/table.ts';
import { createApp } from '../../src/http/app.ts';
import { METADATA, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';

const RUNS = Number(process.env['IMPRIMATUR_PROPERTY_RUNS'] ?? '2000');

let test: TestIssuer;
let scene: Scene;
let app: Hono;

beforeAll(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  app = createApp({ issuer: test.issuer, publications: test.publications });
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
    .tuple(fc.constantFrom(...ENDPOINTS.map((endpoint) => endpoint.path)), segment)
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
          fc.constantFrom('limit', 'after', 'state', 'before', 'from', 'to', 'kind', 'time', 'search'),
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
          if (response.status >= 400 && method !== 'HEAD') {
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
          if (response.status >= 400) expect(await test.store.entryCount()).toBe(before);
        },
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
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
