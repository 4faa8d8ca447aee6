import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSeededScene } from './support/scene.ts';

/** What a reader would notice of a page that no other test sees: what is off the screen, too narrow to be read, or apart. */

let scene: Awaited<ReturnType<typeof openSeededScene>>;
beforeAll(async () => {
  scene = await openSeededScene();
});
afterAll(() => scene.end());

async function at(path: string, personId: string, width: number): Promise<Page> {
  const page = await scene.pageOf(personId, { viewport: { width, height: 800 } });
  await page.goto(path);
  return page;
}

async function boxesOf(page: Page, selector: string) {
  const boxes = await Promise.all((await page.locator(selector).all()).map((part) => part.boundingBox()));
  return boxes.filter((box) => box !== null);
}

it.each([360, 768, 1600])(
  'the time line of the keys shows the present at %i px, and needs no scrolling',
  async (width) => {
    const page = await at('/console/keys', scene.seed.people.operator.id, width);
    expect(await page.locator('.key-plot:visible').count()).toBe(1);
    const [now] = await boxesOf(page, '.key-plot:visible .now-label');
    const [plot] = await boxesOf(page, '.key-plot:visible');
    expect(now?.x).toBeGreaterThan(0);
    expect((now?.x ?? width) + (now?.width ?? 0)).toBeLessThan(width);
    expect((plot?.x ?? 0) + (plot?.width ?? width)).toBeLessThan(width);
    const scrolling = await page
      .locator('.key-picture')
      .evaluate((figure) =>
        [figure, ...figure.querySelectorAll('*')].some(
          (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === 'auto',
        ),
      );
    expect(scrolling).toBe(false);
    // Nothing of what is written is too small to be read.
    for (const text of await boxesOf(page, '.key-plot:visible .state-label'))
      expect(text.height).toBeGreaterThan(10);
    await page.context().close();
  },
);

it('the cards of the overview stand close together and end at one height', async () => {
  const page = await at('/console/overview', scene.seed.people.operator.id, 1600);
  const cards = await boxesOf(page, '.columns.even .section');
  const columns = [...Map.groupBy(cards, ({ x }) => Math.round(x)).values()];
  expect(columns).toHaveLength(2);
  const gaps = columns.flatMap((column) =>
    column.slice(1).map((card, i) => Math.round(card.y - ((column[i]?.y ?? 0) + (column[i]?.height ?? 0)))),
  );
  expect(gaps.length).toBeGreaterThan(1);
  expect(new Set(gaps)).toEqual(new Set([16]));
  const ends = columns.map((column) => Math.round((column.at(-1)?.y ?? 0) + (column.at(-1)?.height ?? 0)));
  expect(new Set(ends).size).toBe(1);
  await page.context().close();
});

it('what a claim means has as much room as its value', async () => {
  const { people, software } = scene.seed;
  const page = await at(`/console/statements/${software.statements.live}`, people.developer.id, 1600);
  const [value] = await boxesOf(page, 'td[data-column="Value"]');
  const [meaning] = await boxesOf(page, 'td[data-column="What it means"]');
  expect(meaning?.width).toBeGreaterThanOrEqual((value?.width ?? 0) - 1);
  await page.context().close();
});
