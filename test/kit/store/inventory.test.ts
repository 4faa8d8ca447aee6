import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Registration,
  RegistrationFilter,
  RegistrationStore,
} from '../../../src/kit/registration/ports.ts';
import { entry, governing, initialAccessToken, insertAll, next, NOW, registration } from './support/rows.ts';
import { storeKinds, type OpenedStore } from './support/stores.ts';

const OTHER = 'https://other.example';

/** Every combination of two values for each thing that can be asked for, and some without a statement. */
const ROWS: readonly Registration[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23].map((i) =>
    registration(`client-${String(23 - i).padStart(2, '0')}`, {
      clientClass: i % 2 === 0 ? 'default' : 'mobile',
      ...(i % 4 < 2 ? {} : { state: 'ended', endReason: 'deleted' }),
      governing: governing({
        issuer: i % 8 < 4 ? governing().issuer : OTHER,
        softwareId: i % 16 < 8 ? 'software-1' : 'software-2',
        jti: i < 16 ? 'statement-1' : 'statement-2',
      }),
    }),
  ),
  registration('client-50'),
  registration('client-51', { state: 'ended', endReason: 'abandoned', clientClass: 'mobile' }),
];

const FILTERS: readonly RegistrationFilter[] = [{ issuer: OTHER }, {}].flatMap((issuer) =>
  [{ softwareId: 'software-1' }, {}].flatMap((softwareId) =>
    [{ statement: 'statement-1' }, {}].flatMap((statement) =>
      [{ clientClass: 'mobile' }, {}].flatMap((clientClass) =>
        [{ state: 'active' } as const, { state: 'ended' } as const, {}].map((state) => ({
          ...issuer,
          ...softwareId,
          ...statement,
          ...clientClass,
          ...state,
        })),
      ),
    ),
  ),
);

const ids = (rows: readonly Registration[]) => rows.map(({ clientId }) => clientId);

/** What a filter means, once more. */
function wanted(filter: RegistrationFilter): string[] {
  const found = ROWS.filter((row) =>
    Object.entries({
      issuer: row.governing?.issuer,
      softwareId: row.governing?.softwareId,
      statement: row.governing?.jti,
      clientClass: row.clientClass,
      state: row.state,
    }).every(([name, value]) => {
      const asked = Object.entries(filter).find(([member]) => member === name)?.[1];
      return asked === undefined || asked === value;
    }),
  );
  return ids(found).toSorted();
}

