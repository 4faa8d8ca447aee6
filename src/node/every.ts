import type { Checkpoint, StoredEntry } from '../domain/ledger/entry.ts';
import type { Store } from '../ports.ts';

const ENTRIES_A_READ = 2_000;
const CHECKPOINTS_A_READ = 500;

/** Every ledger entry, ascending, read in pieces while they are consumed. */
export function everyEntry(store: Pick<Store, 'entriesAfter'>): AsyncGenerator<StoredEntry> {
  return every(
    (after) => store.entriesAfter(after, ENTRIES_A_READ),
    ({ seq }) => seq,
  );
}

/** Every checkpoint, ascending by size. */
export function everyCheckpoint(store: Pick<Store, 'checkpointsAfter'>): AsyncGenerator<Checkpoint> {
  return every(
    (after) => store.checkpointsAfter(after, CHECKPOINTS_A_READ),
    ({ size }) => size,
  );
}

async function* every<T>(
  read: (after: number) => Promise<readonly T[]>,
  numberOf: (item: T) => number,
): AsyncGenerator<T> {
  let after = 0;
  for (;;) {
    const batch = await read(after);
    yield* batch;
    const last = batch.at(-1);
    if (last === undefined) return;
    after = numberOf(last);
  }
}
