import type { PageCall } from '../../page.ts';

/** Seconds for which a cache may show a page that strangers see. */
const MAX_AGE_SECONDS = 60;

/** A page that says the same to every stranger may be kept a minute; with a session it shows whose it is, and is not kept. */
export function keptForStrangers({ visitor, query }: PageCall): Readonly<Record<string, string>> {
  return visitor === undefined && !query.has('notice')
    ? { 'cache-control': `public, max-age=${MAX_AGE_SECONDS}`, vary: 'Cookie' }
    : {};
}
