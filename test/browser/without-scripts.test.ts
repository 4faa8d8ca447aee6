import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, pathOf, press, said, write } from './support/at-page.ts';
import { openSeededScene } from './support/scene.ts';

/** The console where scripts are off, for people who are signed in; only passkeys need them. */
let scene: Awaited<ReturnType<typeof openSeededScene>>;
let developer: Page;
let reviewer: Page;
let operator: Page;
beforeAll(async () => {
  scene = await openSeededScene();
  const { people } = scene.seed;
  const pageOf = (personId: string) => scene.pageOf(personId, { javaScriptEnabled: false });
  [developer, reviewer, operator] = await Promise.all([
    pageOf(people.developer.id),
    pageOf(people.reviewer.id),
    pageOf(people.operator.id),
  ]);
});
afterAll(() => scene.end());

describe('a developer', () => {
  it('registers software, is told what is wrong when they ask, and submits', async () => {
    await developer.goto('/console/software');
    await follow(developer, 'Register software');
    await write(developer, 'Name', 'Northwind Notes');
    await press(developer, 'Register it');
    await follow(developer, 'New submission');
    await write(developer, 'software_version', '1.0.0');
    await write(developer, 'client_name', 'Northwind Notes');
    await write(developer, 'redirect_uris', 'http://app.example/notes');
    await developer.getByLabel('authorization_code', { exact: true }).check();
    await developer.getByLabel('token_endpoint_auth_method').selectOption('none');
    const visibleCheck = developer.locator('.actions').getByRole('button', { name: 'Check', exact: true });
    await visibleCheck.click();
    await developer.locator('[data-said="redirect_uris"]').getByText('redirect-uri-http').waitFor();
    await write(developer, 'redirect_uris', 'https://app.example/notes');
    await press(developer, 'Save the draft');
    await developer.getByText('The draft is saved.').waitFor();
    await write(developer, 'response_types', 'code');
    await press(developer, 'Submit for review');
    expect(await said(developer)).toContain('Submitted. A reviewer will answer');
  });

  it('changes to JSON and back, and throws the draft away', async () => {
    await developer.goto(`/console/software/${scene.seed.software.main}/submit`);
    await press(developer, 'Write it as JSON');
    await press(developer, 'Write it in fields');
    expect(await developer.getByLabel('client_name').first().inputValue()).toContain('Northwind Mail');
    await follow(developer, 'Throw the draft away');
    await press(developer, 'Throw it away');
    await developer.getByText('The draft is gone.').waitFor();
  });

  it('issues a statement and revokes it', async () => {
    await developer.goto(`/console/software/${scene.seed.software.main}/issue`);
    await write(developer, 'Authorization servers', 'https://as.example');
    await write(developer, 'Lifetime, in days', '10');
    await press(developer, 'Issue it');
    await developer.getByText('Issued. It can be used from now on.').waitFor();
    await developer.getByText('Register with curl').click();
    await developer.getByRole('region', { name: 'Registration with curl' }).waitFor();
    expect(await developer.getByRole('button', { name: 'Copy' }).count()).toBe(0);
    await follow(developer, 'Revoke it');
    await write(developer, 'Reason', 'Made by mistake.');
    await press(developer, 'Revoke the statement');
    await developer.getByText('It is revoked, for good.').waitFor();
  });
});

describe('a reviewer', () => {
  it('finds, claims, asks and decides', async () => {
    await reviewer.goto('/console/queue');
    await write(reviewer, 'Software or publisher', 'Notes');
    await press(reviewer, 'Show');
    expect(new URL(reviewer.url()).searchParams.get('search')).toBe('Notes');
    await reviewer.locator('tbody').getByRole('link', { name: 'Northwind Notes' }).click();
    await press(reviewer, 'Claim it');
    await reviewer.getByText('It is yours for half an hour.').waitFor();
    await write(reviewer, 'Ask or answer', 'Who runs it?');
    await press(reviewer, 'Say it');
    await reviewer.getByLabel('Approve', { exact: true }).check();
    await press(reviewer, 'Go on');
    // Neither a sentence nor words of one's own: nothing is lost, and the field says so.
    expect(await reviewer.getByLabel('Approve', { exact: true }).isChecked()).toBe(true);
    await write(reviewer, 'Reason', 'Small, and as announced.');
    await press(reviewer, 'Go on');
    await press(reviewer, 'Approve');
    await reviewer.getByText('Your decision is recorded.').waitFor();
  });
});

describe('an operator', () => {
  it('admits a publisher, invites for it and suspends it', async () => {
    await operator.goto('/console/publishers/new');
    await write(operator, 'Name', 'Contoso');
    await press(operator, 'Admit the publisher');
    await follow(operator, 'Add or invite');
    await follow(operator, /Invite/);
    await write(operator, 'Name', 'Cora');
    await press(operator, 'Make the link');
    expect(await operator.getByRole('region', { name: 'One-time link' }).innerText()).toContain(
      '/invitations/',
    );
    await operator.goto('/console/publishers?search=Contoso');
    await follow(operator, 'Contoso');
    await follow(operator, 'Suspend…');
    await write(operator, 'Reason', 'Not yet checked.');
    await press(operator, 'Suspend the publisher');
    await operator.getByText('This publisher is suspended.').waitFor();
  });

  it('checks the ledger, on a page that comes again by itself', async () => {
    await operator.goto('/console/ledger/check');
    await press(operator, 'Check the ledger');
    await operator.getByText('The ledger holds.').waitFor();
  });
});

describe('anybody', () => {
  it('looks software up and checks a statement', async () => {
    const page = await scene.pageOf(undefined, { javaScriptEnabled: false });
    await page.goto('/');
    await follow(page, 'Look software up');
    await write(page, 'Search', 'Mail');
    await press(page, 'Show');
    await follow(page, 'Northwind Mail');
    expect(pathOf(page)).toBe(`/catalogue/${scene.seed.software.main}`);
    await page.goto('/check');
    const standing = await scene.site.store.statement(scene.seed.software.statements.suspended);
    await write(page, 'Statement', standing?.statement.jwt ?? '');
    await press(page, 'Check');
    expect(await page.locator('.notice').first().innerText()).toMatch(/suspended/i);
  });

  it('who would sign in is told that passkeys need scripts', async () => {
    const page = await scene.pageOf(undefined, { javaScriptEnabled: false });
    await page.goto('/sign-in');
    expect(await said(page)).toContain('Passkeys need scripts');
  });
});
