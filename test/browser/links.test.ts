import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSeededScene } from './support/scene.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
beforeAll(async () => {
  scene = await openSeededScene();
});
afterAll(() => scene.end());

const ENOUGH = 250;
const ROLES = ['operator', 'reviewer', 'auditor', 'developer', 'hostileDeveloper'] as const;

/** Every link that a page shows leads to something its reader may open: nobody is shown a door that is locked. */
describe('no link leads to a refusal', () => {
  it.each(ROLES)('for the %s', async (role) => {
    const context = await scene.contextOf(scene.seed.people[role].id);
    expect(await follow(context, '/console/account', '/console', '/')).toEqual([]);
  });

  it('for a stranger', async () => {
    expect(await follow(await scene.contextOf(), '/')).toEqual([]);
  });
});

describe('who may not change anything', () => {
  it('is shown no way to: an auditor finds no forms but filters, sign-out, and the check of the ledger', async () => {
    const context = await scene.contextOf(scene.seed.people.auditor.id);
    const actions = new Set<string>();
    await follow(context, '/console', (html) => {
      for (const [, action = ''] of html.matchAll(/<form action="([^"]+)" method="post"/g))
        actions.add(action);
    });
    expect([...actions].filter((action) => !action.startsWith('/console/account')).toSorted()).toEqual([
      '/check',
      '/console/ledger/check',
      '/sign-out',
    ]);
  });
});

/** Walks from page to page like a reader who wants to see everything; gives the links that were refused, each with the page it stood on. */
async function follow(
  context: BrowserContext,
  ...args: readonly (string | ((html: string) => void))[]
): Promise<readonly string[]> {
  const starts = args.filter((arg) => typeof arg === 'string');
  const look = args.find((arg) => typeof arg === 'function');
  const foundOn = new Map(starts.map((start) => [start, 'the start']));
  const refused: string[] = [];
  let opened = 0;
  for (const [path, from] of foundOn) {
    if (opened >= ENOUGH) break;
    opened += 1;
    const answer = await context.request.get(path);
    if (answer.status() !== 200) refused.push(`${answer.status()} ${path} (on ${from})`);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    const html = await answer.text();
    look?.(html);
    for (const [, href = ''] of html.matchAll(/<a href="(\/[^"#]*)/g)) {
      const link = href.replaceAll('&amp;', '&');
      // The same page with other filters is the same page, and what goes to the identity provider leaves the site.
      const isOfInterest = !link.includes('?') && !/open-id-connect|identity\/link/.test(link);
      if (isOfInterest && !foundOn.has(link)) foundOn.set(link, path);
    }
  }
  return refused;
}
