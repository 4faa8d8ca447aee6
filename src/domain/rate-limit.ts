/**
 * Counts a use of a key.
 *
 * @returns undefined when it is within the limit, else the seconds after which to try again
 */
export type RateLimiter = (key: string) => number | undefined | Promise<number | undefined>;

/** So many uses in so many seconds, spent at once or evenly. */
export type RateLimit = { readonly uses: number; readonly seconds: number };

const MAX_KEYS = 100_000;

/**
 * Limits in the memory of one process, by the generic cell rate algorithm: one number a key, no timers. A server of several processes gives
 * each a share, or brings a limiter of its own (Redis, the rate limiting binding of Workers).
 *
 * Throws a TypeError for a limit that cannot be meant.
 *
 * @param limit a whole number of uses, from 1, in more than 0 seconds; seconds count to the millisecond
 * @param now seconds
 */
export function memoryRateLimiter(limit: RateLimit, now: () => number): RateLimiter {
  const { uses, seconds } = limit;
  if (!Number.isSafeInteger(uses) || uses < 1 || !Number.isFinite(seconds) || seconds <= 0)
    throw new TypeError(
      `a rate limit is a whole number of uses, at least 1, in a number of seconds above 0; not ${uses} in ${seconds}`,
    );
  // Time is counted in so many parts of a millisecond as there are uses, from the first use on: a use then takes up a whole number of
  // them, and the numbers stay small enough to be exact. In seconds, three thirds could come to a little more than one.
  const interval = Math.max(1, Math.round(seconds * 1000));
  const burst = interval * uses;
  let start: number | undefined;
  // When each key would be back at nothing used. The least recently used key comes first.
  const emptyAt = new Map<string, number>();
  return (key) => {
    start ??= now();
    const at = Math.round((now() - start) * 1000) * uses;
    const known = emptyAt.get(key) ?? at;
    const empty = Math.min(Math.max(known, at), at + burst);
    // Kept when the clock stepped back: bounded anew by each try, the wait would last until the clock has caught up.
    if (empty < known) emptyAt.set(key, empty);
    const over = empty + interval - at - burst;
    if (over > 0) return Math.max(1, Math.ceil(over / uses / 1000));
    emptyAt.delete(key);
    emptyAt.set(key, empty + interval);
    const [oldest] = emptyAt.keys();
    if (emptyAt.size > MAX_KEYS && oldest !== undefined) emptyAt.delete(oldest);
    return undefined;
  };
}

/** What an address counts as: an IPv6 client has a whole /64 to choose from (RFC 6177 §2). */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
