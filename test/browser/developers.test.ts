import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, press, said, write } from './support/at-page.ts';
import { axeFindings } from './support/axe.ts';
import { openSeededScene } from './support/scene.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
let page: Page;
beforeAll(async () => {
  scene = await openSeededScene();
  page = await scene.pageOf(scene.seed.people.developer.id);
});
afterAll(() => scene.end());

describe('a domain', () => {
  const domain = () => page.locator('article.domain').filter({ hasText: 'shop.example' });

  it('is claimed, and the page says what to publish', async () => {
    await page.goto(`/console/publishers/${scene.seed.publishers.main}/domains`);
    await write(page, 'Domain', 'Shop.Example');
    await press(page, 'Claim it');
    await page.getByText('The domain is claimed.').waitFor();
    expect(await domain().innerText()).toContain('pending');
    await domain().getByRole('button', { name: 'Check now' }).click();
    expect(await domain().innerText()).toContain('There is no TXT record at _imprimatur.shop.example.');
  });

  it('is verified when that is there, not sooner than ten seconds later', async () => {
    const record = await domain().getByRole('region', { name: 'TXT record for shop.example' }).innerText();
    const [, name = '', text = ''] = /^(\S+)\. IN TXT "([^"]+)"/.exec(record) ?? [];
    scene.site.internet.records.set(name, [text]);
    await domain().getByRole('button', { name: 'Check now' }).click();
    await page.getByText('It was looked at a moment ago.').waitFor();
    scene.site.clock.advance(11);
    await domain().getByRole('button', { name: 'Check now' }).click();
    await page.getByText('The domain is verified.').waitFor();
    expect(await domain().innerText()).toContain('Shown by a TXT record');
  });

  it('is given up after a page that says what comes of it', async () => {
    await domain().getByRole('link', { name: 'Give it up' }).click();
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'Give the domain up');
    await page.getByText('The domain is given up.').waitFor();
    expect(await domain().count()).toBe(0);
  });
});

describe('metadata', () => {
  it('is taken from a Client ID Metadata Document', async () => {
    await page.goto('/console/software');
    await follow(page, 'Contacts');
    await follow(page, 'New submission');
    await page.getByText('Take it from a Client ID Metadata Document').click();
    await write(page, 'URL of the document', 'https://app.example/client.json');
    await press(page, 'Fetch it');
    expect(await page.getByLabel('client_name').first().inputValue()).toBe('Northwind Calendar');
  });

  it('can be written as JSON, and as fields again', async () => {
    await press(page, 'Write it as JSON');
    const json = page.locator('textarea').and(page.getByLabel('JSON'));
    const written: Readonly<Record<string, unknown>> = JSON.parse(await json.inputValue());
    expect(written).toMatchObject({ client_name: 'Northwind Calendar' });
    await json.fill(JSON.stringify({ ...written, client_name: 'Northwind Contacts' }));
    await press(page, 'Write it in fields');
    expect(await page.getByLabel('client_name').first().inputValue()).toBe('Northwind Contacts');
  });

  it('that breaks rules is not sent, and says at which field', async () => {
    await write(page, 'software_version', '1.0.0');
    await write(page, 'redirect_uris', 'https://*.app.example/callback');
    await press(page, 'Submit for review');
    expect(await said(page)).toContain('redirect-uri-wildcard');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('is taken back before anybody has decided', async () => {
    await page.goto(`/console/submissions/${scene.seed.software.submissions.expanding}/withdraw`);
    await write(page, 'Reason', 'Too early.');
    await press(page, 'Withdraw it');
    await page.getByText('Withdrawn. Nobody will review it.').waitFor();
  });
});

describe('a statement', () => {
  it('is renewed', async () => {
    await page.goto(`/console/statements/${scene.seed.software.statements.expiring}`);
    await press(page, 'Renew it');
    await page.getByText('Issued. It can be used from now on.').waitFor();
    expect(await said(page)).toContain('Renews');
  });

  it('is downloaded', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download it' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.jwt$/);
  });
});

describe('a token', () => {
  it('is shown once, and works', async () => {
    await page.goto('/console/account/tokens');
    await write(page, 'What for', 'deployment');
    await page.getByLabel('software:read', { exact: true }).check();
    await press(page, 'Make it');
    const token = await page.getByRole('region', { name: 'The token', exact: true }).innerText();
    const answer = await fetch(`${scene.site.url}/v1/software`, {
      headers: { authorization: `Bearer ${token.trim()}` },
    });
    expect(answer.status).toBe(200);
    await follow(page, 'I have put it away');
    expect(await page.content()).not.toContain(token.trim());
  });
});
