import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recoverOperator } from '../../src/services/recover-operator.ts';
import { invite, inviteToRecover } from '../../src/services/sign-in/invite.ts';
import { submit } from '../../src/services/submit.ts';
import type { IssuerRole } from '../../src/domain/access.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { expectOk, METADATA, testPerson, testScene } from '../support/issuer.ts';
import { setSignIn } from '../support/sign-in.ts';
import { addAuthenticator, type VirtualAuthenticator } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';
import { runningClock } from './support/site.ts';

let scene: Scene;
let idp: TestIdentityProvider;
let context: BrowserContext;
let page: Page;
let device: VirtualAuthenticator;

beforeAll(async () => {
  scene = await openScene({
    clock: runningClock(),
    // The provider has to know where this site is before it can be asked.
    identityProvider: {
      issuer: 'http://localhost',
      name: 'Example Login',
      begin: (command) => idp.client('public').begin(command),
      finish: (command) => idp.client('public').finish(command),
    },
  });
  idp = await startIdentityProvider(`${scene.site.url}/sign-in/open-id-connect/callback`);
});
afterAll(async () => {
  idp.stop();
  await scene.end();
});
beforeEach(async () => {
  context = await scene.contextOf();
  page = await context.newPage();
  device = await addAuthenticator(page);
});
afterEach(() => context.close());

const path = () => new URL(page.url()).pathname;
const heading = () => page.locator('h1').textContent();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const follow = (name: string | RegExp) => page.getByRole('link', { name }).first().click();

async function linkFor(roles: readonly IssuerRole[] = ['reviewer']): Promise<string> {
  const { issuer, operator } = scene.site;
  const draft = { name: 'Gwen Guest', email: null, roles, publisherId: null };
  return expectOk(await invite(issuer, operator, draft)).link;
}

/** A submission that waits for a reviewer. */
async function waitingSubmission(): Promise<string> {
  const { developer, softwareId } = await testScene(scene.site);
  const command = { softwareVersion: '1.0.0', metadata: METADATA };
  return expectOk(await submit(scene.site.issuer, developer.actor, softwareId, command)).id;
}

/** Gets in by an invitation. */
async function enter(roles?: readonly IssuerRole[]): Promise<void> {
  await page.goto(await linkFor(roles));
  await press('Create a passkey');
  await page.waitForURL('**/console/**');
}

async function signIn(): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('**/console/**');
}

describe('links', () => {
  it('the set-up link makes the operator', async () => {
    const { link } = expectOk(await recoverOperator(scene.site.issuer));
    await page.goto(link);
    expect(await heading()).toBe('Become the operator');
    await page.getByLabel('Your name').fill('Olga Operator');
    await press('Create a passkey');
    await page.waitForURL('**/console/overview');
    expect(await device.count()).toBe(1);
    expect(await page.locator('.who').textContent()).toContain('Olga Operator');
  });

  it('an invitation lets somebody in once, and afterwards says whom to ask', async () => {
    const link = await linkFor();
    await page.goto(link);
    expect(await heading()).toBe('You are invited');
    expect(await page.locator('main').textContent()).toContain('reviewer');
    expect(await page.getByLabel('Your name').inputValue()).toBe('Gwen Guest');
    await press('Create a passkey');
    await page.waitForURL('**/console/**');
    expect((await page.goto(link))?.status()).toBe(410);
    expect(await page.locator('main').textContent()).toMatch(/was used already\. Ask .+ for another\./);
  });

  it('somebody who lost their passkey comes back in, and their old sessions end', async () => {
    await enter();
    const [person] = await scene.site.store.people({ limit: 1 });
    const lost = page;
    const { link } = expectOk(
      await inviteToRecover(scene.site.issuer, scene.site.operator, person?.id ?? ''),
    );
    const other = await scene.pageOf();
    await addAuthenticator(other);
    await other.goto(link);
    await other.getByRole('button', { name: 'Create a passkey' }).click();
    await other.waitForURL('**/console/**');
    await lost.goto('/console/account');
    expect(path()).toBe('/sign-in');
    await other.context().close();
  });

  it('what is refused stands at the form, and can be tried again', async () => {
    await page.goto(await linkFor());
    await page.getByLabel('Your name').fill('x'.repeat(200));
    await page.getByLabel('Your name').evaluate((input) => input.removeAttribute('maxlength'));
    await page.getByLabel('Your name').fill('x'.repeat(201));
    await press('Create a passkey');
    await page.getByText('name must have at most 200 characters.').waitFor();
    await page.getByLabel('Your name').fill('Gwen');
    await press('Create a passkey');
    await page.waitForURL('**/console/**');
  });
});

