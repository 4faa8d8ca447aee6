import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistrationStore } from '../../../src/kit/registration/ports.ts';
import { contentsOf } from './support/contents.ts';
import {
  entry,
  initialAccessToken,
  insertAll,
  ISSUER,
  next,
  registration,
  software,
} from './support/rows.ts';
import { storeKinds, type OpenedStore } from './support/stores.ts';

const STALE = { ok: false, error: { code: 'stale' } };
const DUPLICATE = { ok: false, error: { code: 'duplicate' } };
const OK = { ok: true, value: undefined };

describe.each(storeKinds())('a commit to $name', ({ open, stop }) => {
  let opened: OpenedStore;
  let store: RegistrationStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());
  afterAll(stop);

  it('stores rows of every kind and its entries, in order', async () => {
    const client = registration('client-1');
    const attested = software('software-1');
    const token = initialAccessToken('token-1');
    const entries = [entry(), entry({ kind: 'floor.raised' }), entry()] as const;
    expect(
      await store.commit(entries, [
        { insert: 'registration', row: client },
        { insert: 'software', row: attested },
        { insert: 'initialAccessToken', row: token },
      ]),
    ).toEqual(OK);
    expect(await store.registration('client-1')).toEqual(client);
    expect(await store.software(ISSUER, 'software-1')).toEqual(attested);
    expect(await store.initialAccessToken('token-1')).toEqual(token);
    expect(await store.entriesAfter(0, 10)).toEqual(entries.map(({ text }, i) => ({ seq: i + 1, text })));
  });

  it('finds nothing where nothing is', async () => {
    expect(await store.registration('client-1')).toBeUndefined();
    expect(await store.software(ISSUER, 'software-1')).toBeUndefined();
    expect(await store.initialAccessToken('token-1')).toBeUndefined();
    expect(await contentsOf(store)).toEqual({
      registrations: [],
      initialAccessTokens: [],
      entries: [],
      entryCount: 0,
      checkpoints: [],
    });
  });

  it('may consist of entries alone', async () => {
    expect(await store.commit([entry(), entry()], [])).toEqual(OK);
    expect(await store.entryCount()).toBe(2);
  });

  it('replaces rows of every kind when their versions are the ones before', async () => {
    const client = registration('client-1');
    const attested = software('software-1');
    const token = initialAccessToken('token-1');
    await store.commit(
      [entry()],
      [
        { insert: 'registration', row: client },
        { insert: 'software', row: attested },
        { insert: 'initialAccessToken', row: token },
      ],
    );
    const ended = next(client, { state: 'ended', endReason: 'deleted' });
    const counted = next(attested, { registrations: 0 });
    const used = next(token, { uses: 1 });
    expect(
      await store.commit(
        [entry()],
        [
          { replace: 'registration', row: ended },
          { replace: 'software', row: counted },
          { replace: 'initialAccessToken', row: used },
        ],
      ),
    ).toEqual(OK);
    expect(await store.registration('client-1')).toEqual(ended);
    expect(await store.software(ISSUER, 'software-1')).toEqual(counted);
    expect(await store.initialAccessToken('token-1')).toEqual(used);
  });

  it('changes no row but the one named', async () => {
    await insertAll(store, [registration('client-1'), registration('client-2')]);
    await store.commit(
      [entry()],
      [
        { insert: 'software', row: software('software-1') },
        { insert: 'software', row: software('software-1', { issuer: 'https://other.example' }) },
      ],
    );
    await store.commit(
      [entry()],
      [
        { replace: 'registration', row: next(registration('client-1'), { clientClass: 'other' }) },
        { replace: 'software', row: next(software('software-1'), { registrations: 5 }) },
      ],
    );
    expect(await store.registration('client-2')).toEqual(registration('client-2'));
    expect((await store.software('https://other.example', 'software-1'))?.registrations).toBe(1);
  });

  describe('that is refused leaves nothing behind', () => {
    const stored = registration('client-1', { version: 3 });
    beforeEach(async () => {
      await insertAll(store, [stored]);
      await store.commit(
        [entry()],
        [
          { insert: 'software', row: software('software-1') },
          { insert: 'initialAccessToken', row: initialAccessToken('token-1') },
        ],
      );
    });

    it.each([2, 3, 5, 6])('a replace of version 3 by version %i, beside good changes', async (version) => {
      const before = await contentsOf(store);
      expect(
        await store.commit(
          [entry(), entry()],
          [
            { insert: 'registration', row: registration('client-2') },
            { replace: 'software', row: next(software('software-1'), { registrations: 9 }) },
            { replace: 'registration', row: { ...stored, version } },
            { insert: 'software', row: software('software-2') },
          ],
        ),
      ).toEqual(STALE);
      expect(await contentsOf(store)).toEqual(before);
      expect(await store.software(ISSUER, 'software-1')).toEqual(software('software-1'));
      expect(await store.software(ISSUER, 'software-2')).toBeUndefined();
    });

    it('a replace of what does not exist', async () => {
      const before = await contentsOf(store);
      for (const change of [
        { replace: 'registration', row: registration('client-9', { version: 2 }) },
        { replace: 'software', row: software('software-9', { version: 2 }) },
        { replace: 'initialAccessToken', row: initialAccessToken('token-9', { version: 2 }) },
      ] as const)
        expect(await store.commit([entry()], [change])).toEqual(STALE);
      expect(await contentsOf(store)).toEqual(before);
    });

    it('an insert of what exists, beside good changes', async () => {
      const before = await contentsOf(store);
      for (const change of [
        { insert: 'registration', row: registration('client-1', { clientClass: 'other' }) },
        { insert: 'software', row: software('software-1', { registrations: 7 }) },
        { insert: 'initialAccessToken', row: initialAccessToken('token-1', { subject: 'Another' }) },
      ] as const)
        expect(
          await store.commit(
            [entry(), entry()],
            [
              { insert: 'registration', row: registration('client-2') },
              { replace: 'registration', row: next(stored, { clientClass: 'other' }) },
              change,
            ],
          ),
        ).toEqual(DUPLICATE);
      expect(await contentsOf(store)).toEqual(before);
      expect(await store.software(ISSUER, 'software-1')).toEqual(software('software-1'));
    });

    it('the same row inserted twice, or inserted and replaced at once', async () => {
      const before = await contentsOf(store);
      const row = registration('client-2');
      expect(
        await store.commit(
          [entry()],
          [
            { insert: 'registration', row },
            { insert: 'registration', row },
          ],
        ),
      ).toEqual(DUPLICATE);
      expect(
        await store.commit(
          [entry()],
          [
            { insert: 'registration', row },
            { replace: 'registration', row: next(row) },
          ],
        ),
      ).toEqual(STALE);
      expect(await contentsOf(store)).toEqual(before);
    });

    it('says stale of what is stale and duplicate at once, whichever comes first', async () => {
      const duplicate = { insert: 'registration', row: stored } as const;
      const stale = { replace: 'registration', row: { ...stored, version: 9 } } as const;
      expect(await store.commit([entry()], [duplicate, stale])).toEqual(STALE);
      expect(await store.commit([entry()], [stale, duplicate])).toEqual(STALE);
    });

    it('and no gap in seq', async () => {
      const texts = (await store.entriesAfter(0, 10)).map(({ text }) => text);
      for (let i = 0; i < 5; i += 1) {
        await store.commit([entry(), entry()], [{ insert: 'registration', row: stored }]);
        await store.commit([entry()], [{ replace: 'registration', row: { ...stored, version: 9 } }]);
        const good = entry();
        texts.push(good.text);
        expect(await store.commit([good], [])).toEqual(OK);
      }
      expect(await store.entriesAfter(0, 100)).toEqual(texts.map((text, i) => ({ seq: i + 1, text })));
      expect(await store.entryCount()).toBe(texts.length);
    });
  });
});
