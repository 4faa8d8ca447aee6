import { cachedDocument } from '../network/cached-document.ts';
import type { Fetcher } from '../network/fetcher.ts';
import { err, ok, type Result } from '../result.ts';
import { BUNDLE_WANTED, parseTrustBundle, type TrustBundle } from './bundle.ts';

/** Where the bundle of one trust domain comes from, current. */
export type BundleSource = {
  /** The bundle now; a sentence when none may be used. */
  readonly current: () => Promise<Result<TrustBundle, string>>;
  /** Asks again, for a key that is not in it; not more often than every half minute. */
  readonly again: () => Promise<Result<TrustBundle, string>>;
};

const DEFAULT_REFRESH_SECONDS = 300;
const LEAST_REFRESH_SECONDS = 30;
const MOST_REFRESH_SECONDS = 86_400;
/** Seconds that a bundle is used at least while its endpoint is away; ten refreshes where those are longer. */
const LEAST_STALE_SECONDS = 3_600;

/** A bundle that was given, and changes when its configuration does. */
export function staticBundle(bundle: TrustBundle): BundleSource {
  return { current: async () => ok(bundle), again: async () => ok(bundle) };
}

/**
 * Keeps the bundle of a bundle endpoint current (SPIFFE Federation §5.2, profile https_web): asked again by its refresh hint, never back to an
 * earlier sequence, and not used for ever while nobody answers.
 *
 * @param options.fetcher guarded: https only, no redirects
 * @param options.now seconds
 */
export function bundleEndpoint(options: {
  readonly url: string;
  readonly fetcher: Fetcher;
  readonly now: () => number;
  readonly background?: (work: Promise<unknown>) => void;
}): BundleSource {
  let newest: TrustBundle | undefined;
  let staleSeconds = LEAST_STALE_SECONDS;
  const document = cachedDocument<TrustBundle>({
    now: options.now,
    maxStaleSeconds: MOST_REFRESH_SECONDS * 10,
    ...(options.background === undefined ? {} : { background: options.background }),
    load: async () => {
      const fetched = await options.fetcher(options.url, BUNDLE_WANTED);
      if (!fetched.ok) return err(fetched.error.detail);
      const parsed = parseTrustBundle(fetched.value.octets);
      if (!parsed.ok) return parsed;
      const earlier = newest?.sequence;
      if (earlier !== undefined && (parsed.value.sequence === undefined || parsed.value.sequence < earlier))
        return err('The bundle has an earlier sequence than one that was seen before.');
      newest = parsed.value;
      const freshSeconds = Math.min(
        MOST_REFRESH_SECONDS,
        Math.max(LEAST_REFRESH_SECONDS, parsed.value.refreshHintSeconds ?? DEFAULT_REFRESH_SECONDS),
      );
      staleSeconds = Math.max(10 * freshSeconds, LEAST_STALE_SECONDS);
      return ok({ value: parsed.value, freshSeconds });
    },
  });
  const within = (held: Awaited<ReturnType<typeof document.get>>): Result<TrustBundle, string> => {
    if (!held.ok) return held;
    return held.value.staleSeconds <= staleSeconds
      ? ok(held.value.value)
      : err('The bundle is too old, and its endpoint does not answer.');
  };
  return {
    current: async () => within(await document.get()),
    again: async () => within(await document.reload()),
  };
}
