import { decodeJwt } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublisher } from '../../src/services/publishers.ts';
import { invite } from '../../src/services/sign-in/invite.ts';
import type { IssuerRole } from '../../src/domain/access.ts';
import { expectOk, testPerson, type TestPerson } from '../support/issuer.ts';
import { CALLBACK, CLIENT, serveClient } from '../support/redirect-flow.ts';
import { pathOf, press, said, write } from './support/at-page.ts';
import { axeFindings } from './support/axe.ts';
import { openBrowser } from './support/chromium.ts';
import { addAuthenticator, signInAs } from './support/people.ts';
import { startRedirectClient, type RedirectClient } from './support/redirect-client.ts';
import { runningClock, startSite, type Site } from './support/site.ts';
import { watch } from './support/watch.ts';

/** A client without a statement sends its developer to the issuer, and has one once a reviewer has approved. */
let site: Site;
let client: RedirectClient;
let browser: Browser;
let page: Page;
let link = '';
let developer: TestPerson;

const PATIENCE = 15_000;

beforeAll(async () => {
  client = await startRedirectClient('https://shop.example');
  [site, browser] = await Promise.all([
    startSite({ clock: runningClock() }),
    openBrowser({ 'app.example:443': client.port, 'shop.example:443': client.port }),
  ]);
  await client.connect(site.url, site.clock);
  const { issuer, operator } = site;
  const draft = { name: 'Example Ltd', verifiedDomains: ['app.example'], allowedScopes: null };
  const publisherId = expectOk(await createPublisher(issuer, operator, draft)).id;
  developer = await testPerson(site, [], publisherId);
  link = await linkFor([], publisherId);
  page = await newPage();
  await addAuthenticator(page);
});
afterAll(async () => {
  await browser.close();
  client.stop();
  await site.stop();
});

async function linkFor(roles: readonly IssuerRole[], publisherId: string | null): Promise<string> {
  const { issuer, operator } = site;
  return expectOk(await invite(issuer, operator, { name: 'Gwen Guest', email: null, roles, publisherId }))
    .link;
}

async function newPage(personId?: string, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({
    baseURL: site.url,
    ignoreHTTPSErrors: true,
    javaScriptEnabled,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE);
  if (personId !== undefined) await signInAs(site, context, personId);
  return context.newPage();
}

/** What the client says after it was answered. */
const clientSays = (at: Page) => at.locator('h1').innerText();

describe('a developer whose client asks', () => {
  it('signs in with a passkey on the way, and comes to the page that asks', async () => {
    serveClient(site.internet);
    await page.goto(link);
    await press(page, 'Create a passkey');
    await page.waitForURL('**/console/**');
    await page.context().clearCookies();
    await page.goto('https://app.example/start');
    expect(pathOf(page)).toBe('/sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/console/authorize/*');
  });

  it('reads what is asked, on a wide screen and a phone, in light and dark', async () => {
    expect(await said(page)).toContain('Nobody gets access to anybody’s data by it');
    for (const text of [CLIENT, CALLBACK, 'https://as.example', '90 days', 'Example Application (new)'])
      expect(await said(page)).toContain(text);
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('sends it for review, and the client waits, wherever it sends the browser next', async () => {
    const watched = watch(page);
    await page.getByRole('button', { name: 'Send it for review', exact: true }).click();
    await page.waitForURL('https://shop.example/done?*');
    expect(await clientSays(page)).toBe('authorization_pending');
    expect(client.received().method).toBe('GET');
    expect(watched.problems.filter((problem) => problem.includes('Security Policy'))).toEqual([]);
  });

  it('has the statement once a reviewer has approved in the console', async () => {
    await page.goto('https://app.example/poll');
    expect(await clientSays(page)).toBe('authorization_pending');
    const reviewer = await newPage();
    await addAuthenticator(reviewer);
    await reviewer.goto(await linkFor(['reviewer'], null));
    await press(reviewer, 'Create a passkey');
    await reviewer.waitForURL('**/console/**');
    await reviewer.goto('/console/queue');
    await reviewer.locator('tbody').getByRole('link', { name: 'Example Application' }).first().click();
    await reviewer.getByLabel('Approve', { exact: true }).check();
    await write(reviewer, 'Reason', 'The document is as announced.');
    await press(reviewer, 'Go on');
    await press(reviewer, 'Approve');
    await reviewer.getByText('Your decision is recorded.').waitFor();

    site.clock.advance(31);
    await page.goto('https://app.example/poll');
    expect(await clientSays(page)).toBe('granted');
    const statement = decodeJwt(String(client.answers.at(-1)?.['access_token']));
    expect(statement).toMatchObject({ iss: site.url, sub: CLIENT, aud: ['https://as.example'] });
    expect(statement['cimd_digest']).toBe(serveClient(site.internet));
  });

  it('answers for what is approved, in mode form_post, and the client has a statement at once', async () => {
    await page.goto('https://app.example/start?mode=form_post');
    expect(await said(page)).toContain('speaks for this software already');
    await page.getByRole('button', { name: 'Yes, answer the client', exact: true }).click();
    await page.waitForURL(CALLBACK);
    expect(await clientSays(page)).toBe('granted');
    expect(client.received().method).toBe('POST');
  });

  it('says no, which the client learns when it redeems', async () => {
    await page.goto('https://app.example/start');
    await page.getByRole('button', { name: 'No, do not', exact: true }).click();
    await page.waitForURL('https://shop.example/done?*');
    expect(await clientSays(page)).toBe('access_denied');
    expect(client.received().parameters.has('error')).toBe(false);
  });
});

describe('without scripts', () => {
  it('the page that asks leads back, and so does the form of form_post', async () => {
    const plain = await newPage(developer.id, false);
    await plain.goto('https://app.example/start');
    await press(plain, 'Yes, answer the client');
    await plain.waitForURL('https://shop.example/done?*');
    expect(await clientSays(plain)).toBe('granted');
    await plain.goto('https://app.example/start?mode=form_post');
    await press(plain, 'Yes, answer the client');
    await plain.getByRole('button', { name: 'Go on' }).click();
    await plain.waitForURL(CALLBACK);
    expect(await clientSays(plain)).toBe('granted');
  });

  it('the form of form_post is a page like any other', async () => {
    const still = await newPage(developer.id);
    await still.route('**/assets/form-post-*.js', (route) => route.abort());
    await still.goto('https://app.example/start?mode=form_post');
    await press(still, 'No, do not');
    expect(await said(still)).toContain('The answer goes to app.example');
    expect(await axeFindings(still)).toEqual([]);
    await still.setViewportSize({ width: 360, height: 740 });
    expect(await still.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  it('another software is looked at before it is chosen', async () => {
    const other = 'https://app.example/other.json';
    const document = site.internet.sites.get(CLIENT);
    if (document === undefined || typeof document === 'string') throw new Error('no document');
    site.internet.sites.set(other, {
      ...document,
      body: String(document.body).replace(CLIENT, other).replace('Example Application', 'Another'),
    });
    const plain = await newPage(developer.id, false);
    await plain.goto(`https://app.example/start?client=${encodeURIComponent(other)}`);
    await plain.getByLabel('Software and publisher').selectOption({ index: 1 });
    await press(plain, 'Look at it for this one');
    expect(new URL(plain.url()).searchParams.has('for')).toBe(true);
    expect(await said(plain)).toContain('Against version');
  });
});
