import { createMemoryStore } from '../../../../src/kit/registration/memory-store.ts';
import type { RegistrationStore } from '../../../../src/kit/registration/ports.ts';

/** A store in memory in which something else can happen between what a request read and what it writes. */
export type RacingStore = {
  readonly store: RegistrationStore;
  /** Before the next commit, once, this happens to its end. */
  readonly beforeNextCommit: (act: () => Promise<unknown>) => void;
  /** From now on, commits that touch this client find that another was faster. */
  readonly alwaysLoses: (clientId: string) => void;
};

export function racingStore(): RacingStore {
  const inner = createMemoryStore();
  let waiting: (() => Promise<unknown>) | undefined;
  const losers = new Set<string | null>();
  return {
    store: {
      ...inner,
      commit: async (entries, changes) => {
        const act = waiting;
        waiting = undefined;
        await act?.();
        if (entries.some(({ clientId }) => losers.has(clientId)))
          return { ok: false, error: { code: 'stale' } };
        return inner.commit(entries, changes);
      },
    },
    beforeNextCommit: (act) => {
      waiting = act;
    },
    alwaysLoses: (clientId) => {
      losers.add(clientId);
    },
  };
}
