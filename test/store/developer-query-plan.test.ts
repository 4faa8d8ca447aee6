import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src/ports.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Statement } from '../../src/store/executor.ts';
import { openSqliteStore } from '../../src/store/open-sqlite-store.ts';
import { sqliteExecutor } from '../../src/store/sqlite-executor.ts';
import { expectOk } from '../support/issuer.ts';

let directory: string;
let database: Database.Database;
let store: Store;
let run: Statement[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-plan-'));
  const path = join(directory, 'plan.sqlite');
  expectOk(openSqliteStore(path)).close();
  database = new Database(path);
  const executor = sqliteExecutor(database);
  store = createStore({
    ...executor,
    rows: (statement) => {
      run.push(statement);
      return executor.rows(statement);
    },
  });
});
afterAll(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

async function planOf(call: () => Promise<unknown>): Promise<string> {
  run = [];
  await call();
  return run
    .flatMap(({ sql, params }) =>
      database
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...params)
        .map(({ detail }) => detail),
    )
    .join('\n');
}

it('what is under way for a page of software is looked up by software', async () => {
  expect(await planOf(() => store.openSubmissions(['a', 'b']))).toContain(
    'SEARCH submissions USING INDEX one_open_submission (software_id=?)',
  );
});

it('people are looked up by id', async () => {
  expect(await planOf(() => store.peopleOf(['a', 'b']))).toMatch(/SEARCH people USING INDEX \S+ \(id=\?\)/);
});

it('what is left to do is found without reading what is done', async () => {
  expect(await planOf(() => store.pendingEvidence(0, 10))).toMatch(/evidence USING INDEX evidence_pending/);
  expect(await planOf(() => store.domainClaimsDue(0, 10))).toContain(
    'SEARCH domain_claims USING INDEX domain_claims_due (next_check_at<?)',
  );
});

it('the timeline of a software reads its own entries, newest first, without sorting', async () => {
  for (const before of [undefined, 7]) {
    const plan = await planOf(() => store.entries({ softwareId: 'a' }, before, 31));
    expect(plan).toContain('USING INDEX ledger_software (software_id=?');
    expect(plan).not.toContain('TEMP B-TREE');
  }
});
