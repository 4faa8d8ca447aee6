import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startRealAuthorizationServer,
  type RealAuthorizationServer,
} from '../../interop/real-authorization-server.ts';
import { follow, pathOf, press, said, tabTo, write } from './at-page.ts';
import { axeFindings } from './axe.ts';
import { openBrowser } from './chromium.ts';
import type { FirstStart } from './first-start.ts';
import { addAuthenticator } from './people.ts';

/** Seconds that the authorization server keeps a status list: it hears of a revocation that soon. */
const LIST_SECONDS = 1;

/**
 * From the first start to a client that is registered and a statement that is revoked: by pages alone, each person in a browser of their own.
 *
 * @param start starts the issuer on whatever runs it
 */
export function fromNothing(start: () => Promise<FirstStart>): void {
  let issuer: FirstStart;
  let server: RealAuthorizationServer;
  let browser: Browser;
  let operator: Page;
  let developer: Page;
  let reviewer: Page;
  let statement = '';
  /** The command that the page of the statement gives. */
  let command = '';
  let clientId = '';

  beforeAll(async () => {
    [issuer, browser] = await Promise.all([start(), openBrowser()]);
    server = await startRealAuthorizationServer(issuer.url, { status: { maxAgeSeconds: LIST_SECONDS } });
    [operator, developer, reviewer] = await Promise.all([newcomer(), newcomer(), newcomer()]);
  });
  afterAll(async () => {
    await browser.close();
    server.stop();
    await issuer.stop();
  });

  /** A browser with an authenticator and nothing else. */
  async function newcomer(): Promise<Page> {
    const context = await browser.newContext({
      baseURL: issuer.url,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await addAuthenticator(page);
    return page;
  }

  async function invite(name: string, choose: () => Promise<unknown>): Promise<string> {
    await operator.goto('/console/people');
    await follow(operator, 'Invite somebody');
    await write(operator, 'Name', name);
    await choose();
    await press(operator, 'Make the link');
    return operator.getByRole('region', { name: 'One-time link' }).innerText();
  }

  /** Runs the command of the statement's page, and gives what the authorization server answers. */
  async function register(): Promise<Readonly<Record<string, unknown>>> {
    const environment = { env: { ...process.env, no_proxy: '*' } };
    return JSON.parse((await promisify(execFile)('bash', ['-c', command], environment)).stdout);
  }

  async function accept(page: Page, link: string): Promise<void> {
    await page.goto(link.trim());
    await press(page, 'Create a passkey');
    await page.waitForURL('**/console/**');
  }

  describe('people', () => {
    it('the printed link makes the operator', async () => {
      await operator.goto(issuer.setupLink);
      if (issuer.asksForName) await write(operator, 'Your name', 'Olga Operator');
      await press(operator, 'Create a passkey');
      await operator.waitForURL('**/console/overview');
      expect(await said(operator)).toContain('0 statements alive');
    });

    it('who admits a publisher', async () => {
      await follow(operator, 'Publishers');
      await follow(operator, 'Admit a publisher');
      await write(operator, 'Name', 'Northwind Software');
      await write(operator, 'Domains checked by hand', 'northwind.example');
      await press(operator, 'Admit the publisher');
      expect(await operator.locator('h1').innerText()).toBe('Northwind Software');
    });

    it('and invites a developer and a reviewer, who come in by their links', async () => {
      const forDeveloper = await invite('Dana Developer', () =>
        operator.getByLabel('Developer of').selectOption({ label: 'Northwind Software' }),
      );
      const forReviewer = await invite('Rosa Reviewer', () =>
        operator.getByLabel('reviewer', { exact: true }).check(),
      );
      await accept(developer, forDeveloper);
      expect(pathOf(developer)).toBe('/console/software');
      await accept(reviewer, forReviewer);
      expect(pathOf(reviewer)).toBe('/console/queue');
      expect(await said(reviewer)).toContain('Nothing waits');
    });
  });

  describe('a submission', () => {
    it('is written by the developer, with what is wrong said as they type', async () => {
      await follow(developer, 'Register software');
      await write(developer, 'Name', 'Northwind Mail');
      await press(developer, 'Register it');
      await follow(developer, 'New submission');
      await write(developer, 'software_version', '1.0.0');
      await write(developer, 'client_name', 'Northwind Mail');
      await write(developer, 'redirect_uris', 'http://northwind.example/callback');
      const findings = developer.locator('[data-said="redirect_uris"]');
      await findings.getByText('redirect-uri-http').waitFor();
      await write(developer, 'redirect_uris', 'https://northwind.example/callback');
      await findings.getByText('redirect-uri-http').waitFor({ state: 'detached' });
      await developer.getByLabel('authorization_code', { exact: true }).check();
      await write(developer, 'response_types', 'code');
      await developer.getByLabel('token_endpoint_auth_method').selectOption('none');
      await developer.getByText('Draft saved.').waitFor();
      await developer.reload();
      expect(await developer.getByLabel('client_name').first().inputValue()).toBe('Northwind Mail');
      await press(developer, 'Submit for review');
      expect(await said(developer)).toContain('Submitted. A reviewer will answer');
    });

    it('is sent back by the reviewer, by the keyboard alone', async () => {
      await reviewer.goto('/console/queue');
      await reviewer.keyboard.press('j');
      await reviewer.keyboard.press('Enter');
      await reviewer.waitForURL('**/console/review/*');
      expect(await reviewer.locator('h1').innerText()).toBe('Northwind Mail 1.0.0');
      await reviewer.keyboard.press('c');
      await tabTo(reviewer, 'Reason');
      await reviewer.keyboard.type('Say where your privacy page is.');
      await tabTo(reviewer, 'Go on');
      await reviewer.keyboard.press('Enter');
      await reviewer.getByRole('heading', { name: 'Send back Northwind Mail 1.0.0?' }).waitFor();
      await tabTo(reviewer, 'Request changes');
      await reviewer.keyboard.press('Enter');
      await reviewer.getByText('Your decision is recorded.').waitFor();
    });

    it('is answered, put right and sent again', async () => {
      await developer.goto('/console/software');
      await follow(developer, 'Northwind Mail');
      await follow(developer, /Version 1\.0\.0|1\.0\.0/);
      expect(await said(developer)).toContain('Say where your privacy page is.');
      await write(developer, 'Ask or answer', 'It is part of the next version.');
      await press(developer, 'Say it');
      await developer.getByText('Said.').waitFor();
      await developer.goto('/console/software');
      await follow(developer, 'Northwind Mail');
      await follow(developer, /^(New submission|Continue the draft)$/);
      expect(await developer.getByLabel('client_name').first().inputValue()).toBe('Northwind Mail');
      await write(developer, 'software_version', '1.0.1');
      await write(developer, 'policy_uri', 'https://northwind.example/privacy');
      await press(developer, 'Submit for review');
      expect(await said(developer)).toContain('Submitted. A reviewer will answer');
    });

    it('is approved under conditions', async () => {
      await reviewer.goto('/console/queue');
      await follow(reviewer, 'Next one for me');
      expect(await reviewer.locator('h1').innerText()).toBe('Northwind Mail 1.0.1');
      expect(await axeFindings(reviewer)).toEqual([]);
      await reviewer.getByLabel('Approve', { exact: true }).check();
      await write(reviewer, 'Reason', 'Read and tried.');
      await write(reviewer, 'Statements last at most, days', '30');
      await write(reviewer, 'Only for these authorization servers', server.url);
      await press(reviewer, 'Go on');
      expect(await said(reviewer)).toContain('30 days');
      await press(reviewer, 'Approve');
      await reviewer.getByText('Your decision is recorded.').waitFor();
    });
  });

  describe('a statement', () => {
    it('is issued by the developer', async () => {
      await developer.goto('/console/software');
      await follow(developer, 'Northwind Mail');
      await follow(developer, 'Issue a statement');
      expect(await said(developer)).toContain('30 days');
      await press(developer, 'Issue it');
      await developer.getByText('Issued. It can be used from now on.').waitFor();
      statement = (await developer.getByRole('region', { name: 'The statement' }).innerText()).trim();
      expect(statement).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    });

    it('registers a client with the command that its page gives', async () => {
      await developer.getByText('Register with curl').click();
      const block = developer.locator('details').filter({ hasText: 'Register with curl' });
      await block.getByRole('button', { name: 'Copy' }).click();
      await block.getByText('Copied').waitFor();
      command = await developer.evaluate(() => navigator.clipboard.readText());
      const client = await register();
      clientId = String(client['client_id']);
      expect(client).toMatchObject({
        client_name: 'Northwind Mail',
        redirect_uris: ['https://northwind.example/callback'],
        software_version: '1.0.1',
      });
      expect(await server.registrar.standing(clientId)).toMatchObject({ outcome: 'live' });
    });

    it('is revoked after a warning, and the check page says so to anybody', async () => {
      const stranger = await newcomer();
      await stranger.goto('/check');
      await write(stranger, 'Statement', statement);
      await press(stranger, 'Check');
      expect(await stranger.locator('.notice').first().innerText()).toMatch(/valid|stands/i);

      await follow(developer, 'Revoke it');
      const warned = await said(developer);
      expect(warned).toContain('1 live statement');
      expect(warned).toContain(server.url);
      await write(developer, 'Reason', 'The signing laptop was stolen.');
      await press(developer, 'Revoke the statement');
      await developer.getByText('It is revoked, for good.').waitFor();

      await write(stranger, 'Statement', statement);
      await press(stranger, 'Check');
      expect(await stranger.locator('.notice').first().innerText()).toMatch(/revoked/i);
      expect(await axeFindings(stranger)).toEqual([]);
    });

    it('and registers no client any more, and the one that it registered stands no longer', async () => {
      await expect.poll(register, { timeout: 20_000, interval: 500 }).toMatchObject({
        error: 'invalid_software_statement',
        error_description: expect.stringContaining('revoked'),
      });
      expect(await server.registrar.standing(clientId)).toMatchObject({
        outcome: 'lapsed',
        because: 'revoked',
      });
    });

    it('and nothing of it is in the log', () => {
      expect(issuer.logged.length).toBeGreaterThan(50);
      expect(
        issuer.logged.filter((line) => line.includes(statement) || /"level":"error"/.test(line)),
      ).toEqual([]);
    });
  });
}
