import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from './support/axe.ts';
import { openSeededScene } from './support/scene.ts';
import { watch } from './support/watch.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
beforeAll(async () => {
  scene = await openSeededScene();
});
afterAll(() => scene.end());

const main = (page: Page) => page.locator('main').innerText();

describe.each([
  ['with scripts', true],
  ['with scripts off', false],
])('somebody who has never been here, %s', (_, javaScriptEnabled) => {
  it('finds a software, its publisher’s others, and what it may do', async () => {
    const page = await scene.pageOf(undefined, { javaScriptEnabled });
    const watched = watch(page);
    await page.goto('/');
    await page.getByRole('link', { name: 'Look software up' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('northwind mail');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(new URL(page.url()).search).toContain('q=northwind+mail');
    await page.getByRole('link', { name: 'Northwind Mail' }).click();
    expect(await main(page)).toContain('asks people to sign in and to consent');
    await page.getByRole('link', { name: 'Northwind Software' }).click();
    expect(await page.locator('tbody tr').count()).toBe(2);
    await page.getByRole('link', { name: 'Show everybody’s' }).click();
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(2);
    expect(watched.problems).toEqual([]);
  });

  it('checks a statement that stands, one that was revoked, and one that is none', async () => {
    const { statements } = scene.seed.software;
    const page = await scene.pageOf(undefined, { javaScriptEnabled });
    const check = async (text: string) => {
      await page.goto('/check');
      await page.getByRole('textbox', { name: 'Statement' }).fill(text);
      await page.getByRole('button', { name: 'Check' }).click();
      await page.locator('[role=alert]').waitFor();
      return page.locator('[role=alert]').innerText();
    };
    const jwtOf = async (jti: string) => (await scene.site.store.statement(jti))?.statement.jwt ?? '';
    expect(await check(await jwtOf(statements.expiring))).toContain('It is ours');
    expect(await check(await jwtOf(statements.revoked))).toContain('It is ours, and it was revoked.');
    expect(page.url()).toBe(`${scene.site.url}/check`);
    expect(await check('hello')).toContain('This is no statement.');
  });
});

it('the result of a check is readable by everybody, in light and dark, narrow and wide', async () => {
  const page = await scene.pageOf();
  const watched = watch(page);
  for (const jti of [scene.seed.software.statements.live, scene.seed.software.statements.hostile]) {
    await page.goto('/check');
    const known = await scene.site.store.statement(jti);
    await page.getByRole('textbox', { name: 'Statement' }).fill(known?.statement.jwt ?? '');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('[role=alert]').waitFor();
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [360, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await axeFindings(page), `${colorScheme} at ${width}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
  }
  expect(watched.problems).toEqual([]);
});

it('what to trust is copied with one press', async () => {
  const context = await scene.contextOf();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('button', { name: 'Copy' }).nth(1).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${scene.site.url}/jwks`);
});
