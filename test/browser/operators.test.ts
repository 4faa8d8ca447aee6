import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grow } from '../support/ledger.ts';
import { follow, pathOf, press, said, write } from './support/at-page.ts';
import { axeFindings } from './support/axe.ts';
import { openSeededScene } from './support/scene.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
let page: Page;
beforeAll(async () => {
  scene = await openSeededScene({ ledgerDelay: 400 });
  // Longer than one step of a check.
  await grow(scene.site, 1_500);
  page = await scene.pageOf(scene.seed.people.operator.id);
});
afterAll(() => scene.end());

const short = (kid: string) => `${kid.slice(0, 8)}…${kid.slice(-4)}`;
const published = async () => {
  const { keys } = await (await page.context().request.get('/jwks')).json();
  return keys.map(({ kid }: { readonly kid: string }) => kid);
};

describe('what others feel', () => {
  it('a suspended publisher is suspended in the catalogue as well', async () => {
    const { arabic } = scene.seed.publishers;
    await page.goto(`/console/publishers/${arabic}/suspend`);
    expect(await said(page)).toContain('1 live statement stops verifying.');
    await write(page, 'Reason', 'A report.');
    await press(page, 'Suspend the publisher');
    await page.getByText('Suspended. Status lists say so').waitFor();
    await page.goto('/catalogue?search=Trusted');
    expect(await page.locator('tbody').innerText()).toContain('suspended');
  });

  it('two who change the policy at once: the later one sees what the earlier one did', async () => {
    const other = await scene.pageOf(scene.seed.people.operator.id);
    await page.goto('/console/policy/edit');
    await other.goto('/console/policy/edit');
    await other.getByLabel('Two reviewers').check();
    await press(other, 'See what changes');
    await press(other, 'Put it in force');
    await other.getByText('The new policy is in force.').waitFor();

    await write(page, 'Usual lifetime', '60 days');
    await press(page, 'See what changes');
    expect(await page.locator('h1').innerText()).toBe('The policy was changed meanwhile');
    expect(await said(page)).toContain('Olga Operator changed the policy');
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'See what mine would change now');
    expect(await said(page)).toContain('60 days');
    await press(page, 'Put it in force');
    await page.getByText('The new policy is in force.').waitFor();
  });
});

describe('keys', () => {
  it('a new one is published at once and signs only after its time, or for a reason', async () => {
    await page.goto('/console/keys');
    await follow(page, 'Generate a key');
    await page.getByLabel('ES256', { exact: true }).check();
    await press(page, 'Generate the key');
    await page.getByText('A key was generated and is published.').waitFor();
    await follow(page, 'Activate…');
    // Without a reason nothing is sent.
    await page.getByRole('button', { name: 'Activate before its time' }).click();
    expect(pathOf(page)).toMatch(/\/activate$/);
    expect(await page.getByRole('button', { name: 'Activate before its time' }).count()).toBe(1);
    await follow(page, 'Cancel');
  });

  it('the one that has waited takes over', async () => {
    const { active, pending } = scene.seed.keys;
    await page.goto('/console/keys');
    await follow(page, short(pending));
    await follow(page, 'Activate…');
    await press(page, 'Activate the key');
    await page.getByText('The key signs from now on.').waitFor();
    await page.goto(`/console/keys/${active}`);
    expect(await page.locator('.page-header').innerText()).toContain('retiring');
    expect(await published()).toEqual(expect.arrayContaining([active, pending]));
  });

  it('one that leaked is revoked, after a page that counts what stops', async () => {
    const { retiring } = scene.seed.keys;
    const live = await scene.site.store.countLiveStatements({ kid: retiring }, scene.site.clock.now());
    await page.goto(`/console/keys/${retiring}`);
    await follow(page, 'Revoke…');
    expect(await said(page)).toContain(`${live} live statements`);
    await write(page, 'Reason', 'Found on a laptop.');
    await press(page, 'Revoke the key');
    await page.getByText('The key was revoked, and every statement that it signed with it.').waitFor();
    expect(await published()).not.toContain(retiring);
    expect(await scene.site.store.countLiveStatements({ kid: retiring }, scene.site.clock.now())).toBe(0);
  });
});

describe('the ledger', () => {
  it('is checked whole, and the progress can be watched', async () => {
    await page.goto('/console/ledger');
    await follow(page, 'Full check');
    await press(page, 'Check the ledger');
    await page.getByRole('progressbar', { name: 'Entries checked' }).waitFor();
    await page.getByText('The ledger holds.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('tells who did what, with before and after', async () => {
    await page.goto('/console/ledger');
    await page.getByLabel('What').selectOption('policy.changed');
    await write(page, 'Who', 'Olga Operator');
    await press(page, 'Show');
    expect(new URL(page.url()).searchParams.get('kind')).toBe('policy.changed');
    await page.locator('tbody').getByRole('link').first().click();
    await page.getByText('Before and after').waitFor();
    expect(await said(page)).toContain('Olga Operator');
  });

  it('can be taken along', async () => {
    await page.goto('/console/ledger');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('ledger.jsonl');
  });
});

describe('people', () => {
  it('whose session an operator ends are out with their next step', async () => {
    const { reviewer } = scene.seed.people;
    const theirs = await scene.pageOf(reviewer.id);
    await theirs.goto('/console/queue');
    await page.goto(`/console/people/${reviewer.id}`);
    const ends = page.getByRole('button', { name: 'End', exact: true });
    for (let left = await ends.count(); left > 0; left -= 1) {
      await ends.first().click();
      await page.getByText('The session has ended.').waitFor();
    }
    await theirs.reload();
    expect(pathOf(theirs)).toBe('/sign-in');
    await theirs.getByText('Your session has ended').waitFor();
  });

  it('who are disabled cannot come in any more', async () => {
    await page.goto(`/console/people/${scene.seed.people.colleague.id}/disable`);
    await press(page, 'Disable the person');
    await page.getByText('They can no longer sign in').waitFor();
  });
});