describe('passkeys', () => {
  it('sign in again, and lead to the page that was wanted', async () => {
    await enter(['operator']);
    await press('Sign out');
    await page.getByText('You are signed out.').waitFor();
    await page.goto('/console/keys');
    expect(path()).toBe('/sign-in');
    await signIn();
    expect(path()).toBe('/console/keys');
  });

  it('that give no answer leave everything as it was', async () => {
    await device.remove();
    await addAuthenticator(page);
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('Your device gave no answer').waitFor();
    expect(path()).toBe('/sign-in');
  });

  it('are added, renamed and removed; the last one stays', async () => {
    await enter();
    await page.goto('/console/account');
    await device.remove();
    const spare = await addAuthenticator(page);
    await page.getByLabel('Name of the new passkey').fill('Spare');
    await press('Add a passkey');
    await page.getByText('The passkey is added.').waitFor();
    expect(await spare.count()).toBe(1);
    await press('Add a passkey');
    await page.getByText('This device holds a passkey of this issuer already.').waitFor();

    await follow('Rename or remove Spare');
    await page.getByLabel('Name').fill('Spare key in the safe');
    await press('Rename');
    await follow('Rename or remove Spare key in the safe');
    await follow('Remove');
    await press('Remove');
    await page.getByText('The passkey is removed.').waitFor();

    await follow(/^Rename or remove/);
    await follow('Remove');
    await press('Remove');
    expect(await heading()).toBe('This is the last way to sign in');
  });

  it('are asked for again before what lasts, after a while', async () => {
    await enter();
    scene.site.clock.advance(601);
    await page.goto('/console/account');
    await follow(/^Rename or remove/);
    await follow('Remove');
    expect(path()).toBe('/console/step-up');
    await press('Use a passkey');
    await page.waitForURL('**/remove');
    expect(await heading()).toBe('Remove this passkey?');
    scene.site.clock.advance(601);
    await page.goto('/console/account');
    await press('Add a passkey');
    await page.waitForURL('**/console/step-up?return=*');
  });

  it('need scripts, and the page says so where they are off', async () => {
    const plain = await scene.pageOf(undefined, { javaScriptEnabled: false });
    await plain.goto('/sign-in');
    expect(await plain.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
    expect(await plain.locator('main').textContent()).toContain('Passkeys need scripts');
    await plain.context().close();
  });
});

describe('sessions', () => {
  it('that are over say so, and lead back', async () => {
    await enter();
    await page.goto('/console/account');
    scene.site.clock.advance(9 * 3_600);
    await page.goto('/console/account');
    expect(path()).toBe('/sign-in');
    await page.getByText('Your session has ended').waitFor();
    await signIn();
    expect(path()).toBe('/console/account');
  });

  it('are listed and ended, one or all others', async () => {
    await enter();
    for (let i = 0; i < 3; i += 1) {
      await context.clearCookies();
      await page.goto('/sign-in');
      await signIn();
    }
    await page.goto('/console/account');
    const end = page.getByRole('button', { name: 'End', exact: true });
    expect(await end.count()).toBe(3);
    await end.first().click();
    await page.getByText('The session has ended.').waitFor();
    expect(await end.count()).toBe(2);
    await press('Sign out everywhere else');
    await page.getByText('Every other session has ended.').waitFor();
    expect(await end.count()).toBe(0);
  });

  it('have a cookie that no script reads', async () => {
    await enter();
    const cookies = await context.cookies();
    expect(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite])).toEqual([
      ['imprimatur', true, 'Lax'],
    ]);
  });
});

