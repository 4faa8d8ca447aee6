import { afterAll, describe, expect, it } from 'vitest';
import { QUEUE_ORDERS, type QueueFilter, type QueueOrder } from '../../src/ports.ts';
import { plannedStore } from '../support/query-plan.ts';

const NOW = 1_795_204_800;

const { store, planOf, close } = plannedStore();
afterAll(close);

/** What a page reads beside the queue itself: by key, for the rows that are shown. */
const BESIDE = [
  'SEARCH software USING INDEX sqlite_autoindex_software_1 (id=?)',
  'SEARCH publishers USING INDEX sqlite_autoindex_publishers_1 (id=?)',
  'SEARCH review_claims USING INDEX sqlite_autoindex_review_claims_1 (submission_id=?) LEFT-JOIN',
  'SEARCH people USING INDEX sqlite_autoindex_people_1 (id=?) LEFT-JOIN',
];
const INDEX: Readonly<Record<QueueOrder, string>> = {
  attention: 'submissions_attention',
  oldest: 'submissions_state',
  newest: 'submissions_state',
};
const after = { riskScore: 7, id: 'submission-1' };
const page = { limit: 50 };

describe.each(QUEUE_ORDERS)('the queue in order %s', (order) => {
  it('is read along its index, and nothing is sorted', async () => {
    expect(await planOf(() => store.reviewQueue({ state: 'submitted' }, page, order, NOW))).toEqual([
      `SEARCH submissions USING INDEX ${INDEX[order]} (state=?)`,
      ...BESIDE,
    ]);
  });

  it('goes on where a page ended', async () => {
    const bounds = {
      attention: ['state=? AND risk_score=? AND id>?', 'state=? AND risk_score<?'],
      oldest: ['state=? AND id>?'],
      newest: ['state=? AND id<?'],
    }[order];
    expect(
      await planOf(() => store.reviewQueue({ state: 'submitted' }, { ...page, after }, order, NOW)),
    ).toEqual(
      bounds.flatMap((bound) => [`SEARCH submissions USING INDEX ${INDEX[order]} (${bound})`, ...BESIDE]),
    );
  });

  const FILTERS: readonly Omit<QueueFilter, 'state'>[] = [
    { riskLevel: 'high' },
    { publisherIds: ['p'] },
    { expands: true },
    { search: 'bank' },
    { claim: { is: 'unclaimed' } },
    {
      claim: { is: 'available', personId: 'me' },
      decidableBy: { personId: 'me', publisherIds: ['p'] },
    },
    { riskLevel: 'low', publisherIds: ['p'], expands: true, search: 'a', claim: { is: 'unclaimed' } },
  ];
  it.each(FILTERS)('with %j is still read along its index', async (filter) => {
    const plan = await planOf(() => store.reviewQueue({ ...filter, state: 'submitted' }, page, order, NOW));
    expect(plan[0]).toBe(`SEARCH submissions USING INDEX ${INDEX[order]} (state=?)`);
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
    // Names are looked for once; the few claims and the ids that were asked for are walked.
    const scans = ['SCAN software', 'SCAN publishers', 'SCAN review_claims'];
    expect(
      plan.filter(
        (step) => step.startsWith('SCAN') && !scans.includes(step) && !step.startsWith('SCAN json_each'),
      ),
    ).toEqual([]);
  });
});

it('what one has claimed oneself is found by its claims', async () => {
  const filter = { state: 'submitted', claim: { is: 'mine', personId: 'me' } } as const;
  const plan = await planOf(() => store.reviewQueue(filter, page, 'oldest', NOW));
  expect(plan[0]).toBe('SEARCH submissions USING INDEX submissions_state (state=? AND id=?)');
});

it('tallies and outcomes of publishers come from indexes alone', async () => {
  const tallies = await planOf(() => store.publisherTallies(['p'], 100));
  expect(tallies.filter((step) => step.startsWith('SEARCH'))).toEqual([
    'SEARCH submissions USING COVERING INDEX submissions_outcomes (publisher_id=? AND state=?)',
    'SEARCH submissions USING COVERING INDEX submissions_outcomes (publisher_id=? AND state=?)',
    'SEARCH statements USING COVERING INDEX statements_revoked (publisher_id=?)',
  ]);
  expect(await planOf(() => store.publisherOutcomes('p'))).toEqual([
    'SEARCH submissions USING COVERING INDEX submissions_outcomes (publisher_id=?)',
    'SEARCH statements USING COVERING INDEX statements_revoked (publisher_id=?)',
    expect.stringMatching(/^SEARCH ledger_entries USING INDEX ledger_kind \(kind=\?\)$/),
  ]);
  expect(await planOf(() => store.countLiveStatements({ publisherId: 'p' }, NOW))).toEqual([
    'SEARCH statements USING COVERING INDEX statements_publisher (publisher_id=?)',
  ]);
});
