import type { Page } from 'playwright-core';

/** Where the keyboard is on a page. */
export type Stop = {
  /** Its label, or what it says. */
  readonly name: string;
  /** Whether it comes after the stop before it, as the page is read. */
  readonly isInOrder: boolean;
  /** What keeps a person from seeing where they are; empty when nothing does. */
  readonly unseen: string;
};

/** A Tab takes no page as far as this: something holds the keyboard. */
const MOST_STOPS = 200;

/** Presses Tab, or Shift and Tab; nothing when the keyboard has left the page. */
export async function tab(page: Page, keys: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Stop | undefined> {
  await page.keyboard.press(keys);
  return page.evaluate(readStop, keys === 'Tab');
}

/** Presses Tab until what has this name is in focus; every stop on the way must be seen and in order. */
export async function tabOnTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < MOST_STOPS) {
    const stop = await tab(page);
    if (stop === undefined) break;
    const wrong = wrongWith(stop);
    if (wrong !== undefined) throw new Error(wrong);
    if (stop.name.startsWith(name)) return;
    passed.push(stop.name);
  }
  throw new Error(`Tab never came to ${name}, but to: ${passed.join(' · ')}`);
}

/**
 * Presses Tab from the top of a page that was just loaded until the keyboard leaves it, and gives what was wrong: a stop that is not seen or out of
 * order, a field or link that it never came to, or no way out.
 */
export async function walk(
  page: Page,
): Promise<{ readonly stops: readonly string[]; readonly wrong: readonly string[] }> {
  const stops: string[] = [];
  const wrong: string[] = [];
  while (stops.length < MOST_STOPS) {
    const stop = await tab(page);
    if (stop === undefined) return { stops, wrong: [...wrong, ...(await page.evaluate(listUnreached))] };
    stops.push(stop.name);
    const said = wrongWith(stop);
    if (said !== undefined) wrong.push(said);
  }
  return { stops, wrong: [...wrong, `no way out after ${stops.slice(-4).join(' · ')}`] };
}

function wrongWith({ name, isInOrder, unseen }: Stop): string | undefined {
  if (unseen !== '') return `${name}: ${unseen}`;
  return isInOrder ? undefined : `${name}: comes before the stop before it`;
}

/** In the page. Remembers each stop on the window, so that the next knows what it comes after. */
function readStop(isForward: boolean): Stop | undefined {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) {
    // It begins again at the top.
    Reflect.deleteProperty(window, '__stop');
    return undefined;
  }
  const before: unknown = Reflect.get(window, '__stop');
  Reflect.set(window, '__stop', element);
  element.setAttribute('data-reached', '');
  const labels =
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
      ? element.labels
      : null;
  const name = labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
  const order = before instanceof Node && before.isConnected ? before.compareDocumentPosition(element) : 4;
  const wanted = isForward ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  return {
    name: name
      .trim()
      .replaceAll(/\s+/g, ' ')
      .replace(/ (optional|needed, unless .*)$/, ''),
    isInOrder: before === element || (order & wanted) !== 0 || before === undefined,
    unseen: whyUnseen(element),
  };

  function whyUnseen(focused: HTMLElement): string {
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) return 'no outline shows the focus';
    // Links that break over lines have several boxes; the first has to be in sight.
    const box = focused.getClientRects()[0];
    if (box === undefined) return 'has no box';
    // Of a field of many lines a browser brings the line with the caret into sight.
    const top = Math.max(box.top, 0);
    const bottom = Math.min(box.bottom, innerHeight);
    if (bottom - top < Math.min(box.height, 16) - 1) return `lies outside the window, at ${box.top}`;
    const there = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
    if (there === null) return 'lies beside the window';
    return focused.contains(there) || there.contains(focused) ? '' : `is covered by ${there.tagName}`;
  }
}

/** In the page: what can be used and was never in focus. One choice stands for the others of its kind. */
function listUnreached(): readonly string[] {
  const usable = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]';
  return [...document.querySelectorAll<HTMLElement>(usable)]
    .filter(
      (element) => element.checkVisibility({ checkVisibilityCSS: true }) && !element.matches(':disabled'),
    )
    .filter((element) => !element.hasAttribute('data-reached'))
    .filter(
      (element) =>
        !(element instanceof HTMLInputElement && element.type === 'radio') ||
        document.querySelector(`[name="${element.name}"][data-reached]`) === null,
    )
    .map((element) => `${element.tagName} ${element.textContent.trim() || element.id}: never in focus`);
}
