import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Presses a button that leads to a page, and waits for it. */
export function press(page: Page, name: string): Promise<void> {
  return leave(page, () => page.getByRole('button', { name, exact: true }).click());
}

/** Follows a link to a page. */
export function follow(page: Page, name: string | RegExp): Promise<void> {
  const link = page.getByRole('link', { name, exact: typeof name === 'string' }).first();
  return leave(page, () => link.click());
}

/** Does what leads to another document, and waits until that is there: the mark on this one is gone then. */
async function leave(page: Page, act: () => Promise<void>): Promise<void> {
  await page.evaluate(() => Reflect.set(window, '__old', true));
  await act();
  // Asked from here: where scripts are off, nothing in the page can wait.
  await expect.poll(() => hasArrived(page), { timeout: 15_000, interval: 20 }).toBe(true);
}

function hasArrived(page: Page): Promise<boolean> {
  return page
    .evaluate(() => !Reflect.has(window, '__old') && document.readyState === 'complete')
    .catch(() => false);
}

/** Writes into the field with a label, whose "optional" is left out. */
export function write(page: Page, label: string, text: string): Promise<void> {
  return page.locator('input, textarea').and(page.getByLabel(label)).first().fill(text);
}

/** What the main part of a page says. */
export async function said(page: Page): Promise<string> {
  return (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
}

export function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}

/** The keyboard alone: Tab until what has this name is in focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null) return '';
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
      return (labels?.[0]?.textContent ?? element.textContent).trim();
    });
    if (focused.startsWith(name)) return;
  }
  throw new Error(`Tab never came to ${name}`);
}
