import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublisher } from '../../src/services/publishers.ts';
import { invite } from '../../src/services/sign-in/invite.ts';
import { createSoftware } from '../../src/services/software.ts';
import { submit } from '../../src/services/submit.ts';
import { expectOk, METADATA, testPerson } from '../support/issuer.ts';
import { pathOf, said } from './support/at-page.ts';
import { tab, tabOnTo, walk } from './support/keyboard.ts';
import { addAuthenticator } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';
import { runningClock } from './support/site.ts';

/** A reviewer without a mouse, from the invitation to the second submission. */
const REASON = 'Read and tried; a can of “j”, “k”, “n”, “c”, “r”?';
const AUDIENCE = 'https://as.example';
let scene: Scene;
let page: Page;
let submissions: readonly [string, string];
let link = '';
/** How often anything was pointed at; a key that presses a button points at nothing. */
let pointed = 0;

beforeAll(async () => {
  scene = await openScene({ clock: runningClock() });
  const { issuer, operator } = scene.site;
  submissions = await twoSubmissions();
  const guest = { name: 'Kay Keyboard', email: null, roles: ['reviewer'], publisherId: null } as const;
  ({ link } = expectOk(await invite(issuer, operator, guest)));
  const context = await scene.contextOf();
  await context.exposeFunction('__pointed', () => void (pointed += 1));
  await context.addInitScript(() => {
    const tell: unknown = Reflect.get(window, '__pointed');
    for (const kind of ['pointerdown', 'pointermove', 'mousedown', 'mousemove', 'touchstart'])
      addEventListener(kind, () => void (typeof tell === 'function' && tell()), true);
  });
  page = await context.newPage();
  await addAuthenticator(page);
});
afterAll(() => scene.end());

async function twoSubmissions(): Promise<readonly [string, string]> {
  const { issuer, operator } = scene.site;
  const draft = { name: 'Example Ltd', verifiedDomains: ['app.example'], allowedScopes: null };
  const publisherId = expectOk(await createPublisher(issuer, operator, draft)).id;
  const developer = await testPerson(scene.site, [], publisherId);
  const send = async (name: string) => {
    const software = expectOk(await createSoftware(issuer, developer.actor, { publisherId, name }));
    const sent = { softwareVersion: '1.0.0', metadata: { ...METADATA, client_name: name } };
    return expectOk(await submit(issuer, developer.actor, software.id, sent)).id;
  };
  return [await send('Alpha'), await send('Beta')];
}

/** Presses Enter on what is in focus, and waits for the page that it leads to. */
async function enter(path: string | RegExp): Promise<void> {
  const arrived = page.waitForEvent('load');
  await page.keyboard.press('Enter');
  await arrived;
  await expect.poll(() => pathOf(page)).toMatch(path);
}

const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
const nameOf = async (keys: 'Tab' | 'Shift+Tab' = 'Tab') => (await tab(page, keys))?.name;

describe('a passkey', () => {
  it('is made and signs in', async () => {
    await page.goto(link);
    await tabOnTo(page, 'Create a passkey');
    await enter(/^\/console\/queue$/);
    await tabOnTo(page, 'Sign out');
    await enter(/^\/$/);
    await tabOnTo(page, 'Sign in');
    await enter(/^\/sign-in$/);
    const { stops, wrong } = await walk(page);
    expect(wrong).toEqual([]);
    expect(stops).toContain('Sign in with a passkey');
    await tabOnTo(page, 'Sign in with a passkey');
    await enter(/^\/console\/queue$/);
    expect(await page.locator('.who').innerText()).toContain('Kay Keyboard');
  });
});

