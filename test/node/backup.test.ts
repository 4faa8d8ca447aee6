import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { backup } from '../../src/node/backup.ts';
import { doctor } from '../../src/node/doctor.ts';
import { readEnvironment, type Environment } from '../../src/node/environment.ts';
import { DATABASE_FILE, openIssuer, type OpenIssuer } from '../../src/node/open-issuer.ts';
import { restore } from '../../src/node/restore.ts';
import { found } from '../../src/services/found.ts';
import { authenticate } from '../../src/services/authenticate.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import { getStatus, statusBitsOf } from '../../src/domain/status-list/bits.ts';
import { inflateBits } from '../../src/domain/status-list/compress.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  fakeClock,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

const quiet = () => undefined;
let directory: string;
let environment: Environment;
const database = () => join(environment.dataDirectory, DATABASE_FILE);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-backup-'));
  environment = expectOk(
    readEnvironment({
      IMPRIMATUR_ISSUER: 'https://issuer.example',
      IMPRIMATUR_DATA: join(directory, 'data'),
      IMPRIMATUR_KEYS: join(directory, 'keys'),
      IMPRIMATUR_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
    }),
  );
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The issuer of this directory, as a test uses it. */
async function open(): Promise<{ readonly opened: OpenIssuer; readonly test: TestIssuer }> {
  const opened = expectOk(await openIssuer(environment, quiet));
  const { issuer, publications } = opened;
  const founding = expectOk(await found(issuer, { alg: 'ES256', chosenToken: undefined }));
  const operatorToken = founding.founded ? (founding.setupToken ?? '') : (token ?? '');
  token = operatorToken;
  const operator = await authenticate(issuer, operatorToken);
  if (operator === undefined) throw new Error('the set-up token does not work');
  const test: TestIssuer = {
    issuer,
    store: issuer.store,
    custody: issuer.custody,
    clock: fakeClock(),
    publications,
    signIn: opened.signIn,
    keysDirectory: environment.keysDirectory,
    logged: [],
    operator,
    operatorToken,
    close: () => undefined,
  };
  return { opened, test };
}
let token: string | undefined;

async function issued(test: TestIssuer, scene: Scene) {
  return expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {})).statement;
}

async function statusOf(test: TestIssuer, statement: { readonly listId: string; readonly idx: number }) {
  const published = await test.publications.statusList(statement.listId);
  const { status_list: list } = decodeJwt<{ status_list: { lst: string } }>(published?.body ?? '');
  const octets = expectOk(await inflateBits(expectOk(decodeBase64url(list.lst)), 2 ** 20));
  return expectOk(getStatus(statusBitsOf(2, octets), statement.idx));
}

describe('backup, while serving', () => {
  it('copies a whole database that the doctor finds well', async () => {
    const { opened, test } = await open();
    const scene = await testScene(test);
    await approve(test, scene);
    await issued(test, scene);
    const target = join(directory, 'copy.sqlite');
    expect(expectOk(await backup(environment.dataDirectory, target)).entries).toBe(
      await test.store.entryCount(),
    );
    expect(expectRefusal(await backup(environment.dataDirectory, target)).code).toBe('target_exists');
    await opened.close();
  });

  it('says where it looked when there is no database', async () => {
    const refusal = expectRefusal(await backup(environment.dataDirectory, join(directory, 'copy')));
    expect(refusal.detail).toContain(environment.dataDirectory);
  });
});

describe('restore', () => {
  it('never hands an index out twice: forgotten statements read INVALID, known ones stand, new ones go to a new list', async () => {
    const first = await open();
    const scene = await testScene(first.test);
    await approve(first.test, scene);
    const known = await issued(first.test, scene);
    const copy = join(directory, 'copy.sqlite');
    expectOk(await backup(environment.dataDirectory, copy));
    const forgotten = await issued(first.test, scene);
    await first.opened.close();

    renameSync(environment.dataDirectory, join(directory, 'lost'));
    const restored = expectOk(await restore(environment, copy, quiet));
    expect(restored).toMatchObject({ restores: 1, closedLists: [known.listId] });

    const second = await open();
    expect(await second.test.store.statement(forgotten.jti)).toBeUndefined();
    expect(await statusOf(second.test, forgotten)).toBe(1);
    expect(await statusOf(second.test, known)).toBe(0);
    const fresh = await issued(second.test, scene);
    expect(fresh.listId).toBe(restored.openedList);
    await second.opened.close();
    expect((await doctor(environment)).filter(({ state }) => state === 'damaged')).toEqual([]);
  });

  it('touches no database that is there', async () => {
    const { opened } = await open();
    const copy = join(directory, 'copy.sqlite');
    expectOk(await backup(environment.dataDirectory, copy));
    await opened.close();
    expect(expectRefusal(await restore(environment, copy, quiet)).code).toBe('database_exists');
  });

  it('refuses a file that is no backup, and leaves nothing behind', async () => {
    const nonsense = join(directory, 'nonsense');
    writeFileSync(nonsense, 'not a database at all, but long enough to be read as one'.repeat(100));
    expectRefusal(await restore(environment, nonsense, quiet));
    const empty = join(directory, 'empty.sqlite');
    new Database(empty).close();
    writeFileSync(empty, '');
    expectRefusal(await restore(environment, empty, quiet));
    expectOk(await restoreOfGood());
  });

  async function restoreOfGood() {
    const elsewhere = { ...environment, dataDirectory: join(directory, 'elsewhere') };
    const opened = expectOk(await openIssuer(elsewhere, quiet));
    expectOk(await found(opened.issuer, { alg: 'ES256', chosenToken: undefined }));
    await opened.close();
    const copy = join(directory, 'good.sqlite');
    copyFileSync(join(elsewhere.dataDirectory, DATABASE_FILE), copy);
    return restore(environment, copy, quiet);
  }
});

describe('the doctor', () => {
  it('finds a changed ledger entry, a changed statement and a missing key', async () => {
    const { opened, test } = await open();
    const scene = await testScene(test);
    await approve(test, scene);
    const statement = await issued(test, scene);
    await opened.close();
    expect((await doctor(environment)).map(({ state }) => state)).not.toContain('damaged');

    const change = (sql: string) => {
      const file = new Database(database());
      file.exec(sql);
      file.close();
    };
    change(`UPDATE statements SET jwt = jwt || 'x'`);
    expect(await damaged()).toEqual(['statements']);
    change(`UPDATE statements SET jwt = '${statement.jwt}'`);
    change(
      `UPDATE ledger_entries SET text = replace(text, 'Example Ltd', 'Evil Ltd') WHERE kind = 'publisher.created'`,
    );
    expect(await damaged()).toContain('ledger');
    change(
      `UPDATE ledger_entries SET text = replace(text, 'Evil Ltd', 'Example Ltd') WHERE kind = 'publisher.created'`,
    );
    expect(await damaged()).toEqual([]);
    rmSync(join(environment.keysDirectory, `${statement.kid}.jwe`));
    expect(await damaged()).toEqual(['keys']);
  });

  async function damaged(): Promise<readonly string[]> {
    return (await doctor(environment)).filter(({ state }) => state === 'damaged').map(({ check }) => check);
  }
});
