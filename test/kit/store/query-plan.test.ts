import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegistrationFilter, RegistrationStore } from '../../../src/kit/registration/ports.ts';
import { createRegistrationStore } from '../../../src/registration-store/create-store.ts';
import { openSqliteRegistrationStore } from '../../../src/registration-store/open-sqlite-store.ts';
import type { Statement } from '../../../src/store/executor.ts';
import { sqliteExecutor } from '../../../src/store/sqlite-executor.ts';
import { expectOk } from '../../support/issuer.ts';
import { entry, initialAccessToken, ISSUER, next, NOW, registration, software } from './support/rows.ts';
import { databaseFile } from './support/stores.ts';

let file: ReturnType<typeof databaseFile>;
let database: Database.Database;
let store: RegistrationStore;
let run: Statement[] = [];

beforeAll(() => {
  file = databaseFile();
  expectOk(openSqliteRegistrationStore(file.path)).close();
  database = new Database(file.path);
  const executor = sqliteExecutor(database);
  store = createRegistrationStore({
    rows: async (statement) => {
      run.push(statement);
      return executor.rows(statement);
    },
    batch: async (statements) => {
      run.push(...statements);
      return executor.batch(statements);
    },
  });
});
afterAll(() => {
  database.close();
  file.remove();
});

/** How SQLite goes about what a call asks of it, a line for each step. */
async function planOf(call: () => Promise<unknown>): Promise<readonly string[]> {
  run = [];
  await call();
  return run.flatMap(({ sql, params }) =>
    database
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...params)
      .map(({ detail }) => detail),
  );
}

const VALUES: Required<RegistrationFilter> = {
  issuer: ISSUER,
  softwareId: 'software-1',
  statement: 'statement-1',
  clientClass: 'default',
  state: 'active',
};

/** The index that each condition alone has, and with `after`. */
const INDEX: Readonly<Record<keyof RegistrationFilter, string>> = {
  issuer: 'registration_clients_issuer (issuer=?',
  softwareId: 'registration_clients_software_id (software_id=?',
  statement: 'registration_clients_statement (statement=?',
  clientClass: 'registration_clients_class (client_class=?',
  state: 'registration_clients_state (state=?',
};

describe('a page of registrations', () => {
  it.each(Object.entries(INDEX))('by %s alone walks one index and sorts nothing', async (name, index) => {
    const filter = Object.fromEntries(Object.entries(VALUES).filter(([member]) => member === name));
    expect(await planOf(() => store.registrations(filter, undefined, 100))).toEqual([
      `SEARCH registration_clients USING INDEX ${index})`,
    ]);
    expect(await planOf(() => store.registrations(filter, 'client-1', 100))).toEqual([
      `SEARCH registration_clients USING INDEX ${index} AND client_id>?)`,
    ]);
  });

  it('of one software of one issuer walks the index of both', async () => {
    const { issuer, softwareId } = VALUES;
    expect(await planOf(() => store.registrations({ issuer, softwareId }, 'client-1', 100))).toEqual([
      'SEARCH registration_clients USING INDEX registration_clients_software (issuer=? AND software_id=? AND client_id>?)',
    ]);
  });

  it('by every combination walks the index of its narrowest condition and sorts nothing', async () => {
    const names = Object.keys(INDEX);
    for (let subset = 1; subset < 2 ** names.length; subset += 1) {
      const filter = Object.fromEntries(
        Object.entries(VALUES).filter(([name]) => (subset & (1 << names.indexOf(name))) !== 0),
      );
      for (const after of [undefined, 'client-1']) {
        const plan = await planOf(() => store.registrations(filter, after, 100));
        expect(plan, JSON.stringify(filter)).toEqual([
          expect.stringMatching(
            /^SEARCH registration_clients USING INDEX registration_clients_\w+ \(\w+=\?[^)]*\)$/,
          ),
        ]);
        // What few registrations share comes before what many do.
        const isSelective = 'statement' in filter || 'softwareId' in filter;
        if (isSelective) expect(plan[0]).toMatch(/registration_clients_(?:statement|software|software_id) /);
      }
    }
  });

  it('by nothing walks the primary key', async () => {
    expect(await planOf(() => store.registrations({}, undefined, 100))).toEqual([
      'SCAN registration_clients USING INDEX sqlite_autoindex_registration_clients_1',
    ]);
    expect(await planOf(() => store.registrations({}, 'client-1', 100))).toEqual([
      'SEARCH registration_clients USING INDEX sqlite_autoindex_registration_clients_1 (client_id>?)',
    ]);
  });
});

/** A page in the order of an index is a SCAN of that index which LIMIT ends. */
const IN_ORDER = [
  'SCAN registration_initial_access_tokens USING INDEX sqlite_autoindex_registration_initial_access_tokens_1',
  'SCAN registration_audit_entries',
  'SCAN registration_checkpoints',
];

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  registration: () => store.registration('client-1'),
  software: () => store.software(ISSUER, 'software-1'),
  initialAccessToken: () => store.initialAccessToken('token-1'),
  initialAccessTokens: () => store.initialAccessTokens(10),
  touch: () => store.touch('client-1', NOW),
  entriesAfter: () => store.entriesAfter(5, 10),
  entryCount: () => store.entryCount(),
  latestCheckpoint: () => store.latestCheckpoint(),
  checkpointsAfter: () => store.checkpointsAfter(5, 10),
  tile: () => store.tile(0, 0),
  'a commit that inserts': () =>
    store.commit(
      [entry(), entry()],
      [
        { insert: 'registration', row: registration('client-1') },
        { insert: 'software', row: software('software-1') },
        { insert: 'initialAccessToken', row: initialAccessToken('token-1') },
      ],
    ),
  'a commit that replaces': () =>
    store.commit(
      [entry()],
      [
        { replace: 'registration', row: next(registration('client-1')) },
        { replace: 'software', row: next(software('software-1')) },
        { replace: 'initialAccessToken', row: next(initialAccessToken('token-1')) },
      ],
    ),
  'a commit that is refused': () =>
    store.commit([entry()], [{ insert: 'registration', row: registration('client-1') }]),
  seal: () =>
    store.seal({ size: 1, previousSize: 0, rootHash: '', signedAt: NOW, note: '', compactRange: [] }, [
      { level: 0, index: 0, hashes: new Uint8Array(32) },
    ]),
};

describe('every other query', () => {
  it.each(Object.entries(CALLS))('%s searches by a key and sorts nothing', async (_, call) => {
    const plan = await planOf(call);
    expect(run).not.toEqual([]);
    expect(
      plan.filter((step) => step.startsWith('SCAN') && !IN_ORDER.includes(step) && !isConstant(step)),
    ).toEqual([]);
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});

function isConstant(step: string): boolean {
  return step === 'SCAN CONSTANT ROW';
}
