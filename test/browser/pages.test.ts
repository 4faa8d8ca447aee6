import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGES } from '../../src/http/console/table.ts';
import { axeFindings } from './support/axe.ts';
import { castsOf, fillPath, whoOpens } from './support/fill-path.ts';
import { openSeededScene } from './support/scene.ts';
import { watch } from './support/watch.ts';

/** Octets of markup, styles and scripts together that a page may have. */
const HEAVIEST = 100_000;
/** Pages that only lead on. */
const MERE_REDIRECTS = ['/console', '/console/review/next'];
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1600, height: 1000 };

let scene: Awaited<ReturnType<typeof openSeededScene>>;
beforeAll(async () => {
  scene = await openSeededScene();
});
afterAll(() => scene.end());

const contexts = new Map<string, Promise<BrowserContext>>();
/** One browser a person: signing in takes longer than looking. */
function contextOf(personId: string | undefined): Promise<BrowserContext> {
  const key = personId ?? '';
  const known = contexts.get(key) ?? scene.contextOf(personId);
  contexts.set(key, known);
  return known;
}

const GETS = PAGES.filter(({ method, path }) => method === 'GET' && !path.startsWith('/assets/'));

describe.each(GETS.map((row) => [row.path, row] as const))('%s', (_, row) => {
  it.each(castsOf(row))('%s', async (cast) => {
    const path = fillPath(row, scene.seed, cast);
    const context = await contextOf(whoOpens(row, scene.seed, cast));
    const answer = await context.request.get(path, { maxRedirects: 0 });
    if (MERE_REDIRECTS.includes(row.path)) return expect(answer.status()).toBe(303);
    expect(answer.status(), `GET ${path}`).toBe(200);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) return;
    const page = await context.newPage();
    const watched = watch(page);
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path);
    expect(await page.title()).toMatch(/^\S.* · localhost:\d+$/);
    expect(await page.locator('h1').count(), 'h1 elements').toBe(1);
    expect(await sticksOut(page), 'wider than 1600 px').toEqual([]);
    if (cast === 'ordinary') expect(await axeFindings(page), 'light').toEqual([]);
    await page.setViewportSize(NARROW);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await sticksOut(page), 'wider than 360 px').toEqual([]);
    if (cast !== 'large') expect(await axeFindings(page), 'dark').toEqual([]);
    expect(await page.evaluate(() => Reflect.get(window, '__hacked') ?? 'not hacked')).toBe('not hacked');
    expect(await page.locator('[onload], [onerror], [onmouseover], [style]').count()).toBe(0);
    expect(watched.problems).toEqual([]);
    expect(await watched.weight(), 'octets of markup, styles and scripts').toBeLessThan(HEAVIEST);
    await page.close();
  });
});

/** What reaches beyond the right edge of a page that is wider than its window. */
function sticksOut(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= innerWidth) return [];
    const beyond = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map(
        (element) => `${element.tagName}.${element.className}: ${(element.textContent ?? '').slice(0, 40)}`,
      );
    return [`${scrollWidth} px`, ...beyond.slice(-8)];
  });
}
