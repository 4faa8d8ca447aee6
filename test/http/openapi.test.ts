import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hono } from 'hono';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import { ENDPOINTS } from '../../src/http/api/table.ts';
import { createApp } from '../../src/http/app.ts';
import { openapiDocument } from '../../src/http/openapi.ts';
import { PROBLEM_TYPES } from '../../src/http/problem-types.ts';
import { PROTOCOL_ENDPOINTS } from '../../src/http/oauth/table.ts';
import { PUBLIC_ENDPOINTS } from '../../src/http/public-table.ts';
import { testIssuer, type TestIssuer } from '../support/issuer.ts';

let test: TestIssuer;
let app: Hono;
let document: JsonObject;

beforeAll(async () => {
  test = await testIssuer();
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  document = await (await app.request('/openapi.json')).json();
});
afterAll(() => test.close());

const member = (value: JsonValue | undefined, ...steps: readonly string[]): JsonValue | undefined =>
  steps.reduce<JsonValue | undefined>((here, step) => (isJsonObject(here) ? here[step] : undefined), value);

describe('the OpenAPI document', () => {
  it('describes every endpoint and nothing else', () => {
    const paths = document['paths'];
    const described = isJsonObject(paths)
      ? Object.entries(paths).flatMap(([path, operations]) =>
          isJsonObject(operations)
            ? Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
            : [],
        )
      : [];
    const served = [
      ...ENDPOINTS.map(({ method, path }) => `${method} ${path}`),
      ...PUBLIC_ENDPOINTS.map(({ path }) => `GET ${path}`),
      ...PROTOCOL_ENDPOINTS.map(({ method, path }) => `${method} ${path}`),
    ];
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  it('asks for a token exactly where one is needed', () => {
    for (const { path } of PUBLIC_ENDPOINTS)
      expect(member(document, 'paths', path, 'get', 'security')).toEqual([]);
    for (const { method, path } of ENDPOINTS)
      expect(member(document, 'paths', path, method.toLowerCase(), 'security')).toBeUndefined();
    expect(document['security']).toEqual([{ token: [] }]);
  });

  it('of an issuer with a path names what is not below it from the host', () => {
    const tenant = openapiDocument('https://host.example/tenant');
    const servers = [{ url: 'https://host.example' }];
    expect(tenant['servers']).toEqual([{ url: 'https://host.example/tenant' }]);
    for (const path of ['/.well-known/oauth-authorization-server/tenant', '/healthz'])
      expect(member(tenant, 'paths', path, 'servers')).toEqual(servers);
    expect(member(tenant, 'paths', '/jwks', 'servers')).toBeUndefined();
  });

  it('names the headers that scripts send and read', () => {
    const parameters = (path: string, method: string) => {
      const found = member(document, 'paths', path, method, 'parameters');
      return (Array.isArray(found) ? found : []).map((parameter) => member(parameter, 'name'));
    };
    const answers = (path: string, method: string, status: string) =>
      Object.keys(member(document, 'paths', path, method, 'responses', status, 'headers') ?? {});
    expect(parameters('/v1/publishers', 'post')).toContain('Idempotency-Key');
    expect(parameters('/v1/publishers/{publisher_id}', 'patch')).toContain('If-Match');
    expect(answers('/v1/publishers', 'post', '201')).toContain('Location');
    expect(answers('/v1/publishers', 'get', '200')).toContain('Link');
    expect(answers('/v1/publishers/{publisher_id}', 'patch', '200')).toContain('ETag');
  });

  it.each(
    ENDPOINTS.filter(({ reply }) => reply !== undefined).map((endpoint) => ({
      endpoint,
      name: `${endpoint.method} ${endpoint.path}`,
    })),
  )('shows a reply that $name could give', ({ endpoint }) => {
    const { method, path, status, reply, example } = endpoint;
    const content = member(
      document,
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
    );
    const shown = member(content, endpoint.replyType ?? 'application/json', 'example');
    expect(reply?.safeParse(shown).error).toBeUndefined();
    // A difference that fits nowhere would be left out without a word.
    for (const value of Object.values(example?.reply ?? {}))
      expect(JSON.stringify(shown)).toContain(JSON.stringify(value));
  });

  it('gives each operation its own id and names all path parameters', () => {
    const ids = [...ENDPOINTS, ...PUBLIC_ENDPOINTS.map(({ path }) => ({ method: 'GET', path }))].map(
      ({ method, path }) => member(document, 'paths', path, method.toLowerCase(), 'operationId'),
    );
    expect(new Set(ids).size).toBe(ENDPOINTS.length + PUBLIC_ENDPOINTS.length);
    for (const { method, path } of ENDPOINTS) {
      const parameters = member(document, 'paths', path, method.toLowerCase(), 'parameters');
      const named = (Array.isArray(parameters) ? parameters : [])
        .filter((parameter) => member(parameter, 'in') === 'path')
        .map((parameter) => member(parameter, 'name'));
      expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g))
      expect(member(document, ...pointer.split('/'))).toBeDefined();
  });

  it.each(
    ENDPOINTS.filter(({ example }) => example?.body !== undefined).map((endpoint) => ({
      endpoint,
      name: `${endpoint.method} ${endpoint.path}`,
    })),
  )('shows an example that $name takes', ({ endpoint }) => {
    expect(endpoint.body.safeParse(endpoint.example?.body).success).toBe(true);
  });

  it('says who may call what', () => {
    const operation = member(document, 'paths', '/v1/keys', 'post');
    expect(member(operation, 'x-imprimatur-roles')).toEqual(['operator']);
    expect(member(operation, 'x-imprimatur-scope')).toBe('keys:write');
  });
});

describe('the page for people', () => {
  it('names every endpoint and problem, needs no script, and is small', async () => {
    const response = await app.request('/docs');
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(page).not.toMatch(/<script|style=| on\w+="/);
    for (const { summary } of [...ENDPOINTS, ...PUBLIC_ENDPOINTS, ...PROTOCOL_ENDPOINTS])
      expect(page).toContain(summary);
    for (const code of Object.keys(PROBLEM_TYPES)) expect(page).toContain(`/problems/${code}"`);
    const style = await (await app.request('/docs.css')).text();
    expect(page.length + style.length).toBeLessThan(120_000);
  });

  it('says who may call, how, and what comes back', async () => {
    const page = await (await app.request('/docs')).text();
    const entry = page.split('<details>').find((part) => part.includes('Revoke a statement for good')) ?? '';
    expect(entry).toContain('<strong>operator, developer</strong>');
    expect(entry).toContain('curl -X POST "https://issuer.example/v1/statements/$jti/revocation"');
    expect(entry).toContain('"reason": "the statement was posted in a public issue"');
    expect(entry).toContain('"state": "revoked"');
  });

  it('links only to what is there', async () => {
    const page = await (await app.request('/docs')).text();
    const targets = [...page.matchAll(/href="([^"]+)"/g)].map(([, target = '']) => target);
    for (const target of new Set(targets)) {
      if (target.startsWith('#')) expect(page).toContain(`id="${target.slice(1)}"`);
      else expect((await app.request(new URL(target, 'https://issuer.example/docs').href)).status).toBe(200);
    }
  });
});

describe.each(Object.entries(PROBLEM_TYPES))('the problem type %s', (code, { status, title }) => {
  it('is described to programs and to people', async () => {
    const described: JsonObject = await (await app.request(`/problems/${code}`)).json();
    const type = `https://issuer.example/problems/${code}`;
    expect(described).toEqual({ type, status, title, advice: expect.stringMatching(/.{20}/) });
    const page = await app.request(`/problems/${code}`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([page.headers.get('content-type'), page.headers.get('vary')]).toEqual([
      'text/html; charset=UTF-8',
      'Accept',
    ]);
    expect(await page.text()).toContain(`<h1>${title}</h1>`);
  });
});

it('an unknown problem type is not found', async () => {
  expect((await app.request('/problems/toString')).status).toBe(404);
});
