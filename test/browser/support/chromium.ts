import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Nothing but the pages under test: no updates, no accounts, no network of the browser's own. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a real browser with a profile of its own; says what to install where there is none.
 *
 * @param hosts names that lie on this machine, each with its port
 */
export function openBrowser(hosts: Readonly<Record<string, number>> = {}): Promise<Browser> {
  const rules = Object.entries(hosts).map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`);
  const mapped = rules.length === 0 ? [] : [`--host-resolver-rules=${rules.join(',')}`];
  return chromium.launch({ executablePath: executable(), args: [...ARGUMENTS, ...mapped] });
}

function executable(): string {
  const named = process.env['CHROMIUM'];
  const path = named ?? KNOWN.find((candidate) => existsSync(candidate));
  if (path !== undefined && existsSync(path)) return path;
  throw new Error(
    `${named === undefined ? 'There is no Chromium on this machine' : `CHROMIUM names ${named}, which does not exist`}. ` +
      'Install it (Debian: apt-get install chromium), or set CHROMIUM to the path of Chromium or Chrome. ' +
      'The other tests run without it: npx vitest run --project sqlite --project d1.',
  );
}
