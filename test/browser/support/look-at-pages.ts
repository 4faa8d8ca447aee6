import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page as Row } from '../../../src/http/console/page.ts';
import { PAGES } from '../../../src/http/console/table.ts';
import { axeFindings, LOOKS } from './axe.ts';
import { castsOf, fillPath, whoOpens } from './fill-path.ts';
import { openSeededScene } from './scene.ts';
import { watch, type Watched } from './watch.ts';

/** Octets of markup, styles and scripts together that a page may have. */
const HEAVIEST = 100_000;
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1600, height: 1000 };

/** Pages that lead on, and one that nobody comes to but from an identity provider. */
const OTHER_STATUS: Readonly<Record<string, number>> = {
  '/console': 303,
  '/console/review/next': 303,
  // What the seed submits was written down.
  '/console/submissions/{submission_id}/document': 404,
  // Sent by nobody, it leads nowhere.
  '/authorize': 400,
  '/sign-in/open-id-connect': 303,
  '/invitations/{token}/open-id-connect': 303,
  '/console/step-up/open-id-connect': 303,
  '/console/account/identity/link': 303,
  // Whom the rows before have sent to the provider.
  '/sign-in/open-id-connect/callback': 502,
};

type Window = { readonly page: Page; readonly watched: Watched };

/**
 * Looks at the pages of the table that a file is about, each with ordinary, hostile and very large content where its path has a parameter for that:
 * light and dark, wide and narrow, with axe, and what it weighs.
 */
export function lookAtPages(isOurs: (path: string) => boolean): void {
  let scene: Awaited<ReturnType<typeof openSeededScene>>;
  beforeAll(async () => {
    scene = await openSeededScene();
  });
  afterAll(() => scene.end());

  const windows = new Map<string, Promise<Window>>();
  /** One window a person: signing in and opening one take longer than looking. */
  function windowOf(personId: string | undefined): Promise<Window> {
    const key = personId ?? '';
    const known = windows.get(key) ?? openWindow(personId);
    windows.set(key, known);
    return known;
  }
  async function openWindow(personId: string | undefined): Promise<Window> {
    // A colour that is on its way to another has no contrast to speak of.
    const page = await scene.pageOf(personId, { reducedMotion: 'reduce' });
    return { page, watched: watch(page) };
  }

  const rows = PAGES.filter(
    ({ method, path }) => method === 'GET' && path !== '/assets/{name}' && isOurs(path),
  );
  describe.each(rows.map((row) => [row.path, row] as const))('%s', (_, row: Row) => {
    it.each(castsOf(row))('%s', async (cast) => {
      const path = fillPath(row, scene.seed, cast);
      const { page, watched } = await windowOf(whoOpens(row, scene.seed, cast));
      const answer = await page.request.get(path, { maxRedirects: 0 });
      expect(answer.status(), `GET ${path}`).toBe(OTHER_STATUS[row.path] ?? 200);
      if (answer.status() !== 200 || !(answer.headers()['content-type'] ?? '').startsWith('text/html'))
        return;
      watched.reset();
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
      if (cast === 'ordinary') expect(await axeFindings(page, LOOKS), 'dark').toEqual([]);
      expect(await page.evaluate(() => Reflect.get(window, '__hacked') ?? 'not hacked')).toBe('not hacked');
      expect(await page.locator('[onload], [onerror], [onmouseover], [style]').count()).toBe(0);
      expect(watched.problems).toEqual([]);
      expect(await watched.weight(), 'octets of markup, styles and scripts').toBeLessThan(HEAVIEST);
    });
  });
}

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
