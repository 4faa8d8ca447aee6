import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, ISSUER_ROLES } from '../../../src/domain/access.ts';
import { PAGES } from '../../../src/http/console/table.ts';
import type { Page } from '../../../src/http/console/page.ts';
import { testIssuer, testPerson, testScene, type TestIssuer } from '../../support/issuer.ts';
import { appOf, visit, type Visitor } from './browser.ts';

const ROLES = [...ISSUER_ROLES, 'developer'] as const;
type Role = (typeof ROLES)[number];

let test: TestIssuer;
let app: Hono;
let nobody: Visitor;
const visitors = new Map<Role, Visitor>();

beforeAll(async () => {
  test = await testIssuer();
  app = appOf(test);
  const scene = await testScene(test);
  nobody = await visit(test, app);
  visitors.set('developer', await visit(test, app, scene.developer.id));
  for (const role of ISSUER_ROLES)
    visitors.set(role, await visit(test, app, (await testPerson(test, [role])).id));
});
afterAll(() => test.close());

const UNKNOWN = '01a1f9a2-2e00-7c11-8d0a-000000000000';

/** The page for things that do not exist: whether somebody may open it is decided before that is seen. */
function ask(visitor: Visitor | undefined, { method, path, body }: Page) {
  const concrete = path.replaceAll(/\{\w+\}/g, UNKNOWN);
  if (visitor === undefined) throw new Error('no such visitor');
  if (method === 'GET') return visitor.get(concrete);
  return body === 'json' ? visitor.postJson(concrete, {}) : visitor.post(concrete);
}

function mayOpen({ who }: Page, role: Role): boolean {
  if (who === 'anyone' || who === 'signed_in') return true;
  const { roles, developer } = ACTIONS[who];
  return role === 'developer' ? developer : roles.some((allowed) => allowed === role);
}

// Signing out comes last, so that it does not decide what others are answered.
const IN_ORDER = PAGES.toSorted(
  (a, b) => Number(a.path.includes('sign-out')) - Number(b.path.includes('sign-out')),
);

describe.each(IN_ORDER.map((page) => ({ page, name: `${page.method} ${page.path} (${page.who})` })))(
  '$name',
  ({ page }) => {
    it('to nobody: open, or the way to sign in', async () => {
      const seen = await ask(nobody, page);
      if (page.who === 'anyone') expect(seen.status).toBeLessThan(500);
      else if (page.body === 'json') expect(seen.status).toBe(401);
      else {
        expect(seen.status).toBe(303);
        expect(seen.location).toMatch(/^\/sign-in(\?|$)/);
      }
    });

    it.each(ROLES)('to a %s: as the access table says', async (role) => {
      const seen = await ask(visitors.get(role), page);
      expect(seen.status).toBeLessThan(500);
      if (mayOpen(page, role)) expect(seen.location).not.toMatch(/^\/sign-in(\?|$)/);
      else expect(seen.status).toBe(403);
    });
  },
);

it.each(PAGES.filter(({ method }) => method === 'POST').map(({ path }) => path))(
  '%s is refused to a form of another site',
  async (path) => {
    const response = await app.request(path.replaceAll(/\{\w+\}/g, UNKNOWN), {
      method: 'POST',
      headers: {
        accept: 'text/html',
        origin: 'https://elsewhere.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: '',
    });
    expect(response.status).toBe(403);
  },
);

it('no two pages share a path and a method', () => {
  const names = PAGES.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(names).toEqual([...new Set(names)]);
});
