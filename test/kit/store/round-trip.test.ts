import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  END_REASONS,
  type Registration,
  type RegistrationStore,
} from '../../../src/kit/registration/ports.ts';
import { entry, governing, initialAccessToken, insertAll, next, NOW } from './support/rows.ts';
import { registration, software } from './support/rows.ts';
import { storeKinds, type OpenedStore } from './support/stores.ts';

const UNICODE = 'Прогрaмма 程序 🦊 e\u0301 \u202e \u0001 "\\\' \u2028 \uffff';
const NESTED = {
  text: UNICODE,
  'name with "quotes", a dot . and 🦊': null,
  numbers: [0, -1, 1.5, 1e21, 9_007_199_254_740_991],
  booleans: [true, false, null],
  deep: { deeper: { deepest: [[[{ a: [] }]], {}] } },
  empty: '',
};

/** Every column filled, and with a value that no other column has. */
const FULL: Registration = {
  clientId: 'client-full',
  clientClass: UNICODE,
  metadata: NESTED,
  state: 'ended',
  endReason: 'expired',
  createdAt: NOW + 1,
  updatedAt: NOW + 2,
  expiresAt: NOW + 3,
  lastUsedAt: NOW + 4,
  secretSha256: 'secret',
  secretExpiresAt: 0,
  tokenSha256: 'token',
  previousTokenSha256: 'previous',
  previousTokenUntil: NOW + 5,
  governing: governing({ text: 'x'.repeat(20_000), metadata: NESTED, issuedAt: NOW + 6 }),
  initialAccessTokenId: 'initial',
  version: 41,
};

describe.each(storeKinds())('what $name gives back', ({ open, stop }) => {
  let opened: OpenedStore;
  let store: RegistrationStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());
  afterAll(stop);

  it('is a registration with every column, inserted and replaced', async () => {
    await insertAll(store, [FULL]);
    expect(await store.registration('client-full')).toStrictEqual(FULL);
    expect(await store.registrations({}, undefined, 10)).toStrictEqual([FULL]);
    const changed = next(FULL, {
      metadata: { other: NESTED },
      previousTokenUntil: null,
      endReason: 'deleted',
    });
    expect(await store.commit([entry()], [{ replace: 'registration', row: changed }])).toMatchObject({
      ok: true,
    });
    expect(await store.registration('client-full')).toStrictEqual(changed);
  });

  it('is a registration with every null, inserted and replaced', async () => {
    const empty = registration('client-empty', { metadata: {} });
    await insertAll(store, [empty]);
    expect(await store.registration('client-empty')).toStrictEqual(empty);
    const { clientId: _, ...columns } = FULL;
    const filled = { ...columns, clientId: 'client-empty', version: 2 };
    await store.commit([entry()], [{ replace: 'registration', row: filled }]);
    expect(await store.registration('client-empty')).toStrictEqual(filled);
    // Nothing lowers when a client was last used.
    const emptied = { ...empty, lastUsedAt: FULL.lastUsedAt, version: 3 };
    await store.commit([entry()], [{ replace: 'registration', row: emptied }]);
    expect(await store.registration('client-empty')).toStrictEqual(emptied);
    expect(await store.registrations({ issuer: governing().issuer }, undefined, 10)).toEqual([]);
  });

  it('is a governing statement without a place in a status list', async () => {
    const row = registration('client-1', { governing: governing({ statusReference: undefined }) });
    await insertAll(store, [row]);
    expect(await store.registration('client-1')).toEqual(row);
  });

  it.each(END_REASONS)('is the end reason %s', async (endReason) => {
    const row = registration('client-1', { state: 'ended', endReason });
    await insertAll(store, [row]);
    expect(await store.registration('client-1')).toEqual(row);
  });

  it('is metadata of 60 KiB', async () => {
    const jwks = { keys: Array.from({ length: 62 }, (_, i) => ({ kid: `${i}`, n: '🦊'.repeat(250) })) };
    expect(new TextEncoder().encode(JSON.stringify(jwks)).length).toBeGreaterThan(60 * 1024);
    const row = registration('client-1', {
      metadata: { jwks },
      governing: governing({ metadata: { jwks } }),
    });
    await insertAll(store, [row]);
    expect(await store.registration('client-1')).toEqual(row);
  });

  it('is a software with its issuer: neither alone names it', async () => {
    const rows = [
      software('a', { newestMetadata: NESTED, floorIssuedAt: NOW, registrations: 0, version: 9 }),
      software('b', { issuer: 'https://other.example' }),
      software('a', { issuer: 'https://other.example', registrations: 3 }),
      software(UNICODE),
    ];
    await store.commit(
      [entry()],
      rows.map((row) => ({ insert: 'software', row })),
    );
    for (const row of rows) expect(await store.software(row.issuer, row.softwareId)).toStrictEqual(row);
    expect(await store.software(software('b').issuer, 'b')).toBeUndefined();
    expect(await store.software('', 'a')).toBeUndefined();
  });

  it('is an initial access token, revoked and not', async () => {
    const revoked = initialAccessToken('token-1', {
      subject: UNICODE,
      maxUses: 2 ** 40,
      uses: 2 ** 33,
      revokedAt: NOW + 9,
    });
    const fresh = initialAccessToken('token-2');
    await store.commit(
      [entry()],
      [
        { insert: 'initialAccessToken', row: revoked },
        { insert: 'initialAccessToken', row: fresh },
      ],
    );
    expect(await store.initialAccessToken('token-1')).toStrictEqual(revoked);
    expect(await store.initialAccessToken('token-2')).toStrictEqual(fresh);
  });

  it('is the exact text of an entry', async () => {
    const texts = [UNICODE, JSON.stringify(NESTED), ' {"a" : 1}\n', '🦊'.repeat(20_000)];
    for (const text of texts) await store.commit([entry({ text })], []);
    expect((await store.entriesAfter(0, 10)).map(({ text }) => text)).toEqual(texts);
  });
});
