import type { Page } from 'playwright-core';

/** What a page did that nobody should have to see, and what it cost to load. */
export type Watched = {
  /** Errors on the console (violations of the content security policy are among them), uncaught errors, requests that failed. */
  readonly problems: readonly string[];
  /** Octets of documents, styles and scripts so far, uncompressed. */
  readonly weight: () => Promise<number>;
  /** Forgets what was loaded and what was wrong so far. */
  readonly reset: () => void;
};

const WEIGHED = ['document', 'stylesheet', 'script'];

/** Watches a page from now on. */
export function watch(page: Page): Watched {
  let problems: string[] = [];
  let bodies: Promise<number>[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    const isRedirect = response.status() >= 300 && response.status() < 400;
    if (!isRedirect && WEIGHED.includes(response.request().resourceType()))
      bodies.push(
        response.body().then(
          (body) => body.length,
          () => 0,
        ),
      );
  });
  return {
    get problems() {
      return problems;
    },
    weight: async () => (await Promise.all(bodies)).reduce((sum, octets) => sum + octets, 0),
    reset: () => {
      bodies = [];
      problems = [];
    },
  };
}