describe('an identity provider', () => {
  it('accepts an invitation, signs in again, and is asked again before what lasts', async () => {
    idp.user = { subject: 'idris-1', name: 'Idris Identity', email: 'idris@example.net' };
    await page.goto(await linkFor(['operator']));
    await follow('Continue with Example Login');
    await page.waitForURL('**/console/overview');
    expect(await page.locator('.who').textContent()).toContain('Idris Identity');

    await press('Sign out');
    await page.goto('/console/account');
    await follow('Sign in with Example Login');
    await page.waitForURL('**/console/account');
    expect(await page.locator('main').textContent()).toContain('idris-1');

    scene.site.clock.advance(601);
    await page.goto('/console/account');
    await follow('Unlink idris-1');
    expect(path()).toBe('/console/step-up');
    // The clock of the provider is behind this one by what the test has pushed it.
    expect(await page.getByRole('link', { name: 'Sign in with Example Login again' }).count()).toBe(1);
  });

  it('is asked anew before somebody without a passkey decides, and the decision goes on where it was', async () => {
    const { site } = scene;
    const submissionId = await waitingSubmission();
    // Signed in a while ago, and back at the provider's own time now: it says when it asked.
    const aWhile = 700;
    site.clock.advance(Math.floor(Date.now() / 1000) - site.clock.now() - aWhile);
    idp.user = { subject: 'rhea-1', name: 'Rhea Reviewer' };
    await page.goto(await linkFor(['reviewer']));
    await follow('Continue with Example Login');
    await page.waitForURL('**/console/**');
    site.clock.advance(aWhile);

    await page.goto(`/console/review/${submissionId}`);
    await page.getByLabel('Approve', { exact: true }).check();
    await page.getByLabel('Reason', { exact: false }).last().fill('It is what they said it would be.');
    await press('Go on');
    expect(path()).toBe('/console/step-up');
    expect(await page.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0);

    const asked = idp.asked();
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.url().startsWith(`${idp.url}/auth?`)),
      follow('Sign in with Example Login again'),
    ]);
    const { searchParams } = new URL(request.url());
    expect([searchParams.get('prompt'), searchParams.get('max_age')]).toEqual(['login', '0']);
    await page.waitForURL(`**/console/review/${submissionId}?*`);
    expect(idp.asked()).toBe(asked + 1);
    expect(await page.locator('textarea[name=reason]').inputValue()).toBe(
      'It is what they said it would be.',
    );
    await press('Go on');
    await press('Approve');
    await page.getByText('Your decision is recorded.').waitFor();
    expect((await site.store.submission(submissionId))?.state).toBe('approved');
  });

  it('says what to do when it knows somebody whom nobody has invited', async () => {
    idp.user = { subject: 'stranger-1', name: 'Stranger' };
    await page.goto('/sign-in');
    await follow('Sign in with Example Login');
    expect(await heading()).toBe('You were not signed in');
    expect(await page.locator('main').textContent()).toContain('Ask an operator for an invitation.');
  });

  it('is the only way where the policy requires it', async () => {
    // Somebody without a passkey, who loses nothing by it.
    const { actor } = await testPerson(scene.site, ['operator']);
    expectOk(await setSignIn(scene.site, { openIdConnect: 'required' }, actor));
    await page.goto('/sign-in');
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Sign in with Example Login' }).count()).toBe(1);
    expectOk(await setSignIn(scene.site, { openIdConnect: 'allowed' }, actor));
  });
});
