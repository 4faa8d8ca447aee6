import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeBase64url, encodeBase64urlText } from '../../../../src/domain/base64url.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { issueStatement } from '../../../../src/services/issue.ts';
import { suspendSoftware } from '../../../../src/services/software-standing.ts';
import { changeStatement } from '../../../../src/services/statement-standing.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let directory: string;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let anybody: Visitor;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-check-'));
  test = await testIssuer({ path: join(directory, 'check.sqlite') });
  app = appOf(test);
  anybody = await visit(test, app);
  scene = await testScene(test);
  await approve(test, scene);
});
afterEach(() => {
  test.close();
  rmSync(directory, { recursive: true, force: true });
});

const check = (statement: string) => anybody.post('/check', { statement });

async function issue() {
  const issued = await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {});
  return expectOk(issued).statement;
}

async function signed(claims: JsonObject): Promise<string> {
  const key = (await test.store.signingKeys()).find(({ state }) => state === 'active');
  const header = { alg: key?.alg, kid: key?.kid, typ: 'JWT' };
  const input = [header, claims].map((part) => encodeBase64urlText(JSON.stringify(part))).join('.');
  const message = new TextEncoder().encode(input);
  return `${input}.${encodeBase64url(expectOk(await test.custody.sign(key?.kid ?? '', message)))}`;
}

describe('checking a statement', () => {
  it('says that it stands, what it attests and what each claim means', async () => {
    const { html, status } = await check((await issue()).jwt);
    expect(status).toBe(200);
    expect(html).toContain('It is ours, and it stands.');
    expect(html).toContain(`href="/catalogue/${scene.softwareId}"`);
    for (const part of [
      'Example Ltd',
      'https://app.example/callback',
      'Until when it may be used.',
      'RFC 7591 §2',
      'The signature is this issuer’s.',
      'private_key_jwt',
    ])
      expect(html).toContain(part);
    expect(html).not.toContain('>fails<');
  });

  it('says of one that does not stand what happened and what to do', async () => {
    const { jwt, jti } = await issue();
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'because of Mallory'));
    expect((await check(jwt)).html).toContain('All statements of its software are suspended.');
    expectOk(await changeStatement(test.issuer, test.operator, jti, 'revoke', 'because of Mallory'));
    const { html } = await check(jwt);
    expect(html).toContain('It is ours, and it was revoked.');
    expect(html).toContain('end what was registered with it');
    expect(html).not.toContain('Mallory');
  });

  it('of somebody else’s says whose it claims to be, and shows nothing of it', async () => {
    const jwt = await signed({ iss: 'https://elsewhere.example', jti: 'x', client_name: 'Shown nowhere' });
    const { html } = await check(jwt);
    expect(html).toContain('It claims to be from https://elsewhere.example.');
    expect(html).not.toContain('Shown nowhere');
  });

  it('of a changed one shows nothing of it', async () => {
    const [header = '', , signature = ''] = (await issue()).jwt.split('.');
    const claims = { iss: test.issuer.identifier, jti: 'x', client_name: 'Shown nowhere' };
    const { html } = await check(`${header}.${encodeBase64urlText(JSON.stringify(claims))}.${signature}`);
    expect(html).toContain('It says that it is ours, and it is not.');
    expect(html).not.toContain('Shown nowhere');
  });

  it.each([
    ['', 422, 'Paste a statement first.'],
    ['   ', 422, 'Paste a statement first.'],
    ['hello', 200, 'This is no statement.'],
    ['x'.repeat(40_000), 200, 'This is no statement.'],
  ])('of %.10j answers %i', async (statement, status, words) => {
    const seen = await check(statement);
    expect(seen.status).toBe(status);
    expect(seen.html).toContain(words);
  });

  it('refuses more than a form may hold', async () => {
    expect((await check('x'.repeat(600_000))).status).toBe(413);
  });

  it('shows hostile claims as text', async () => {
    const hostile = `"><img src=x onerror=alert(1)><script>alert('x')</script>`;
    const claims = {
      iss: test.issuer.identifier,
      iat: 1e300,
      exp: 2e300,
      jti: hostile,
      software_id: hostile,
      client_name: hostile,
      [hostile]: [hostile, { [hostile]: hostile }],
      redirect_uris: ['javascript:alert(1)', hostile],
    };
    for (const issuer of [
      test.issuer.identifier,
      `https://elsewhere.example/${encodeURIComponent(hostile)}`,
      hostile,
    ]) {
      const { html, status } = await check(await signed({ ...claims, iss: issuer }));
      expect(status).toBe(200);
      expect(html).not.toContain('<img src=x');
      expect(html.match(/<script(?! src="\/assets\/)/g)).toBeNull();
      expect(html).not.toContain('href="javascript:');
    }
  });

  it('of a statement with every member as long as it may be stays a small page', async () => {
    const uris = Array.from({ length: 50 }, (_, i) => `https://app.example/${'p'.repeat(50)}/${i}`);
    await approve(test, scene, { ...METADATA, redirect_uris: uris }, '2.0.0');
    expect((await check((await issue()).jwt)).html.length).toBeLessThan(60_000);
  });
});

describe('what is pasted', () => {
  it('is in no address, no cache, no log and no database, and is not sent back', async () => {
    const before = await test.store.entryCount();
    const pasted = [
      await signed({ iss: test.issuer.identifier, jti: 'a-secret-jti', software_id: 'y', iat: 1, exp: 2 }),
      await signed({ iss: 'https://a-secret-issuer.example' }),
      'a-secret-text',
    ];
    for (const text of pasted) {
      const seen = await check(text);
      expect(seen.html).not.toContain(text);
      expect(seen.headers.get('cache-control')).toBe('no-store');
      expect(seen.headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect(await test.store.entryCount()).toBe(before);
    const kept = ['', '-wal'].map((end) => readFileSync(join(directory, `check.sqlite${end}`), 'latin1'));
    const everything = [...kept, ...test.logged].join('\n');
    expect(everything).toContain('POST');
    for (const text of pasted)
      for (const part of [text, text.split('.')[1] ?? text, 'a-secret'])
        expect(everything).not.toContain(part);
  });

  it('cannot be asked for by an address', async () => {
    const { jwt } = await issue();
    const { html, headers } = await anybody.get(`/check?statement=${jwt}`);
    expect(html).not.toContain('It is ours');
    expect(html).not.toContain(jwt);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(html).toMatch(/<form action="\/check" method="post"/);
    expect(html).toMatch(/<textarea[^>]* autocomplete="off"/);
  });

  it('may come from the page itself, which sends no origin, and from no other', async () => {
    const send = (headers: Record<string, string>) =>
      app.request('/check', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: 'statement=x',
      });
    expect((await send({ origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    for (const site of ['cross-site', 'same-site'])
      expect((await send({ origin: 'null', 'sec-fetch-site': site })).status).toBe(403);
    expect((await send({ origin: 'null' })).status).toBe(403);
  });
});
