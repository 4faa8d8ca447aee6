import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/services/decide.ts';
import { addMember } from '../../src/services/members.ts';
import { expectOk } from '../support/issuer.ts';
import { follow, pathOf, press, said, tabTo, write } from './support/at-page.ts';
import { axeFindings } from './support/axe.ts';
import { addAuthenticator } from './support/people.ts';
import { openSeededScene } from './support/scene.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
let page: Page;
beforeAll(async () => {
  scene = await openSeededScene();
  page = await scene.pageOf(scene.seed.people.reviewer.id);
});
afterAll(() => scene.end());

const review = (id: string) => page.goto(`/console/review/${id}`);

describe('the queue', () => {
  it('says what needs a person first, and keeps its filters in the address', async () => {
    await page.goto('/console/queue');
    const names = await page.locator('a.queue-link').allInnerTexts();
    expect(names.length).toBeGreaterThanOrEqual(5);
    await page.getByLabel('Adds authority').check();
    await page.getByLabel('Risk').selectOption('high');
    await press(page, 'Show');
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('expands'), searchParams.get('risk')]).toEqual(['on', 'high']);
    await page.reload();
    expect(await page.getByLabel('Adds authority').isChecked()).toBe(true);
  });

  it('is worked through with single keys, which can be turned off', async () => {
    await page.goto('/console/queue');
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL('**/console/review/*');
    const first = pathOf(page);
    await page.keyboard.press('n');
    await page.waitForURL((url) => url.pathname !== first && /\/review\/[\w-]+$/.test(url.pathname));
    await page.keyboard.press('?');
    await page.getByLabel('Single keys work').uncheck();
    const second = pathOf(page);
    await page.keyboard.press('n');
    await page.reload();
    expect(pathOf(page)).toBe(second);
    await page.getByText('Keys', { exact: true }).click();
    await page.getByLabel('Single keys work').check();
  });
});

describe('a review', () => {
  it('puts first what the software will be able to do, and what is new about that', async () => {
    await review(scene.seed.software.submissions.expanding);
    const headings = await page.locator('main h2').allInnerTexts();
    expect(headings.slice(0, 2)).toEqual(['What it will be able to do', 'What changes']);
    expect(await said(page)).toContain('acts in its own name');
    expect(await page.locator('.difference > .expands').count()).toBeGreaterThan(2);
  });

  it('says how many of two have approved, and under which conditions', async () => {
    await review(scene.seed.software.submissions.halfApproved);
    expect(await said(page)).toContain('1 of 2 approvals');
    await page.keyboard.press('a');
    await tabTo(page, 'Reason');
    await page.keyboard.type('Fine by me as well.');
    await press(page, 'Go on');
    expect(await said(page)).toMatch(/With the approval before yours.*https:\/\/login\.bank\.example/);
    await press(page, 'Change it');
    expect(await page.locator('#reason').inputValue()).toBe('Fine by me as well.');
  });

  it('that somebody else has decided meanwhile keeps what one had written', async () => {
    const { submissions } = scene.seed.software;
    const { secondReviewer } = scene.seed.people;
    await review(submissions.large);
    expect(await said(page)).toContain('Rui Reviewer has claimed it');
    await page.getByLabel('Reject', { exact: true }).check();
    await write(page, 'Reason', 'Two hundred addresses are too many.');
    await press(page, 'Go on');
    const command = { verdict: 'request_changes', reason: 'Name fewer, please.' } as const;
    expectOk(await decide(scene.site.issuer, secondReviewer.actor, submissions.large, command));
    await press(page, 'Reject');
    expect(await said(page)).toContain('Your decision was not recorded');
    expect(await said(page)).toContain('Two hundred addresses are too many.');
    expect(await said(page)).toContain('Name fewer, please.');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('of one’s own publisher cannot be decided, and the page says why', async () => {
    const { people, publishers, software } = scene.seed;
    const { issuer, operator } = scene.site;
    expectOk(await addMember(issuer, operator, publishers.hostile, people.secondReviewer.id));
    const own = await scene.pageOf(people.secondReviewer.id);
    await own.goto(`/console/review/${software.submissions.hostile}`);
    expect(await said(own)).toContain('You belong to its publisher');
    expect(await own.getByRole('heading', { name: 'Decide' }).count()).toBe(0);
  });
});

describe('a passkey', () => {
  it('is asked for before a decision when the last was long ago, and nothing typed is lost', async () => {
    // A passkey of this browser's own, added while the session is fresh.
    const session = await scene.pageOf(scene.seed.people.reviewer.id);
    await addAuthenticator(session);
    await session.goto('/console/account');
    await session.getByRole('button', { name: 'Add a passkey' }).click();
    await session.getByText('The passkey is added.').waitFor();
    scene.site.clock.advance(601);
    await session.goto(`/console/review/${scene.seed.software.submissions.expanding}`);
    expect(await said(session)).toContain('Deciding needs your passkey');
    await session.getByLabel('Request changes', { exact: true }).check();
    await write(session, 'Reason', 'Say who reads the files.');
    await press(session, 'Go on');
    expect(pathOf(session)).toBe('/console/step-up');
    await session.getByRole('button', { name: 'Use a passkey' }).click();
    await session.waitForURL('**/console/review/**');
    expect(await session.locator('#reason').inputValue()).toBe('Say who reads the files.');
    await press(session, 'Go on');
    await press(session, 'Request changes');
    await session.getByText('Your decision is recorded.').waitFor();
    await follow(session, 'Review');
    expect(pathOf(session)).toBe('/console/queue');
  });
});
