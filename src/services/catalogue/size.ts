import type { Issuer } from '../issuer.ts';

/** How much this issuer vouches for. */
export type CatalogueSize = {
  readonly software: number;
  readonly publishers: number;
  /** Neither revoked nor expired. */
  readonly liveStatements: number;
};

/** Seconds for which a count is good enough. */
const KEPT_SECONDS = 60;

type Kept = { readonly from: number; readonly until: number; readonly size: Promise<CatalogueSize> };

const kept = new WeakMap<Issuer, Kept>();

/** Counts what is vouched for, once a minute: counting a million statements takes longer than a page should. */
export function catalogueSize(issuer: Issuer): Promise<CatalogueSize> {
  const now = issuer.clock.now();
  const last = kept.get(issuer);
  if (last !== undefined && last.from <= now && now < last.until) return last.size;
  const size = count(issuer, now);
  kept.set(issuer, { from: now, until: now + KEPT_SECONDS, size });
  // Whoever waits hears of the failure; the next one counts again.
  size.catch(() => kept.delete(issuer));
  return size;
}

async function count(issuer: Issuer, now: number): Promise<CatalogueSize> {
  const [listed, liveStatements] = await Promise.all([
    issuer.store.catalogueSize(),
    issuer.store.countLiveStatements('all', now),
  ]);
  return { ...listed, liveStatements };
}
