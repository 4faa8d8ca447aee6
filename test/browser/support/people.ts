import type { BrowserContext, Page } from 'playwright-core';
import { sessionCookieName } from '../../../src/http/console/session-cookie.ts';
import { startSession } from '../../../src/services/sign-in/sessions.ts';
import { expectOk } from '../../support/issuer.ts';
import type { Site } from './site.ts';

/** Signs somebody in, a passkey just shown, by planting the cookie of a session. */
export async function signInAs(site: Site, context: BrowserContext, personId: string): Promise<void> {
  const { issuer } = site;
  const person = await issuer.store.person(personId);
  if (person === undefined) throw new Error(`no person ${personId}`);
  const { text } = expectOk(
    await startSession(issuer, person, { method: 'passkey', userAgent: 'Chromium of the browser suite' }),
  );
  await context.addCookies([
    { name: sessionCookieName(issuer), value: text, url: site.url, httpOnly: true, sameSite: 'Lax' },
  ]);
}

/** An authenticator in a page's browser: it holds passkeys, and its owner always says yes. */
export type VirtualAuthenticator = {
  /** How many passkeys it holds. */
  readonly count: () => Promise<number>;
  /** The owner says no from now on: nothing is signed. */
  readonly refuse: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** Gives a page an authenticator built into its device (Web Authentication Level 3 §11, WebDriver extension). */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    count: async () => {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.length;
    },
    refuse: () =>
      session
        .send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
        .then(() => undefined),
    remove: () =>
      session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }).then(() => undefined),
  };
}
