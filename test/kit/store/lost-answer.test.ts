import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistrationStore } from '../../../src/kit/registration/ports.ts';
import { createRegistrationStore } from '../../../src/registration-store/create-store.ts';
import { isAmbiguousD1Error } from '../../../src/store/d1-executor.ts';
import type { Executor } from '../../../src/store/executor.ts';
import { openDatabase } from '../../../src/store/open-database.ts';
import { sqliteExecutor } from '../../../src/store/sqlite-executor.ts';
import { expectOk } from '../../support/issuer.ts';
import { entry, insertAll, next, registration } from './support/rows.ts';

/** What happens to one batch: its answer is lost before or after it ran, or another error comes. */
type Mishap = 'lost before' | 'lost after' | { readonly instead: Error };

const LOST = new Error('D1_ERROR: Network connection lost.');
const OK = { ok: true, value: undefined };

let mishaps: Mishap[] = [];
let batches = 0;
let close: () => void;
let store: RegistrationStore;

beforeEach(() => {
  const database = expectOk(openDatabase(':memory:', 'registration'));
  close = () => database.close();
  const executor = sqliteExecutor(database);
  const unreliable: Executor = {
    rows: (statement) => executor.rows(statement),
    batch: async (statements) => {
      batches += 1;
      const mishap = mishaps.shift();
      if (typeof mishap === 'object') throw mishap.instead;
      if (mishap !== 'lost before') await executor.batch(statements);
      if (mishap !== undefined) throw LOST;
    },
  };
  store = createRegistrationStore(unreliable, { isAmbiguous: isAmbiguousD1Error });
  mishaps = [];
  batches = 0;
});
afterEach(() => close());

describe('a commit whose answer was lost', () => {
  const row = registration('client-1');
  beforeEach(async () => {
    await insertAll(store, [row]);
    batches = 0;
  });

  const commit = () =>
    store.commit(
      [entry()],
      [
        { replace: 'registration', row: next(row) },
        { insert: 'registration', row: registration('client-2') },
      ],
    );

  it.each([
    [['lost after'], 1],
    [['lost before'], 2],
    [['lost before', 'lost before'], 3],
    [['lost before', 'lost after'], 2],
    [['lost before', 'lost before', 'lost after'], 3],
  ] as const)('%j happens once and is told so', async (given, tries) => {
    mishaps = [...given];
    expect(await commit()).toEqual(OK);
    expect(batches).toBe(tries);
    expect(await store.entryCount()).toBe(2);
    expect(await store.registration('client-1')).toEqual(next(row));
  });

  it('is given up after three tries, and nothing happened', async () => {
    mishaps = ['lost before', 'lost before', 'lost before'];
    await expect(commit()).rejects.toBe(LOST);
    expect(await store.entryCount()).toBe(1);
  });

  it('is stale when another writer came between the tries', async () => {
    mishaps = ['lost before'];
    const replaced = (clientClass: string) =>
      store.commit([entry()], [{ replace: 'registration', row: next(row, { clientClass }) }]);
    const [lost, other] = await Promise.all([replaced('lost'), replaced('other')]);
    expect(lost).toEqual({ ok: false, error: { code: 'stale' } });
    expect(other).toEqual(OK);
    expect(await store.registration('client-1')).toEqual(next(row, { clientClass: 'other' }));
  });

  it('is not tried again after any other error', async () => {
    const instead = new Error('D1_ERROR: no such table: registration_clients');
    mishaps = [{ instead }];
    await expect(commit()).rejects.toBe(instead);
    expect(batches).toBe(1);
  });

  it('is not taken for done because its entry was there in a transaction that was undone', async () => {
    // As when two equal commits share a transaction whose COMMIT fails: the second was refused already.
    mishaps = [{ instead: new Error('UNIQUE constraint failed: registration_audit_entries.id') }];
    expect(await commit()).toEqual({ ok: false, error: { code: 'duplicate' } });
    expect(await store.entryCount()).toBe(1);
  });
});
