import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealLog } from '../../../src/domain/ledger/seal.ts';
import { openSqliteRegistrationStore } from '../../../src/registration-store/open-sqlite-store.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { contentsOf } from './support/contents.ts';
import { entry, governing, initialAccessToken, ISSUER, NOW, registration, software } from './support/rows.ts';
import { sealing, verifyLog } from './support/sealing.ts';
import { databaseFile } from './support/stores.ts';

let file: ReturnType<typeof databaseFile>;
beforeEach(() => {
  file = databaseFile();
});
afterEach(() => file.remove());

async function filled() {
  const opened = expectOk(openSqliteRegistrationStore(file.path));
  expectOk(
    await opened.store.commit(
      [entry(), entry(), entry()],
      [
        { insert: 'registration', row: registration('client-1', { governing: governing() }) },
        { insert: 'software', row: software('software-1') },
        { insert: 'initialAccessToken', row: initialAccessToken('token-1') },
      ],
    ),
  );
  await opened.store.touch('client-1', NOW + 5);
  await sealLog(opened.store, sealing);
  return opened;
}

describe('a database file of registrations', () => {
  it('keeps everything when it is closed and opened again', async () => {
    const first = await filled();
    const contents = await contentsOf(first.store);
    const tile = await first.store.tile(0, 0);
    first.close();
    const second = expectOk(openSqliteRegistrationStore(file.path));
    expect(await contentsOf(second.store)).toEqual(contents);
    expect(await second.store.tile(0, 0)).toEqual(tile);
    expect(await second.store.software(ISSUER, 'software-1')).toEqual(software('software-1'));
    expectOk(await second.store.commit([entry()], []));
    expect((await sealLog(second.store, sealing))?.previousSize).toBe(3);
    expectOk(await verifyLog(second.store));
    second.close();
  });

  it('is backed up while it is open', async () => {
    const opened = await filled();
    const copy = `${file.path}.copy`;
    await opened.backup(copy);
    const contents = await contentsOf(opened.store);
    await opened.store.commit([entry()], []);
    opened.close();
    const restored = expectOk(openSqliteRegistrationStore(copy));
    expect(await contentsOf(restored.store)).toEqual(contents);
    restored.close();
  });

  it('is in write-ahead mode, so that readers and the writer do not wait for each other', async () => {
    const opened = await filled();
    const database = new Database(file.path);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    database.close();
    opened.close();
  });

  it('is refused when a newer version has changed it', async () => {
    (await filled()).close();
    const database = new Database(file.path);
    database
      .prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)')
      .run('of the future', 9_000_000_000_000);
    database.close();
    expect(expectRefusal(openSqliteRegistrationStore(file.path)).code).toBe('newer_version');
  });

  it('is refused when it is no database, or not there to be made', async () => {
    expect(expectRefusal(openSqliteRegistrationStore(`${file.path}/nowhere/a.sqlite`)).code).toBe(
      'cannot_open',
    );
    expect(expectRefusal(openSqliteRegistrationStore(import.meta.filename)).code).toBe('cannot_open');
  });

  it('no longer verifies once somebody has edited an entry in it', async () => {
    const opened = await filled();
    expectOk(await verifyLog(opened.store));
    const database = new Database(file.path);
    database.exec(`UPDATE registration_audit_entries SET text = text || ' ' WHERE seq = 2`);
    database.close();
    expect(expectRefusal(await verifyLog(opened.store))).toMatchObject({ what: 'checkpoint', size: 3 });
    opened.close();
  });

  it('counts neither fewer registrations than none nor more uses than a token has', async () => {
    const { store, close } = await filled();
    const before = await contentsOf(store);
    for (const change of [
      { insert: 'software', row: software('software-2', { registrations: -1 }) },
      { insert: 'initialAccessToken', row: initialAccessToken('token-2', { maxUses: 1, uses: 2 }) },
      { insert: 'registration', row: registration('client-2', { state: 'ended' }) },
    ] as const)
      await expect(store.commit([entry()], [change])).rejects.toThrow('CHECK constraint failed');
    expect(await contentsOf(store)).toEqual(before);
    close();
  });
});
