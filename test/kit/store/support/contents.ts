import type { RegistrationStore } from '../../../../src/kit/registration/ports.ts';

/** Everything a store holds that has no name to ask for, to compare before with after. */
export async function contentsOf(store: RegistrationStore) {
  return {
    registrations: await store.registrations({}, undefined, 10_000),
    initialAccessTokens: await store.initialAccessTokens(10_000),
    entries: await store.entriesAfter(0, 10_000),
    entryCount: await store.entryCount(),
    checkpoints: await store.checkpointsAfter(0, 10_000),
  };
}
