/** Milliseconds from a commit to the seal over it; a checkpoint follows every commit within a second. */
const DELAY_MILLISECONDS = 500;
const RETRY_MILLISECONDS = 5_000;

/** Seals the ledger shortly after commits, one seal at a time. */
export type Sealer = {
  /** A commit happened. */
  readonly nudge: () => void;
  /** Seals what is left and stops. */
  readonly stop: () => Promise<void>;
};

/**
 * @param options.seal seals whatever no checkpoint covers yet
 * @param options.failed told when sealing threw; it is tried again a few seconds later
 * @param options.schedule calls back once after so many milliseconds and gives a way to cancel
 */
export function createSealer(options: {
  readonly seal: () => Promise<unknown>;
  readonly failed: (error: unknown) => void;
  readonly schedule: (milliseconds: number, callback: () => void) => () => void;
}): Sealer {
  const { seal, failed, schedule } = options;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  function plan(milliseconds: number): void {
    if (stopped || cancel !== undefined) return;
    cancel = schedule(milliseconds, () => {
      cancel = undefined;
      running = run().finally(() => {
        running = undefined;
        if (again) plan(DELAY_MILLISECONDS);
        again = false;
      });
    });
  }

  async function run(): Promise<void> {
    try {
      await seal();
    } catch (error) {
      failed(error);
      plan(RETRY_MILLISECONDS);
    }
  }

  return {
    nudge: () => {
      if (running === undefined) plan(DELAY_MILLISECONDS);
      else again = true;
    },
    stop: async () => {
      stopped = true;
      cancel?.();
      await running;
      await run();
    },
  };
}
