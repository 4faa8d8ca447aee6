import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafHash } from '../../../src/domain/ledger/merkle.ts';
import { sealLog } from '../../../src/domain/ledger/seal.ts';
import type { AuditEntry, RegistrationStore } from '../../../src/kit/registration/ports.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { contentsOf } from './support/contents.ts';
import { entry } from './support/rows.ts';
import { sealing, verifyLog } from './support/sealing.ts';
import { storeKinds, type OpenedStore } from './support/stores.ts';

describe.each(storeKinds())('the log of $name', ({ open, stop }) => {
  let opened: OpenedStore;
  let store: RegistrationStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());
  afterAll(stop);

  async function grow(count: number): Promise<readonly AuditEntry[]> {
    const first = entry();
    const others = Array.from({ length: count - 1 }, () => entry());
    expectOk(await store.commit([first, ...others], []));
    return [first, ...others];
  }

  /** better-sqlite3 gives a Buffer, which is an Uint8Array and yet unlike one to a comparison. */
  const tile = async (level: number, index: number) => new Uint8Array((await store.tile(level, index)) ?? []);

  it('gives its entries after one, up to so many, and counts them', async () => {
    expect(await store.entryCount()).toBe(0);
    const entries = (await grow(20)).map(({ text }, i) => ({ seq: i + 1, text }));
    expect(await store.entriesAfter(0, 100)).toEqual(entries);
    expect(await store.entriesAfter(5, 3)).toEqual(entries.slice(5, 8));
    expect(await store.entriesAfter(19, 3)).toEqual(entries.slice(19));
    expect(await store.entriesAfter(20, 3)).toEqual([]);
    expect(await store.entryCount()).toBe(20);
  });

  it('is not sealed while it is empty', async () => {
    expect(await sealLog(store, sealing)).toBeUndefined();
    expect(await store.latestCheckpoint()).toBeUndefined();
    expect(await store.checkpointsAfter(0, 10)).toEqual([]);
    expect(await store.tile(0, 0)).toBeUndefined();
  });

  it('is sealed again and again, once for each state, and verifies', async () => {
    for (const count of [1, 7, 250, 50]) {
      await grow(count);
      const sealed = await sealLog(store, sealing);
      expect(await store.latestCheckpoint()).toStrictEqual(sealed);
      expect(await sealLog(store, sealing)).toStrictEqual(sealed);
    }
    const checkpoints = await store.checkpointsAfter(0, 10);
    expect(checkpoints.map(({ size, previousSize }) => [previousSize, size])).toEqual([
      [0, 1],
      [1, 8],
      [8, 258],
      [258, 308],
    ]);
    expect(await store.checkpointsAfter(8, 10)).toStrictEqual(checkpoints.slice(2));
    expect(await store.checkpointsAfter(7, 1)).toStrictEqual(checkpoints.slice(1, 2));
    expect(await store.checkpointsAfter(308, 1)).toEqual([]);
    await grow(2);
    expect(expectOk(await verifyLog(store))).toMatchObject({ entries: 310, checkpoints: 4, unsealed: 2 });
  });

  it('has the tiles of its tree, which grow until they are full', async () => {
    const texts = (await grow(200)).map(({ text }) => text);
    await sealLog(store, sealing);
    expect(await tile(0, 0)).toEqual(octetsOf(texts));
    texts.push(...(await grow(100)).map(({ text }) => text));
    await sealLog(store, sealing);
    const [full, partial, above] = [await tile(0, 0), await tile(0, 1), await tile(1, 0)];
    expect(full).toEqual(octetsOf(texts.slice(0, 256)));
    expect(partial).toEqual(octetsOf(texts.slice(256)));
    expect(above).toHaveLength(32);
    expect(await store.tile(0, 2)).toBeUndefined();
    expect(await store.tile(1, 1)).toBeUndefined();
    expect(await store.tile(2, 0)).toBeUndefined();
  });

  it('takes one checkpoint after another: a second sealer is stale and leaves no tile', async () => {
    await grow(3);
    const sealed = await sealLog(store, sealing);
    if (sealed === undefined) throw new Error('not sealed');
    await grow(3);
    const before = await contentsOf(store);
    const grown = { level: 3, index: 9, hashes: new Uint8Array(32) };
    // From the same predecessor: of the same size, and of another.
    for (const size of [3, 6])
      expect(await store.seal({ ...sealed, size }, [grown])).toEqual({ ok: false, error: { code: 'stale' } });
    expect(await contentsOf(store)).toEqual(before);
    expect(await store.tile(3, 9)).toBeUndefined();
    expect((await sealLog(store, sealing))?.size).toBe(6);
  });

  it('has one chain when several seal at once, while it grows', async () => {
    for (let round = 0; round < 5; round += 1)
      await Promise.all([
        grow(3),
        sealLog(store, sealing),
        grow(2),
        sealLog(store, sealing),
        sealLog(store, sealing),
      ]);
    await sealLog(store, sealing);
    expect(expectOk(await verifyLog(store))).toMatchObject({ entries: 25, unsealed: 0 });
  });

  it('of two that store a checkpoint at once, one is stale', async () => {
    await grow(3);
    const other = await open();
    await other.store.commit([entry({ text: 'a' }), entry({ text: 'b' }), entry({ text: 'c' })], []);
    const theirs = await sealLog(other.store, sealing);
    await other.close();
    if (theirs === undefined) throw new Error('not sealed');
    const outcomes = await Promise.all([store.seal(theirs, []), store.seal(theirs, [])]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([{ ok: false, error: { code: 'stale' } }]);
    expect(await store.checkpointsAfter(0, 10)).toStrictEqual([theirs]);
  });

  it('does not verify once an entry was changed, dropped or exchanged', async () => {
    await grow(10);
    await sealLog(store, sealing);
    await grow(1);
    await sealLog(store, sealing);
    const entries = await store.entriesAfter(0, 100);
    const changed = (seq: number) =>
      entries.map((stored) => (stored.seq === seq ? { seq, text: `${stored.text} ` } : stored));
    expect(expectRefusal(await verifyLog(store, { entries: changed(4) }))).toMatchObject({
      what: 'checkpoint',
      size: 10,
    });
    expect(expectRefusal(await verifyLog(store, { entries: changed(11) }))).toMatchObject({
      what: 'entry',
      seq: 11,
    });
    const dropped = entries.filter(({ seq }) => seq !== 4);
    expect(expectRefusal(await verifyLog(store, { entries: dropped }))).toMatchObject({
      what: 'entry',
      seq: 4,
    });
    const renumbered = dropped.map(({ text }, i) => ({ seq: i + 1, text }));
    expectRefusal(await verifyLog(store, { entries: renumbered }));
    const [first] = await store.checkpointsAfter(0, 1);
    expectRefusal(
      await verifyLog(store, { checkpoints: first === undefined ? [] : [{ ...first, size: 9 }] }),
    );
    expectOk(await verifyLog(store));
  });
});

function octetsOf(texts: readonly string[]): Uint8Array {
  return new Uint8Array(texts.flatMap((text) => [...leafHash(new TextEncoder().encode(text))]));
}
