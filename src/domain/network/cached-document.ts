import { err, ok, type Result } from '../result.ts';

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
/** Seconds after which a load that gave nothing counts as gone: on Workers it dies with the request that began it. */
const ABANDONED_SECONDS = 20;
/** Seconds after a failed load in which the next one is not waited for, if the last document may still serve. */
const RECENT_SECONDS = 30;

/**
 * Keeps one document of a server in memory. One load at a time, whoever asks; a load ahead of expiry never makes anybody wait;
 * a server that is down is asked every few seconds, not by every request. A clock that is set back lengthens nothing.
 *
 * @param options.now seconds
 * @param options.maxStaleSeconds how long the last document is used beyond its fresh time when loading fails
 * @param options.background told of every load, so that it outlives the request that began it
 */
export function cachedDocument<T>(options: {
  readonly load: () => Promise<Result<Loaded<T>, string>>;
  readonly now: () => number;
  readonly maxStaleSeconds: number;
  readonly background?: (work: Promise<unknown>) => void;
}): CachedDocument<T> {
  const { load, now, maxStaleSeconds } = options;
  let held: { readonly value: T; readonly loadedAt: number; readonly freshUntil: number } | undefined;
  let refreshFrom = 0;
  let loading: { readonly result: Promise<Result<Loaded<T>, string>>; readonly since: number } | undefined;
  let lastLoad = Number.NEGATIVE_INFINITY;
  let failure: { readonly result: Result<never, string>; readonly at: number } | undefined;
  let latest = Number.NEGATIVE_INFINITY;

  /** The time. What was noted by a clock since set back is taken to be of this moment, and the document to be due. */
  function time(): number {
    const at = now();
    if (at < latest) {
      if (held !== undefined)
        held = { value: held.value, loadedAt: Math.min(held.loadedAt, at), freshUntil: at };
      if (failure !== undefined) failure = { result: failure.result, at: Math.min(failure.at, at) };
      if (loading !== undefined) loading = { result: loading.result, since: Math.min(loading.since, at) };
      lastLoad = Math.min(lastLoad, at);
    }
    latest = at;
    return at;
  }

  function isLoading(): boolean {
    const at = time();
    return loading !== undefined && at - loading.since < ABANDONED_SECONDS;
  }

  function start(): Promise<Result<Loaded<T>, string>> {
    if (loading !== undefined && isLoading()) return loading.result;
    const result = load()
      // Nobody may be waiting: a load that breaks must not become an unhandled rejection.
      .catch((error: unknown) => err(`loading broke: ${String(error)}`))
      .then((loaded) => {
        const at = time();
        // Given up meanwhile: what a later load brought is newer.
        if (loading?.result !== result) return loaded;
        loading = undefined;
        lastLoad = at;
        if (loaded.ok) {
          const { value, freshSeconds } = loaded.value;
          held = { value, loadedAt: at, freshUntil: at + freshSeconds };
          refreshFrom = at + freshSeconds * AHEAD;
          failure = undefined;
        } else {
          failure = { result: loaded, at };
          // A load that age did not ask for may fail long before the next is due.
          refreshFrom = Math.max(refreshFrom, at + RETRY_SECONDS);
        }
        return loaded;
      });
    loading = { result, since: time() };
    options.background?.(result);
    return result;
  }

  function usable(): Held<T> | undefined {
    const at = time();
    if (held === undefined) return undefined;
    const staleSeconds = Math.max(0, at - held.freshUntil);
    return staleSeconds <= maxStaleSeconds
      ? { value: held.value, loadedAt: held.loadedAt, staleSeconds }
      : undefined;
  }

  function peek(): Held<T> | undefined {
    const at = time();
    if (held === undefined || at >= held.freshUntil) return undefined;
    if (at >= refreshFrom) void start();
    return { value: held.value, loadedAt: held.loadedAt, staleSeconds: 0 };
  }

  /** @param waits whether to wait for a load although something may serve meanwhile */
  async function loadOrStale(waits: boolean): Promise<Result<Held<T>, string>> {
    const at = time();
    if (failure !== undefined) {
      const stale = usable();
      const ago = at - failure.at;
      if (ago < RETRY_SECONDS) return stale === undefined ? failure.result : ok(stale);
      // A server that failed a moment ago may hang: it is asked again, and what may serve meanwhile serves.
      if (stale !== undefined && !waits && ago < RECENT_SECONDS) {
        void start();
        return ok(stale);
      }
    }
    const loaded = await start();
    const current = usable();
    if (current !== undefined) return ok(current);
    return loaded.ok ? ok({ value: loaded.value.value, loadedAt: time(), staleSeconds: 0 }) : loaded;
  }

  return {
    peek,
    get: async () => {
      const fresh = peek();
      return fresh === undefined ? loadOrStale(false) : ok(fresh);
    },
    reload: async () => {
      const current = usable();
      if (current !== undefined && !isLoading() && time() - lastLoad < PAUSE_SECONDS) return ok(current);
      return loadOrStale(true);
    },
  };
}