describe('the queue', () => {
  it('shows where one is, in the order of reading, and lets one out', async () => {
    await page.reload();
    const { stops, wrong } = await walk(page);
    expect(wrong).toEqual([]);
    expect(stops[0]).toBe('Skip to the content');
    const inOrder = ['Review', 'Next one for me', 'Software or publisher', 'Show', 'Alpha', 'Beta', 'Keys'];
    expect(stops.filter((name) => inOrder.includes(name))).toEqual(inOrder);
  });

  it('skips to its content', async () => {
    await page.reload();
    expect(await nameOf()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await nameOf()).toBe('Next one for me');
  });

  it('opens an item, which is claimed', async () => {
    await page.reload();
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Alpha');
    await enter(new RegExp(`/${submissions[0]}$`));
    await tabOnTo(page, 'Claim it');
    await enter(new RegExp(`/${submissions[0]}$`));
    expect(await said(page)).toContain('You have claimed it');
  });
});

describe('a review', () => {
  it('is read: every part can be reached, seen and left', async () => {
    await page.reload();
    const { stops, wrong } = await walk(page);
    expect(wrong).toEqual([]);
    const decision = [
      'Approve',
      'Begin the reason with',
      'Reason',
      'Statements last at most, days',
      'Only for these authorization servers',
      'Go on',
    ];
    expect(stops.filter((name) => decision.includes(name))).toEqual(decision);
    await page.reload();
    await tabOnTo(page, 'As it was submitted');
    await page.keyboard.press('Enter');
    expect(await page.getByText('"client_name": "Alpha"').isVisible()).toBe(true);
    await page.keyboard.press('Home');
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
    // On a busy machine a key may come while the page still moves, and is then lost.
    await expect
      .poll(async () => {
        await page.keyboard.press('PageDown');
        return page.evaluate(() => scrollY);
      })
      .toBeGreaterThan(300);
  });

  it('is approved with a reason and conditions, after a passkey', async () => {
    scene.site.clock.advance(601);
    await page.reload();
    expect(await said(page)).toContain('Deciding needs your passkey');
    await page.keyboard.press('a');
    expect(await focused()).toBe('verdict-approve');
    expect(await nameOf()).toMatch(/^Begin the reason with/);
    expect(await nameOf()).toMatch(/^Reason/);
    await page.keyboard.type(REASON);
    expect(await nameOf()).toMatch(/^Statements last at most/);
    await page.keyboard.type('30');
    expect(await nameOf()).toMatch(/^Only for these/);
    await page.keyboard.type(AUDIENCE);
    // A field of many lines holds no Tab.
    expect(await nameOf('Shift+Tab')).toMatch(/^Statements last at most/);
    expect(await nameOf()).toMatch(/^Only for these/);
    expect(await nameOf()).toBe('Go on');
    await enter(/^\/console\/step-up$/);
    await tabOnTo(page, 'Use a passkey');
    await enter(new RegExp(`/${submissions[0]}$`));
    expect(await page.locator('#reason').inputValue()).toBe(REASON);
    expect(await page.locator('#verdict-approve').isChecked()).toBe(true);
    await page.keyboard.press('a');
    await tabOnTo(page, 'Go on');
    await enter(/\/decide$/);
    expect(await said(page)).toContain(`30 days`);
    await tabOnTo(page, 'Approve');
    await enter(new RegExp(`/${submissions[0]}$`));
    expect(await said(page)).toContain('Your decision is recorded.');
  });

  it('and the next one comes by one key', async () => {
    await page.keyboard.press('n');
    await page.waitForURL(`**/${submissions[1]}`);
    expect(await page.locator('h1').innerText()).toBe('Beta 1.0.0');
  });

  it('what was recorded is what was typed, and nothing was pointed at', async () => {
    const { store } = scene.site.issuer;
    expect(await store.submission(submissions[0])).toMatchObject({ state: 'approved' });
    expect(await store.decisions(submissions[0])).toMatchObject([
      {
        verdict: 'approve',
        reason: REASON,
        conditions: { maxLifetimeSeconds: 30 * 86_400, audience: [AUDIENCE] },
      },
    ]);
    expect(pointed).toBe(0);
  });
});
