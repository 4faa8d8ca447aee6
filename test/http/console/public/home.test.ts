import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueStatement } from '../../../../src/services/issue.ts';
import { approve, expectOk, testIssuer, testScene, type TestIssuer } from '../../../support/issuer.ts';
import { createApp } from '../../../../src/http/app.ts';
import { appOf, visit } from '../browser.ts';

let test: TestIssuer;
let app: Hono;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
});
afterEach(() => test.close());

const home = async () => (await app.request('/')).text();

describe('the home page', () => {
  it('says who vouches and how much of it stands', async () => {
    const scene = await testScene(test);
    await approve(test, scene);
    expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {}));
    const html = await home();
    expect(html).toContain('issuer.example vouches for software');
    for (const label of ['software vouched for', 'publishers answerable for it', 'statements that stand'])
      expect(html).toMatch(new RegExp(`<span class="number">1</span> <span class="label">${label}</span>`));
  });

  it('gives what to copy: issuer, keys, thumbprints, code', async () => {
    const html = await home();
    const { jwks_uri: jwksUri } = await (await app.request('/.well-known/oauth-authorization-server')).json();
    expect(html).toContain(`<code>${test.issuer.identifier}</code>`);
    expect(html).toContain(`<code>${String(jwksUri)}</code>`);
    for (const { kid } of await test.store.signingKeys()) expect(html).toContain(kid);
    expect(html).toContain('issuers: [{ issuer: &quot;https://issuer.example&quot; }]');
    expect(html).toContain('npx imprimatur registrar --trust https://issuer.example');
  });

  it('names the DID, and the trust domain where one is run', async () => {
    expect(await home()).toContain('<code>did:web:issuer.example</code>');
    expect(await home()).not.toContain('spiffe');
    const domain = await testIssuer({ trustDomain: 'prod.example' });
    const { issuer, publications, signIn } = domain;
    const html = await (await createApp({ issuer, publications, signIn }).request('/')).text();
    domain.close();
    expect(html).toContain('<code>prod.example</code>');
    expect(html).toContain('<code>https://issuer.example/spiffe/bundle</code>');
  });

  it('leads on to what is there', async () => {
    const html = await home();
    const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
    const links = [...main.matchAll(/href="(\/[^"]*)"/g)].map(([, path = '']) => path);
    expect(links).toEqual(expect.arrayContaining(['/catalogue', '/check', '/sign-in', '/docs', '/jwks']));
    for (const path of links.filter((link) => link !== '/sign-in'))
      expect((await app.request(path)).status, path).toBe(200);
  });

  it('is kept a minute for strangers, and not at all with a session', async () => {
    const open = await app.request('/');
    expect([open.headers.get('cache-control'), open.headers.get('vary')]).toEqual([
      'public, max-age=60',
      'Cookie',
    ]);
    const scene = await testScene(test);
    const developer = await visit(test, app, scene.developer.id);
    const own = await developer.get('/');
    expect(own.headers.get('cache-control')).toBe('no-store');
    expect(own.html).toContain('href="/console"');
    expect((await app.request('/?notice=signed_out')).headers.get('cache-control')).toBe('no-store');
  });

  it('runs no script of its own and answers HEAD', async () => {
    const html = await home();
    expect(html).not.toMatch(/<script>|style=| on\w+="/);
    const head = await app.request('/', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});
