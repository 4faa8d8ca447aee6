import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { DEFAULT_POLICY } from '../../../../src/domain/policy.ts';
import { cataloguePage, catalogueEntry } from '../../../../src/http/catalogue/shapes.ts';
import { changePolicy } from '../../../../src/services/policies.ts';
import { revokePublisher } from '../../../../src/services/publisher-standing.ts';
import { createPublisher } from '../../../../src/services/publishers.ts';
import { createSoftware } from '../../../../src/services/software.ts';
import { suspendSoftware } from '../../../../src/services/software-standing.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf } from '../browser.ts';

let test: TestIssuer;
let scene: Scene;
let app: Hono;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  scene = await testScene(test);
});
afterEach(() => test.close());

const get = (path: string, init?: RequestInit) => app.request(path, init);
const text = async (path: string) => (await get(path)).text();

/** One more software of a publisher of its own, approved. */
async function vouched(
  names: { readonly publisher: string; readonly software: string },
  metadata: JsonObject,
): Promise<string> {
  const { issuer, operator } = test;
  const publisher = expectOk(
    await createPublisher(issuer, operator, {
      name: names.publisher,
      verifiedDomains: ['a.example'],
      allowedScopes: null,
    }),
  );
  const developer = await testPerson(test, [], publisher.id);
  const { id } = expectOk(
    await createSoftware(issuer, developer.actor, { publisherId: publisher.id, name: names.software }),
  );
  test.clock.advance(1);
  await approve(
    test,
    { ...scene, developer, publisherId: publisher.id, softwareId: id },
    { ...METADATA, ...metadata },
  );
  return id;
}

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert('x')</script>`;
const RIGHT_TO_LEFT = 'תוכנה לדוגמה';

describe('the catalogue', () => {
  it('says what to do while it is empty, and when nothing matches', async () => {
    expect(await text('/catalogue')).toContain('Nothing is vouched for yet.');
    await approve(test, scene);
    const none = await text('/catalogue?q=nonesuch');
    expect(none).toContain('Nothing here matches.');
    expect(none).toContain('value="nonesuch"');
  });

  it('shows what stands, and keeps what was looked for in the form and in the links', async () => {
    await approve(test, scene);
    for (let i = 0; i < 31; i += 1)
      await vouched({ publisher: `P${i}`, software: `S${i}` }, { client_name: `Client ${i}` });
    const first = await text('/catalogue?q=client&status=active&junk=1');
    expect(first.match(/<tr\b/g)).toHaveLength(31);
    expect(first).toContain('<option value="active" selected="">');
    expect(first).toContain(
      '<link rel="alternate" type="application/json" href="/catalogue.json?q=client&amp;status=active"/>',
    );
    const [, next = ''] =
      /href="([^"]+)" rel="next"/.exec(first) ?? /rel="next"[^>]*href="([^"]+)"/.exec(first) ?? [];
    const second = await text(next.replaceAll('&amp;', '&'));
    expect(second).toContain('Client 0');
    expect(second).not.toContain('Example Application');
    expect(second).toContain('End of the list');
    const publisher = /href="(\/catalogue\?publisher=[^"]+)"/.exec(second)?.[1] ?? '';
    expect(await text(publisher)).toContain('Show everybody’s');
  });

  it('stays below 100 kB with names as long as they may be', async () => {
    for (let i = 0; i < 30; i += 1)
      await vouched(
        { publisher: 'P'.repeat(100), software: 'S'.repeat(100) },
        { client_name: `${i} ${'n'.repeat(70)}` },
      );
    expect((await text('/catalogue')).length).toBeLessThan(60_000);
  });
});

describe('an entry', () => {
  it('tells facts, words, counts and history', async () => {
    await approve(test, scene);
    const html = await text(`/catalogue/${scene.softwareId}`);
    for (const part of [
      'Example Application',
      'Example Ltd',
      'app.example',
      '1.0.0',
      'refresh_token',
      'keeps access',
      'openid',
      'Approved',
    ])
      expect(html).toContain(part);
    expect(html).toContain(
      `<link rel="alternate" type="application/json" href="/catalogue/${scene.softwareId}.json"/>`,
    );
  });

  it('that is suspended or withdrawn says so first', async () => {
    await approve(test, scene);
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'because of Mallory'));
    const suspended = await text(`/catalogue/${scene.softwareId}`);
    expect(suspended).toContain('This software is suspended.');
    expectOk(await revokePublisher(test.issuer, test.operator, scene.publisherId, 'because of Mallory'));
    const withdrawn = await text(`/catalogue/${scene.softwareId}`);
    expect(withdrawn).toContain('No approval of this software stands.');
    expect(withdrawn).not.toContain('refresh_token');
    expect(`${suspended}${withdrawn}`).not.toContain('Mallory');
    expect(await text('/catalogue')).not.toContain(scene.softwareId);
  });

  it('with 200 redirect URIs and hosts is one page, and each place is named once', async () => {
    const { version, ...policy } = DEFAULT_POLICY;
    const metadata = { ...policy.metadata, maxRedirectUris: 200 };
    const changed = { policy: { ...policy, metadata }, expectedVersion: version };
    expectOk(await changePolicy(test.issuer, test.operator, changed));
    const uris = Array.from({ length: 200 }, (_, i) => `https://${i}.a.example`);
    const id = await vouched({ publisher: 'Many', software: 'Many' }, { redirect_uris: uris });
    const html = await text(`/catalogue/${id}`);
    expect(html.match(/<code>\d+\.a\.example<\/code>/g)).toHaveLength(200);
    expect(html.length).toBeLessThan(60_000);
    expect(await text('/catalogue')).toContain('and 197 more');
  });

  it('shows hostile and right-to-left names as text, in their own direction', async () => {
    const id = await vouched(
      { publisher: HOSTILE, software: RIGHT_TO_LEFT },
      { client_name: 'Plain', client_uri: 'https://a.example/"><script>' },
    );
    const rtl = await vouched({ publisher: RIGHT_TO_LEFT, software: HOSTILE }, { client_name: 'תוכנה' });
    for (const path of [
      '/catalogue',
      `/catalogue/${id}`,
      `/catalogue/${rtl}`,
      `/catalogue?q=${encodeURIComponent(HOSTILE)}`,
      `/catalogue?publisher=${encodeURIComponent(HOSTILE)}&domain=${encodeURIComponent(HOSTILE)}`,
    ]) {
      const html = await text(path);
      expect(html).not.toContain('<img src=x');
      expect(html.match(/<script(?! src="\/assets\/)/g)).toBeNull();
      expect(html).not.toMatch(/ on(?:error|load|click)=(?!alert\(1\)&gt;)/);
    }
    expect(await text(`/catalogue/${rtl}`)).toContain('<bdi class="name">תוכנה</bdi>');
  });

  it.each([
    '/catalogue/unknown',
    '/catalogue/01a1f9a2-2e00-7c11-8d0a-000000000000',
    '/catalogue/%00',
    '/catalogue/..%2f..',
    `/catalogue/${'x'.repeat(3_000)}`,
  ])('is not found, as a page: %.40s', async (path) => {
    const answer = await get(path, { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('that was never approved is not found, like one that does not exist', async () => {
    const [own, none] = await Promise.all([
      get(`/catalogue/${scene.softwareId}.json`),
      get('/catalogue/none.json'),
    ]);
    expect([own.status, none.status]).toEqual([404, 404]);
  });
});

describe('for programs', () => {
  it('is what OpenAPI says, cacheable, revalidated, for every origin', async () => {
    await approve(test, scene);
    for (const [path, shape] of [
      ['/catalogue.json', cataloguePage],
      [`/catalogue/${scene.softwareId}.json`, catalogueEntry],
    ] as const) {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(shape.safeParse(await answer.json()).error).toBeUndefined();
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=60,/);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      const etag = answer.headers.get('etag') ?? '';
      const again = await get(path, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
      const head = await get(path, { method: 'HEAD' });
      expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag]);
      expect((await get(path, { method: 'OPTIONS' })).headers.get('access-control-allow-methods')).toBe(
        'GET, HEAD, OPTIONS',
      );
    }
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'odd'));
    expect(await (await get('/catalogue.json')).json()).toMatchObject({
      items: [{ status: 'suspended' }],
      next: null,
    });
  });

  it('is paged by a link', async () => {
    for (let i = 0; i < 3; i += 1)
      await vouched({ publisher: `P${i}`, software: `S${i}` }, { client_name: `C${i}` });
    const first = await get('/catalogue.json?limit=2&q=c');
    const { next } = cataloguePage.parse(await first.json());
    expect(first.headers.get('link')).toBe(
      `<https://issuer.example/catalogue.json?limit=2&q=c&after=${next}>; rel="next"`,
    );
    const second = await get(`/catalogue.json?limit=2&q=c&after=${next}`);
    expect(await second.json()).toMatchObject({ items: [{ name: 'C0' }], next: null });
    expect(second.headers.has('link')).toBe(false);
  });

  it.each(['limit=0', 'limit=x', 'status=odd', 'unknown=1', `q=${'x'.repeat(201)}`])(
    'refuses %.20s with what is wrong',
    async (query) => {
      const answer = await get(`/catalogue.json?${query}`);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([422, '*']);
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: expect.stringMatching(/^\/\w+$/) }] });
    },
  );
});

describe('below an issuer with a path', () => {
  it.each(['https://host.example/tenant', 'https://host.example/a/b'])(
    '%s: every link stays below it',
    async (identifier) => {
      const other = await testIssuer({ identifier });
      try {
        const base = new URL(identifier).pathname;
        const tenant = appOf(other);
        const theirs = await testScene(other);
        await approve(other, theirs);
        for (const path of ['', '/catalogue', `/catalogue/${theirs.softwareId}`, '/check']) {
          const answer = await tenant.request(`${base}${path}`);
          expect(answer.status, path).toBe(200);
          const html = await answer.text();
          const links = [...html.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map(([, link = '']) => link);
          expect(links.filter((link) => !link.startsWith(`${base}/`))).toEqual([]);
        }
        const slashed = await tenant.request(`${base}/?notice=saved`);
        expect([slashed.status, slashed.headers.get('location')]).toEqual([308, `${base}?notice=saved`]);
        expect((await tenant.request(`${base}/catalogue.json`)).status).toBe(200);
        expect((await tenant.request('/catalogue')).status).toBe(404);
      } finally {
        other.close();
      }
    },
  );
});
