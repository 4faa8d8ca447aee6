import type { Browser, BrowserContext, Page } from 'playwright-core';
import { err, ok } from '../../../src/domain/result.ts';
import type { IdentityProvider } from '../../../src/ports/sign-in.ts';
import { fakeClock } from '../../support/issuer.ts';
import { openBrowser } from './chromium.ts';
import { signInAs } from './people.ts';
import { seed, SEED_BEGINS, type Seed } from './seed.ts';
import type { SeedTexts } from './seed-texts.ts';
import { startSite, type Site } from './site.ts';

type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>;

/** A site and a browser for the tests of one file. */
export type Scene = {
  readonly site: Site;
  readonly browser: Browser;
  /** A browser of somebody who is signed in, or of a stranger. */
  readonly contextOf: (personId?: string, options?: ContextOptions) => Promise<BrowserContext>;
  /** The same, with one page open. */
  readonly pageOf: (personId?: string, options?: ContextOptions) => Promise<Page>;
  readonly end: () => Promise<void>;
};

/** Milliseconds any step of a browser may take on a machine that is busy. */
const PATIENCE = 15_000;

/** Starts both at once. */
export async function openScene(options: Parameters<typeof startSite>[0] = {}): Promise<Scene> {
  const [site, browser] = await Promise.all([startSite(options), openBrowser()]);
  const contextOf: Scene['contextOf'] = async (personId, contextOptions) => {
    const context = await browser.newContext({ baseURL: site.url, ...contextOptions });
    context.setDefaultTimeout(PATIENCE);
    if (personId !== undefined) await signInAs(site, context, personId);
    return context;
  };
  return {
    site,
    browser,
    contextOf,
    pageOf: async (personId, contextOptions) => (await contextOf(personId, contextOptions)).newPage(),
    end: async () => {
      await browser.close();
      await site.stop();
    },
  };
}

/** An identity provider that people can be sent to, and nobody comes back from. */
const EXAMPLE_LOGIN: IdentityProvider = {
  issuer: 'https://login.example',
  name: 'Example Login',
  begin: async () => ok('https://login.example/authorize'),
  finish: async () => err({ code: 'refused', detail: 'Nobody signs in there in this test.' }),
};

/** The same over an issuer with half a year of history, whose clock stands still. */
export async function openSeededScene(
  options: Pick<NonNullable<Parameters<typeof startSite>[0]>, 'ledgerDelay' | 'port'> & {
    readonly texts?: SeedTexts;
  } = {},
): Promise<Scene & { readonly seed: Seed }> {
  const scene = await openScene({
    ...options,
    clock: fakeClock(SEED_BEGINS),
    identityProvider: EXAMPLE_LOGIN,
  });
  return { ...scene, seed: await seed(scene.site, options.texts) };
}
