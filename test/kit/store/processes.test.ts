import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteRegistrationStore } from '../../../src/registration-store/open-sqlite-store.ts';
import { expectOk } from '../../support/issuer.ts';
import { databaseFile } from './support/stores.ts';
import type { Script } from '../../support/server-process.ts';
import { startWriter, writerScript } from './support/writers.ts';

let script: Script;
beforeAll(async () => {
  script = await writerScript();
});
afterAll(() => script.remove());

let file: ReturnType<typeof databaseFile>;
beforeEach(() => {
  file = databaseFile();
});
afterEach(() => file.remove());

/** Each counts what a half commit would leave; all are 0 in a database of whole ones. */
const HALVES: Readonly<Record<string, string>> = {
  'clients without both entries': `SELECT count(*) FROM registration_clients AS c WHERE 2 <>
    (SELECT count(*) FROM registration_audit_entries AS e WHERE e.client_id = c.client_id)`,
  'entries without a client': `SELECT count(*) FROM registration_audit_entries
    WHERE client_id NOT IN (SELECT client_id FROM registration_clients)`,
  'clients not counted': `SELECT (SELECT count(*) FROM registration_clients) -
    coalesce((SELECT registrations FROM registration_software), 0)`,
  'gaps in seq': 'SELECT count(*) - coalesce(max(seq), 0) FROM registration_audit_entries',
  'entries of one commit apart': `SELECT count(*) FROM registration_audit_entries AS a WHERE kind = 'client.registered'
    AND NOT EXISTS (SELECT 1 FROM registration_audit_entries AS b WHERE b.seq = a.seq + 1 AND b.client_id = a.client_id)`,
};

function inspect(path: string): { readonly halves: object; readonly clients: ReadonlySet<string> } {
  // Opened as a server would after a crash.
  expectOk(openSqliteRegistrationStore(path)).close();
  const database = new Database(path, { readonly: true });
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    return {
      halves: Object.fromEntries(
        Object.entries(HALVES).map(([name, sql]) => [name, database.prepare<[], number>(sql).pluck().get()]),
      ),
      clients: new Set(
        database.prepare<[], string>('SELECT client_id FROM registration_clients').pluck().all(),
      ),
    };
  } finally {
    database.close();
  }
}

const WHOLE = Object.fromEntries(Object.keys(HALVES).map((name) => [name, 0]));

describe('a process killed in the middle of commits', () => {
  it('leaves whole commits, among them all that were answered', async () => {
    const answered: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const writer = startWriter(script, file.path, `round${round}`, 0);
      await writer.wrote(6 + Math.floor(Math.random() * 60));
      await sleep(Math.random() * 20);
      writer.kill();
      const { ids, errors } = await writer.answered;
      expect(errors).toBe('');
      answered.push(...ids);
      const { halves, clients } = inspect(file.path);
      expect(halves, `round ${round}`).toEqual(WHOLE);
      expect(answered.filter((id) => !clients.has(id))).toEqual([]);
    }
    expect(answered.length).toBeGreaterThan(30);
  }, 60_000);
});

describe('two processes on one file', () => {
  it('write at once without losing anything', async () => {
    expectOk(openSqliteRegistrationStore(file.path)).close();
    const writers = ['left', 'right'].map((name) => startWriter(script, file.path, name, 150));
    for (const writer of writers) {
      const { ids, code, errors } = await writer.answered;
      expect(errors).toBe('');
      expect(code).toBe(0);
      expect(new Set(ids).size).toBe(150);
    }
    const { halves, clients } = inspect(file.path);
    expect(halves).toEqual(WHOLE);
    expect(clients.size).toBe(300);
  }, 60_000);

  it('may both be the first to open it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const path = `${file.path}-${round}`;
      const writers = ['a', 'b', 'c'].map((name) => startWriter(script, path, name, 5));
      for (const writer of writers) {
        const { ids, errors } = await writer.answered;
        expect(errors, `round ${round}`).toBe('');
        expect(ids).toHaveLength(5);
      }
      expect(inspect(path).clients.size).toBe(15);
    }
  }, 60_000);
});
