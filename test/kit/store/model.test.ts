import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/kit/registration/memory-store.ts';
import { openSqliteRegistrationStore } from '../../../src/registration-store/open-sqlite-store.ts';
import { expectOk } from '../../support/issuer.ts';
import { runBoth, steps } from './support/model.ts';
import { verifyLog } from './support/sealing.ts';
import { storeKinds } from './support/stores.ts';

const d1 = storeKinds().find(({ name }) => name === 'D1');
afterAll(() => d1?.stop());

it('SQLite says and holds what memory says and holds, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const { store, close } = expectOk(openSqliteRegistrationStore(':memory:'));
      try {
        const { model, real } = await runBoth(createMemoryStore(), store, taken);
        expect(real).toEqual(model);
        expectOk(await verifyLog(store));
      } finally {
        close();
      }
    }),
    { numRuns: 300 },
  );
}, 120_000);

it('and so does D1', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      if (d1 === undefined) throw new Error('no D1');
      const { store } = await d1.open();
      const { model, real } = await runBoth(createMemoryStore(), store, taken);
      expect(real).toEqual(model);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);
