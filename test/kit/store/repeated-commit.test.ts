import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistrationStore } from '../../../src/kit/registration/ports.ts';
import { contentsOf } from './support/contents.ts';
import { entry, initialAccessToken, insertAll, next, registration } from './support/rows.ts';
import { storeKinds, type OpenedStore } from './support/stores.ts';

const OK = { ok: true, value: undefined };
const STALE = { ok: false, error: { code: 'stale' } };
const DUPLICATE = { ok: false, error: { code: 'duplicate' } };

describe.each(storeKinds())('commits to $name', ({ open, stop }) => {
  let opened: OpenedStore;
  let store: RegistrationStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());
  afterAll(stop);

  describe('that are repeated happen once', () => {
    it('with an insert', async () => {
      const commit = [
        [entry(), entry()],
        [{ insert: 'registration', row: registration('client-1') }],
      ] as const;
      expect(await store.commit(...commit)).toEqual(OK);
      const once = await contentsOf(store);
      expect(await store.commit(...commit)).toEqual(OK);
      expect(await contentsOf(store)).toEqual(once);
    });

    it('with a replace, whose version is no longer the one before', async () => {
      const row = registration('client-1');
      await insertAll(store, [row]);
      const commit = [[entry()], [{ replace: 'registration', row: next(row) }]] as const;
      expect(await store.commit(...commit)).toEqual(OK);
      const once = await contentsOf(store);
      expect(await store.commit(...commit)).toEqual(OK);
      expect(await contentsOf(store)).toEqual(once);
      await store.commit([entry()], [{ replace: 'registration', row: next(next(row)) }]);
      expect(await store.commit(...commit)).toEqual(OK);
      expect((await store.registration('client-1'))?.version).toBe(3);
    });

    it('at the same time', async () => {
      const row = registration('client-1');
      await insertAll(store, [row]);
      const commit = [
        [entry(), entry()],
        [
          { replace: 'registration', row: next(row) },
          { insert: 'registration', row: registration('client-2') },
        ],
      ] as const;
      expect(
        await Promise.all([store.commit(...commit), store.commit(...commit), store.commit(...commit)]),
      ).toEqual([OK, OK, OK]);
      expect(await store.entryCount()).toBe(3);
      expect((await store.registration('client-1'))?.version).toBe(2);
    });

    it('but are refused when only another entry of theirs exists: they never happened', async () => {
      const known = entry();
      await store.commit([known], []);
      const change = { insert: 'registration', row: registration('client-1') } as const;
      expect(await store.commit([entry(), known], [change])).toEqual(DUPLICATE);
      const twice = entry();
      expect(await store.commit([twice, twice], [change])).toEqual(DUPLICATE);
      expect(await store.registration('client-1')).toBeUndefined();
      expect(await store.entryCount()).toBe(1);
    });
  });

  describe('at once', () => {
    it('on one version of a row: exactly one wins', async () => {
      const row = registration('client-1');
      await insertAll(store, [row]);
      const outcomes = await Promise.all(
        ['a', 'b', 'c', 'd'].map(async (clientClass) => ({
          clientClass,
          outcome: await store.commit(
            [entry()],
            [{ replace: 'registration', row: next(row, { clientClass }) }],
          ),
        })),
      );
      const won = outcomes.filter(({ outcome }) => outcome.ok);
      expect(won).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => !outcome.ok).map(({ outcome }) => outcome)).toEqual([
        STALE,
        STALE,
        STALE,
      ]);
      expect(await store.registration('client-1')).toEqual(
        next(row, { clientClass: won[0]?.clientClass ?? '' }),
      );
      expect(await store.entryCount()).toBe(2);
    });

    it('that insert one row: exactly one wins', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 4 }, () =>
          store.commit([entry()], [{ insert: 'registration', row: registration('client-1') }]),
        ),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(outcomes.filter(({ ok }) => !ok)).toEqual([DUPLICATE, DUPLICATE, DUPLICATE]);
      expect(await store.entryCount()).toBe(1);
    });

    it('that count the one use of an initial access token: exactly one registers', async () => {
      const token = initialAccessToken('token-1', { maxUses: 1 });
      await store.commit([entry()], [{ insert: 'initialAccessToken', row: token }]);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          store.commit(
            [entry()],
            [
              {
                insert: 'registration',
                row: registration(`client-${i}`, { initialAccessTokenId: token.id }),
              },
              { replace: 'initialAccessToken', row: next(token, { uses: 1 }) },
            ],
          ),
        ),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await store.registrations({}, undefined, 10)).toHaveLength(1);
      expect(await store.initialAccessToken('token-1')).toEqual(next(token, { uses: 1 }));
      expect(await store.entryCount()).toBe(2);
    });

    it('that have nothing to do with each other: all happen, refused ones between them do not', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, i) => {
          const clientId = `client-${String(i - (i % 3 === 2 ? 1 : 0)).padStart(2, '0')}`;
          return store.commit([entry()], [{ insert: 'registration', row: registration(clientId) }]);
        }),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(20);
      expect(await store.registrations({}, undefined, 100)).toHaveLength(20);
      expect((await store.entriesAfter(0, 100)).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
    });
  });
});