describe.each(storeKinds())('the inventory of $name', ({ open, stop }) => {
  let opened: OpenedStore;
  let store: RegistrationStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());
  afterAll(stop);

  it(`answers all ${FILTERS.length} combinations of conditions, ascending, in pages and whole`, async () => {
    await insertAll(store, ROWS);
    for (const filter of FILTERS) {
      const expected = wanted(filter);
      const asked = JSON.stringify(filter);
      expect(ids(await store.registrations(filter, undefined, 100)), asked).toEqual(expected);
      expect(ids(await store.registrations(filter, 'client-07', 3)), `${asked} page`).toEqual(
        expected.filter((id) => id > 'client-07').slice(0, 3),
      );
    }
    expect(
      wanted({ issuer: OTHER, softwareId: 'software-1', clientClass: 'mobile', state: 'ended' }),
    ).not.toEqual([]);
  });

  it('includes ended registrations unless a state is asked for', async () => {
    await insertAll(store, ROWS);
    const all = await store.registrations({}, undefined, 100);
    expect(all).toHaveLength(ROWS.length);
    const ended = await store.registrations({ state: 'ended' }, undefined, 100);
    const active = await store.registrations({ state: 'active' }, undefined, 100);
    expect(ended.length).toBeGreaterThan(0);
    expect(ids([...ended, ...active]).toSorted()).toEqual(ids(all));
  });

  it('follows a registration that changes its statement, its state and its class', async () => {
    const first = registration('client-1', { governing: governing() });
    await insertAll(store, [first]);
    const second = next(first, {
      governing: governing({ issuer: OTHER, softwareId: 'software-9', jti: 'statement-9' }),
      state: 'ended',
      endReason: 'operator',
      clientClass: 'mobile',
    });
    await store.commit([entry()], [{ replace: 'registration', row: second }]);
    const before = { issuer: governing().issuer, softwareId: 'software-1', statement: 'statement-1' };
    const after = { issuer: OTHER, softwareId: 'software-9', statement: 'statement-9' };
    for (const [was, is] of [
      [{ issuer: before.issuer }, { issuer: after.issuer }],
      [{ softwareId: before.softwareId }, { softwareId: after.softwareId }],
      [{ statement: before.statement }, { statement: after.statement }],
      [{ clientClass: 'default' }, { clientClass: 'mobile' }],
      [{ state: 'active' }, { state: 'ended' }],
    ] as const) {
      expect(await store.registrations(was, undefined, 10)).toEqual([]);
      expect(await store.registrations(is, undefined, 10)).toEqual([second]);
    }
  });

  it('does not take a condition for a pattern, nor an empty one for none', async () => {
    await insertAll(store, ROWS);
    for (const text of ['', '%', 'default%', "' OR 1=1 --", 'DEFAULT'])
      for (const filter of [
        { issuer: text },
        { softwareId: text },
        { statement: text },
        { clientClass: text },
      ])
        expect(await store.registrations(filter, undefined, 10)).toEqual([]);
  });

  it('gives 250 registrations in pages, each once', async () => {
    const all = Array.from({ length: 250 }, (_, i) =>
      registration(`client-${String((i * 7) % 250).padStart(3, '0')}`, { governing: governing() }),
    );
    await insertAll(store, all);
    for (const filter of [{}, { issuer: governing().issuer }]) {
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = ids(await store.registrations(filter, after, 100));
        pages.push(page);
        after = page.at(-1);
      } while (after !== undefined);
      expect(pages.map((page) => page.length)).toEqual([100, 100, 50, 0]);
      expect(pages.flat()).toEqual(ids(all).toSorted());
    }
  });

  it('gives initial access tokens, the newest first', async () => {
    const tokens = Array.from({ length: 30 }, (_, i) =>
      initialAccessToken(`token-${String((i * 7) % 30).padStart(2, '0')}`),
    );
    await store.commit(
      [entry()],
      tokens.map((row) => ({ insert: 'initialAccessToken', row })),
    );
    const newest = tokens.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    expect(await store.initialAccessTokens(100)).toEqual(newest);
    expect(await store.initialAccessTokens(4)).toEqual(newest.slice(0, 4));
  });

  describe('notes that a client was used', () => {
    const row = registration('client-1', { version: 5 });
    beforeEach(() => insertAll(store, [row, registration('client-2')]));

    it('and never lowers the time, changes no version and leaves no entry', async () => {
      const entries = await store.entryCount();
      for (const [at, lastUsedAt] of [
        [NOW, NOW],
        [NOW + 10, NOW + 10],
        [NOW + 5, NOW + 10],
        [0, NOW + 10],
      ] as const) {
        expect(await store.touch('client-1', at)).toBeUndefined();
        expect(await store.registration('client-1')).toEqual({ ...row, lastUsedAt });
      }
      expect(await store.entryCount()).toBe(entries);
      expect(await store.registration('client-2')).toEqual(registration('client-2'));
    });

    it('at once', async () => {
      await Promise.all([3, 9, 1, 7].map((seconds) => store.touch('client-1', NOW + seconds)));
      expect((await store.registration('client-1'))?.lastUsedAt).toBe(NOW + 9);
    });

    it('also while somebody replaces what was read before', async () => {
      await store.touch('client-1', NOW + 10);
      const replaced = await store.commit([entry()], [{ replace: 'registration', row: next(row) }]);
      expect(replaced.ok).toBe(true);
      expect(await store.registration('client-1')).toEqual(next(row, { lastUsedAt: NOW + 10 }));
    });

    it('unless nobody knows the client', async () => {
      expect(await store.touch('client-9', NOW)).toBeUndefined();
      expect(await store.registration('client-9')).toBeUndefined();
      expect(await store.registrations({}, undefined, 10)).toHaveLength(2);
    });
  });
});
