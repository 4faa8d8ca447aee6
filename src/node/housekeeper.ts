import type { Issuer } from '../services/issuer.ts';
import { givesWork, housekeep } from '../services/housekeeping.ts';
import { afterMilliseconds } from './adapters.ts';

const ROUND_MILLISECONDS = 60_000;
/** What comes close together is done together. */
const NUDGE_MILLISECONDS = 500;

/** Housekeeping of this process: one round at a time, every minute and soon after what gives it work. */
export type Housekeeper = {
  /** The issuer, with an eye on what it commits. */
  readonly watched: Issuer;
  /** Begins nothing any more; resolves when what is under way has ended. */
  readonly stop: () => Promise<void>;
};

export function createHousekeeper(issuer: Issuer): Housekeeper {
  let stopped = false;
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let again = false;

  function plan(milliseconds: number): void {
    if (stopped) return;
    cancel?.();
    cancel = afterMilliseconds(milliseconds, () => {
      running = housekeep(issuer, () => stopped).finally(() => {
        running = undefined;
        plan(again ? NUDGE_MILLISECONDS : ROUND_MILLISECONDS);
        again = false;
      });
    });
  }

  plan(NUDGE_MILLISECONDS);
  return {
    watched: {
      ...issuer,
      store: {
        ...issuer.store,
        commit: async (entries, changes) => {
          const committed = await issuer.store.commit(entries, changes);
          if (!committed.ok || !givesWork(changes)) return committed;
          if (running === undefined) plan(NUDGE_MILLISECONDS);
          else again = true;
          return committed;
        },
      },
    },
    stop: async () => {
      stopped = true;
      cancel?.();
      await running;
    },
  };
}
