import { afterAll, describe, expect, it } from 'vitest';
import type { EntryFilter } from '../../src/ports.ts';
import { plannedStore } from '../support/query-plan.ts';

const NOW = 1_795_204_800;

const { store, planOf, run, close } = plannedStore();
afterAll(close);

describe('counts come from an index that holds all they ask for', () => {
  it('of all live statements, and of those that expire soon', async () => {
    expect(await planOf(() => store.countLiveStatements('all', NOW))).toEqual([
      'SEARCH statements USING INDEX statements_live (expires_at>?)',
    ]);
    expect(await planOf(() => store.countExpiring(NOW, NOW + 7))).toEqual([
      'SEARCH statements USING INDEX statements_live (expires_at>? AND expires_at<?)',
    ]);
  });

  it('of live statements by key', async () => {
    const search = 'SEARCH statements USING COVERING INDEX statements_kid (kid=? AND expires_at>?)';
    expect(await planOf(() => store.countLiveStatements({ kid: 'k' }, NOW))).toEqual([search]);
    expect(await planOf(() => store.liveByKey(NOW))).toContain(search);
    expect(await planOf(() => store.lastExpiresAt('k'))).toEqual([
      'SEARCH statements USING COVERING INDEX statements_kid (kid=?)',
    ]);
  });

  it('of the authorization servers that live statements of a key name', async () => {
    const plan = await planOf(() => store.audiencesOfKey('k', NOW, 10));
    const walks = plan.filter((step) => step.includes(' statements'));
    expect(walks.length).toBeGreaterThan(0);
    expect(new Set(walks)).toEqual(
      new Set(['SEARCH statements USING INDEX statements_audience (kid=? AND audience>?)']),
    );
  });

  it('of what waits and of what fails', async () => {
    // Two indexes begin with the state and hold all that a count asks for; which one is taken is the planner's affair.
    expect(await planOf(() => store.countSubmissions('submitted'))).toEqual([
      expect.stringMatching(
        /^SEARCH submissions USING COVERING INDEX submissions_(?:state|attention) \(state=\?\)$/,
      ),
    ]);
    expect(await planOf(() => store.countFailedEvidence(NOW))).toEqual([
      'SEARCH evidence USING COVERING INDEX evidence_failed (checked_at>?)',
    ]);
    expect(await planOf(() => store.countFailingDomainClaims())).toEqual([
      'SEARCH domain_claims USING COVERING INDEX domain_claims_failing (failing_since>?)',
    ]);
  });
});

describe('documents', () => {
  it('that are due, that drifted, and of a software come from an index each', async () => {
    expect(await planOf(() => store.documentWatchesDue(NOW, 100))).toEqual([
      'SEARCH document_watches USING INDEX document_watches_due (next_check_at<?)',
    ]);
    expect(await planOf(() => store.driftedDocuments(5))).toEqual([
      expect.stringContaining('USING INDEX document_watches_drifted'),
    ]);
    expect(await planOf(() => store.countDriftedDocuments())).toEqual([
      expect.stringContaining('USING COVERING INDEX document_watches_drifted'),
    ]);
    expect(await planOf(() => store.documentWatchesOf('s'))).toEqual([
      'SEARCH document_watches USING INDEX document_watches_software (software_id=?)',
    ]);
  });
});

describe('a page of the ledger', () => {
  const filters: readonly (readonly [string, EntryFilter, string])[] = [
    ['kind', { kind: 'policy.changed' }, 'ledger_kind (kind=? AND '],
    ['actor', { actorId: 'a' }, 'ledger_actor (actor_id=? AND '],
    ['publisher', { publisherId: 'p' }, 'ledger_publisher (publisher_id=? AND '],
    ['software', { softwareId: 's' }, 'ledger_software (software_id=? AND '],
    ['subject', { subject: 's' }, 'ledger_subject (subject=? AND '],
    ['nothing', {}, 'ledger_at ('],
  ];

  it.each(filters)('by %s, within times and after an entry, walks one index', async (_, filter, index) => {
    const within = { ...filter, from: NOW - 10, to: NOW };
    for (const plan of [
      await planOf(() => store.entries(within, undefined, 50)),
      await planOf(() => store.entries(within, 7, 50)),
      await planOf(() => store.entries(filter, 7, 50)),
    ]) {
      const walk = plan.filter((step) => step.includes('ledger_entries USING INDEX'));
      expect(walk).toHaveLength(1);
      expect(walk[0]).toContain(`SEARCH ledger_entries USING INDEX ${index}`);
      expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
    }
  });
});

describe('a page of the ledger by several conditions', () => {
  it('walks the index of the one that the fewest entries meet', async () => {
    const insert =
      'INSERT INTO ledger_entries (id, at, kind, actor_id, subject, text, guarded) VALUES (?, ?, ?, ?, ?, ?, 1)';
    for (let i = 0; i < 20; i += 1)
      run(insert, `e${i}`, NOW, i === 0 ? 'policy.changed' : 'statement.issued', 'a', 's', '');
    const walkOf = async (filter: EntryFilter) =>
      (await planOf(() => store.entries(filter, undefined, 50))).find((step) =>
        step.startsWith('SEARCH ledger_entries USING INDEX'),
      );
    expect(await walkOf({ kind: 'policy.changed', actorId: 'a' })).toContain('ledger_kind (kind=?');
    expect(await walkOf({ kind: 'statement.issued', actorId: 'a' })).toContain('ledger_kind (kind=?');
    expect(await walkOf({ kind: 'statement.issued', actorId: 'nobody' })).toContain(
      'ledger_actor (actor_id=?',
    );
    expect(await walkOf({ kind: 'policy.changed', actorId: 'a', from: NOW + 1 })).toContain('(actor_id=?');
  });
});

/** Every other read, and the steps that its plan may have besides searches. */
const READS: Readonly<Record<string, () => Promise<unknown>>> = {
  failedEvidence: () => store.failedEvidence(NOW, 10),
  publishersOf: () => store.publishersOf('person'),
  ...Object.fromEntries(
    (['person', 'publisher', 'software', 'workload'] as const).map((of) => [
      `names of ${of}`,
      () => store.names(of, ['a', 'b']),
    ]),
  ),
};

describe('every other read', () => {
  it.each(Object.entries(READS))('%s searches by a key and sorts nothing', async (_, call) => {
    const plan = await planOf(call);
    expect(plan).not.toEqual([]);
    expect(plan.filter((step) => step.startsWith('SCAN') && !step.includes('json_each'))).toEqual([]);
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });

  it('live statements of one publisher or software are found by it', async () => {
    const plans = [
      await planOf(() => store.liveStatements({ publisherId: 'p' }, NOW, 10)),
      await planOf(() => store.liveStatements({ softwareId: 's' }, NOW, 10)),
    ];
    const scans = plans.flat().filter((step) => step.startsWith('SCAN') && !step.includes('json_each'));
    expect(scans).toEqual([]);
    expect(plans[0]).toContain('SEARCH statements USING INDEX statements_publisher (publisher_id=?)');
    expect(plans[1]?.some((step) => step.startsWith('SEARCH statements USING'))).toBe(true);
  });

  it('failing claims and people are read in the order they are shown in', async () => {
    expect(await planOf(() => store.failingDomainClaims(10))).toEqual([
      'SEARCH domain_claims USING INDEX domain_claims_failing (failing_since>?)',
    ]);
    const people = await planOf(() => store.findPeople({ search: 'a', role: 'operator' }, { limit: 10 }));
    expect(people.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});
