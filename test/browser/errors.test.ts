import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { press, said, write } from './support/at-page.ts';
import { axeFindings } from './support/axe.ts';
import { openSeededScene } from './support/scene.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
beforeAll(async () => {
  scene = await openSeededScene();
});
afterAll(() => scene.end());

/** An error is a page like every other: one heading, right in light and dark. */
async function expectErrorPage(page: Page, status: number, title: string): Promise<void> {
  expect(await page.locator('h1').allTextContents()).toEqual([title]);
  expect(await page.locator('.status').textContent()).toContain(String(status));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeFindings(page), colorScheme).toEqual([]);
  }
}

describe('what goes wrong is a page', () => {
  it('where there is nothing', async () => {
    const page = await scene.pageOf(undefined, { viewport: { width: 360, height: 740 } });
    expect((await page.goto('/console/no-such-page'))?.status()).toBe(404);
    await expectErrorPage(page, 404, 'There is nothing at this path');
    await page.getByRole('link', { name: 'Home' }).click();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('for things that do not exist', async () => {
    const page = await scene.pageOf(scene.seed.people.developer.id);
    const response = await page.goto('/console/software/01a1f9a2-2e00-7c11-8d0a-000000000000');
    expect([403, 404]).toContain(response?.status());
  });

  it('for who may not, and it says who may', async () => {
    const page = await scene.pageOf(scene.seed.people.developer.id);
    expect((await page.goto('/console/keys'))?.status()).toBe(403);
    await expectErrorPage(page, 403, 'Another role is needed');
    expect(await page.locator('main').textContent()).toContain('Olga Operator');
  });

  it('for links that are over, and it says whom to ask', async () => {
    const page = await scene.pageOf();
    const { revoked, expired } = scene.seed.work.links;
    expect((await page.goto(expired))?.status()).toBe(410);
    expect(await page.locator('main').innerText()).toMatch(/has expired\.[^]*Olga Operator/);
    expect(await axeFindings(page)).toEqual([]);
    expect((await page.goto(revoked))?.status()).toBe(410);
    expect(await page.locator('main').innerText()).toMatch(/taken back|revoked/);
    expect((await page.goto(`${expired}x`))?.status()).toBe(404);
  });

  it('for what was changed meanwhile, and it shows what', async () => {
    const { people, publishers } = scene.seed;
    const [first, second] = await Promise.all([
      scene.pageOf(people.operator.id),
      scene.pageOf(people.operator.id),
    ]);
    await Promise.all(
      [first, second].map((page) => page.goto(`/console/publishers/${publishers.main}/edit`)),
    );
    await write(first, 'Name', 'Northwind International');
    await press(first, 'Save');
    await write(second, 'Name', 'Northwind Incorporated');
    await press(second, 'Save');
    expect(await said(second)).toContain('Somebody else changed this publisher meanwhile.');
    expect(await said(second)).toContain('Northwind International');
    expect(await axeFindings(second)).toEqual([]);
    await press(second, 'Save');
    expect(await second.locator('h1').innerText()).toBe('Northwind Incorporated');
  });

  it('for who is not signed in: they are asked to, and come back', async () => {
    const page = await scene.pageOf();
    await page.goto('/console/keys?x=1');
    const { pathname, searchParams } = new URL(page.url());
    expect(pathname).toBe('/sign-in');
    expect(searchParams.get('return')).toBe('/console/keys?x=1');
  });
});

describe('while the network is away', () => {
  it('a page that is open says so, and says so no more when it is back', async () => {
    const page = await scene.pageOf(undefined, { serviceWorkers: 'block' });
    await page.goto('/offline');
    const notice = page.locator('[data-offline]');
    expect(await notice.isVisible()).toBe(false);
    await page.context().setOffline(true);
    await notice.waitFor({ state: 'visible' });
    expect(await axeFindings(page)).toEqual([]);
    await page.context().setOffline(false);
    await notice.waitFor({ state: 'hidden' });
  });

  it('a page that is asked for is answered by one that explains it', async () => {
    const page = await scene.pageOf();
    await page.goto('/');
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      if (active?.state !== 'activated')
        await new Promise((resolve) => active?.addEventListener('statechange', resolve, { once: true }));
    });
    await page.context().setOffline(true);
    await page.goto('/catalogue');
    expect(await page.locator('h1').textContent()).toBe('You are offline');
    expect(
      await page.locator('.error-page').evaluate((element) => getComputedStyle(element).maxWidth),
    ).not.toBe('none');
    await page.context().setOffline(false);
  });
});
