import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueFilter } from '../../src/ports/catalogue.ts';
import { plannedStore, type PlannedStore } from '../support/query-plan.ts';

let planned: PlannedStore;
beforeAll(() => {
  planned = plannedStore();
});
afterAll(() => planned.close());

const FILTERS: Required<CatalogueFilter> = {
  search: 'example',
  publisherId: 'publisher-1',
  domain: 'app.example',
  standing: 'suspended',
};

/** Read whole, but few or narrow: publishers, and for a search the names of all software. */
const SMALL = /^SCAN (publishers|verified)\b/;

describe('a page of the catalogue', () => {
  const names = Object.keys(FILTERS);
  const combinations = Array.from({ length: 2 ** names.length }, (_, subset) =>
    Object.fromEntries(
      Object.entries(FILTERS).filter(([name]) => (subset & (1 << names.indexOf(name))) !== 0),
    ),
  );

  it.each(combinations.map((filter) => ({ filter, name: Object.keys(filter).join(', ') || 'nothing' })))(
    'by $name is found in its own index and its rows by their keys',
    async ({ filter }) => {
      for (const after of [undefined, 'approval-1']) {
        const plan = await planned.planOf(() => planned.store.catalogue(filter, { after, limit: 50 }));
        expect(plan.filter((step) => step.includes('submissions'))).toEqual([
          'SEARCH submissions USING INDEX sqlite_autoindex_submissions_1 (id=?)',
          after === undefined
            ? expect.stringMatching(/^SCAN submissions USING (COVERING )?INDEX submissions_approved$/)
            : expect.stringMatching(
                /^SEARCH submissions USING (COVERING )?INDEX submissions_approved \(id<\?\)$/,
              ),
        ]);
        const scans = plan.filter(
          (step) => step.startsWith('SCAN') && !step.includes('submissions_approved'),
        );
        expect(scans.filter((step) => !SMALL.test(step))).toEqual(
          'search' in filter ? ['SCAN software'] : [],
        );
        expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
      }
    },
  );
});

describe('what else is shown to anybody', () => {
  it('how much is vouched for', async () => {
    const plan = await planned.planOf(() => planned.store.catalogueSize());
    expect(plan).toContain('SCAN submissions USING COVERING INDEX submissions_approved');
  });

  it('the history of a software', async () => {
    const of = { softwareId: 'software-1', publisherId: 'publisher-1' };
    expect(await planned.planOf(() => planned.store.catalogueEvents(of, 100))).toEqual([
      'SEARCH e USING INDEX ledger_catalogue (software_id=?)',
      'SEARCH s USING INDEX sqlite_autoindex_submissions_1 (id=?) LEFT-JOIN',
      'SEARCH ledger_entries USING INDEX ledger_subject (subject=?)',
      // The few of the publisher.
      'USE TEMP B-TREE FOR ORDER BY',
    ]);
  });

  it('how its statements stand', async () => {
    const plan = await planned.planOf(() => planned.store.countStatements('software-1', 1, 100));
    expect(plan).toContain('SEARCH statements USING COVERING INDEX statements_software (software_id=?)');
  });

  it('whether a statement was renewed', async () => {
    expect(await planned.planOf(() => planned.store.renewedAt('jti-1'))).toEqual([
      'SEARCH statements USING INDEX statements_renewed (renewed_from=?)',
    ]);
  });
});
