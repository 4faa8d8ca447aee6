import { ok, type Result } from '../../domain/result.ts';

/** A document as it was loaded, and how long it may be used. */
export type Loaded<T> = { readonly value: T; readonly freshSeconds: number };

/** A document in use; `staleSeconds` is 0 while it is fresh. */
export type Held<T> = { readonly value: T; readonly loadedAt: number; readonly staleSeconds: number };

export type CachedDocument<T> = {
  /** The document without waiting, when it is fresh. */
  readonly peek: () => Held<T> | undefined;
  /** The document: from memory while fresh, else loaded anew; the stale one when loading fails within the bound. */
  readonly get: () => Promise<Result<Held<T>, string>>;
  /** Loads anew, but not sooner than the pause after the last load: a stream of unknown keys must not become a stream of requests. */
  readonly reload: () => Promise<Result<Held<T>, string>>;
};

/** Part of the fresh time after which the next use starts loading in the background. */
const AHEAD = 0.8;
/** Seconds between two loads that were not asked for by age. */
const PAUSE_SECONDS = 30;
/** Seconds before a load that failed is tried again. */
const RETRY_SECONDS = 5;

/**
 * Keeps one document of a server in memory. One load at a time, whoever asks; a load ahead of expiry never makes anybody wait;
 * a server that is down is asked every few seconds, not by every request.
 *
 * @param options.now seconds
 * @param options.maxStaleSeconds how long the last document is used beyond its fresh time when loading fails
 */
export function cachedDocument<T>(options: {
  readonly load: () => Promise<Result<Loaded<T>, string>>;
  readonly now: () => number;
  readonly maxStaleSeconds: number;
}): CachedDocument<T> {
  const { load, now, maxStaleSeconds } = options;
  let held: { readonly value: T; readonly loadedAt: number; readonly freshUntil: number } | undefined;
  let refreshFrom = 0;
  let loading: Promise<Result<Loaded<T>, string>> | undefined;
  let lastLoad = Number.NEGATIVE_INFINITY;
  let failure: { readonly result: Result<never, string>; readonly until: number } | undefined;

  function start(): Promise<Result<Loaded<T>, string>> {
    loading ??= load()
      .then((loaded) => {
        const at = now();
        lastLoad = at;
        if (loaded.ok) {
          const { value, freshSeconds } = loaded.value;
          held = { value, loadedAt: at, freshUntil: at + freshSeconds };
          refreshFrom = at + freshSeconds * AHEAD;
          failure = undefined;
        } else {
          failure = { result: loaded, until: at + RETRY_SECONDS };
          refreshFrom = at + RETRY_SECONDS;
        }
        return loaded;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  function usable(): Held<T> | undefined {
    if (held === undefined) return undefined;
    const staleSeconds = Math.max(0, now() - held.freshUntil);
    return staleSeconds <= maxStaleSeconds
      ? { value: held.value, loadedAt: held.loadedAt, staleSeconds }
      : undefined;
  }

  function peek(): Held<T> | undefined {
    const at = now();
    if (held === undefined || at >= held.freshUntil) return undefined;
    if (at >= refreshFrom && loading === undefined) void start();
    return { value: held.value, loadedAt: held.loadedAt, staleSeconds: 0 };
  }

  async function loadOrStale(): Promise<Result<Held<T>, string>> {
    if (failure !== undefined && now() < failure.until) {
      const stale = usable();
      return stale === undefined ? failure.result : ok(stale);
    }
    const loaded = await start();
    const current = usable();
    if (current !== undefined) return ok(current);
    return loaded.ok ? ok({ value: loaded.value.value, loadedAt: now(), staleSeconds: 0 }) : loaded;
  }

  return {
    peek,
    get: async () => {
      const fresh = peek();
      return fresh === undefined ? loadOrStale() : ok(fresh);
    },
    reload: async () => {
      const current = usable();
      if (current !== undefined && loading === undefined && now() - lastLoad < PAUSE_SECONDS)
        return ok(current);
      return loadOrStale();
    },
  };
}
