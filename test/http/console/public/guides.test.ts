import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guidesModule } from '../../../../docs/make-guides.ts';
import { GUIDE_FILES } from '../../../../src/http/console/assets/guide-names.ts';
import { testIssuer, type TestIssuer } from '../../../support/issuer.ts';
import { appOf } from '../browser.ts';

let test: TestIssuer;
let app: Hono;

beforeAll(async () => {
  test = await testIssuer();
  app = appOf(test);
});
afterAll(() => test.close());

it('assets/guides.ts is what docs/make-guides.ts makes', () => {
  const path = join(import.meta.dirname, '../../../../src/http/console/assets/guides.ts');
  expect(readFileSync(path, 'utf8')).toBe(guidesModule());
});

const HOST = 'https://issuer.example';
const PATHS = ['/', ...Object.keys(GUIDE_FILES).map((name) => `/guides/${name}`)];

/** Where the links of a page lead to, at this issuer. */
async function linksOf(path: string): Promise<readonly URL[]> {
  const html = await (await app.request(path)).text();
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)]
    .map(([, href = '']) => new URL(href, `${HOST}${path}`))
    .filter(({ origin }) => origin === HOST);
}

describe('what the home page and the guides lead to', () => {
  it.each(PATHS)('%s: every link has a page, and what it points at in it', async (path) => {
    const links = await linksOf(path);
    expect(links.length).toBeGreaterThan(5);
    for (const { pathname, search, hash } of links) {
      const answer = await app.request(`${pathname}${search}`);
      expect(answer.status, `${path} → ${pathname}`).toBe(200);
      if (hash !== '')
        expect(await answer.text(), `${path} → ${pathname}${hash}`).toContain(`id="${hash.slice(1)}"`);
    }
  });

  it('a visitor of the home page reaches every guide', async () => {
    const reached = new Set<string>();
    const follow = async (path: string): Promise<void> => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { pathname } of await linksOf(path)) if (PATHS.includes(pathname)) await follow(pathname);
    };
    await follow('/');
    expect([...reached].toSorted()).toEqual(PATHS.toSorted());
  });

  it('a guide says which issuer to put where it says an example', async () => {
    const other = await testIssuer({ identifier: 'https://vouch.example' });
    const html = await (await appOf(other).request('/guides/recipes')).text();
    other.close();
    expect(html).toContain('put this issuer: <code>https://vouch.example</code>');
  });
});
