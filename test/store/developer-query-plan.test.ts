import { afterAll, expect, it } from 'vitest';
import { plannedStore } from '../support/query-plan.ts';

const { store, planOf: stepsOf, close } = plannedStore();
afterAll(close);

const planOf = async (call: () => Promise<unknown>) => (await stepsOf(call)).join('\n');

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
