import type { Log } from '../ports.ts';

/** Long work beside requests: a step, then whatever waits, then the next step. */
export type Background = {
  readonly run: (step: () => Promise<'more' | 'done'>) => void;
  /** Begins no step any more; resolves when those under way have ended. */
  readonly stop: () => Promise<void>;
};

/** Background work of this process. A step that throws is the last one of its work, and logged. */
export function createBackground(log: Log): Background {
  const works = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function repeat(step: () => Promise<'more' | 'done'>): Promise<void> {
    do await turn();
    while (!stopping.signal.aborted && (await step()) === 'more');
  }

  return {
    run: (step) => {
      const work = repeat(step).catch((error: unknown) =>
        log('error', 'background.failed', { error: String(error) }),
      );
      works.add(work);
      void work.finally(() => works.delete(work));
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(works);
    },
  };
}

/** The next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
