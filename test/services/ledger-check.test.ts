import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackground } from '../../src/node/background.ts';
import type { Issuer } from '../../src/services/issuer.ts';
import { readOverview } from '../../src/services/overview.ts';
import { readLedgerCheck, startLedgerCheck } from '../../src/services/ledger-check.ts';
import { exportLedger } from '../../src/services/ledger-export.ts';
import { readEntryView, readLedgerPage } from '../../src/services/ledger-view.ts';
import { changesOf, detailsOf } from '../../src/domain/ledger/ledger-fact.ts';
import { suspendPublisher } from '../../src/services/publisher-standing.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import {
  expectOk,
  expectRefusal,
  testIssuer,
  testPerson,
  testScene,
  type TestIssuer,
} from '../support/issuer.ts';
import { grow, sealedLedger } from '../support/ledger.ts';

let test: TestIssuer;

beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

/** Asks for progress until there is none to come. */
async function finished(issuer: Issuer) {
  for (;;) {
    const check = expectOk(await readLedgerCheck(issuer, test.operator));
    if (check?.state !== 'running') return check;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a full check', () => {
  it('goes on by itself where a process outlives its requests', async () => {
    await sealedLedger(test, 40);
    const background = createBackground(test.issuer.log);
    const issuer: Issuer = { ...test.issuer, inBackground: background.run };
    const begun = expectOk(await startLedgerCheck(issuer, test.operator));
    const total = await test.store.entryCount();
    expect(begun).toMatchObject({ state: 'running', checked: 0, total, startedBy: test.operator.personId });
    expect(await finished(issuer)).toMatchObject({
      state: 'holds',
      checked: total,
      finishedAt: test.clock.now(),
      verified: { entries: total, checkpoints: 3, unsealed: 0 },
    });
    await background.stop();
  });

  it('moves on with every question where nothing outlives a request', async () => {
    await sealedLedger(test, 40);
    await grow(test, 3);
    expectOk(await startLedgerCheck(test.issuer, test.operator));
    expect(await finished(test.issuer)).toMatchObject({ state: 'holds', verified: { unsealed: 3 } });
  });

  it('names the first thing that does not hold', async () => {
    const { entries } = await sealedLedger(test, 40);
    const { store } = test.issuer;
    const issuer: Issuer = {
      ...test.issuer,
      store: {
        ...store,
        entriesAfter: async (after, limit) =>
          (await store.entriesAfter(after, limit)).map((entry) =>
            entry.seq === 7 ? { ...entry, text: entry.text.replace('"v":1', '"v":2') } : entry,
          ),
      },
    };
    expectOk(await startLedgerCheck(issuer, test.operator));
    expect(await finished(issuer)).toMatchObject({
      state: 'fails',
      fault: { what: 'checkpoint' },
      total: entries.length,
    });
  });

  it('notices entries that were cut off', async () => {
    await sealedLedger(test, 40);
    const { store } = test.issuer;
    const issuer: Issuer = {
      ...test.issuer,
      store: { ...store, entryCount: async () => (await store.entryCount()) - 1 },
    };
    expectOk(await startLedgerCheck(issuer, test.operator));
    expect(await finished(issuer)).toMatchObject({ state: 'fails', fault: { what: 'checkpoint' } });
  });

  it('is one at a time, and says when it could not be ended', async () => {
    await sealedLedger(test, 40);
    const steps: (() => Promise<'more' | 'done'>)[] = [];
    const { store } = test.issuer;
    const issuer: Issuer = {
      ...test.issuer,
      inBackground: (step) => steps.push(step),
      store: { ...store, entriesAfter: () => Promise.reject(new Error('disk')) },
    };
    const first = expectOk(await startLedgerCheck(issuer, test.operator));
    test.clock.advance(5);
    expect(expectOk(await startLedgerCheck(issuer, test.operator))).toEqual(first);
    expect(steps).toHaveLength(1);
    expect(await steps[0]?.()).toBe('done');
    expect(expectOk(await readLedgerCheck(issuer, test.operator))).toMatchObject({ state: 'broken' });
    expect(test.logged.join('\n')).toContain('ledger.check_broken');
  });

  it('is remembered over a restart, and one that could not be ended takes nothing away', async () => {
    const { entries } = await sealedLedger(test, 40);
    expectOk(await startLedgerCheck(test.issuer, test.operator));
    const ended = await finished(test.issuer);
    // What a process knows of checks hangs on its issuer: another object is another process.
    const restarted: Issuer = { ...test.issuer };
    expect(expectOk(await readLedgerCheck(restarted, test.operator))).toEqual(ended);
    expect(ended).toMatchObject({ state: 'holds', checked: entries.length });
    test.clock.advance(5);
    const { store } = test.issuer;
    const failing: Issuer = {
      ...test.issuer,
      store: { ...store, entriesAfter: () => Promise.reject(new Error('disk')) },
    };
    expectOk(await startLedgerCheck(failing, test.operator));
    expect(await finished(failing)).toMatchObject({ state: 'broken' });
    expect(expectOk(await readLedgerCheck({ ...test.issuer }, test.operator))).toEqual(ended);
    const overview = expectOk(await readOverview(restarted, test.operator, test.publications));
    expect(overview.lastCheck).toEqual(ended);
  });

  it('that ended earlier does not take the place of one that ended later', async () => {
    const check = {
      state: 'fails',
      checked: 7,
      total: 9,
      startedAt: 10,
      finishedAt: 20,
      startedBy: test.operator.personId,
      fault: { what: 'entry', seq: 7, detail: 'is not as it was' },
      verified: undefined,
    } as const;
    await test.store.noteLedgerCheck(check);
    await test.store.noteLedgerCheck({ ...check, finishedAt: 15, fault: undefined });
    expect(await test.store.endedLedgerCheck()).toEqual(check);
    await test.store.noteLedgerCheck({ ...check, finishedAt: 30 });
    expect(await test.store.endedLedgerCheck()).toEqual({ ...check, finishedAt: 30 });
  });

  it('is for operators and auditors', async () => {
    const auditor = await testPerson(test, ['auditor']);
    const reviewer = await testPerson(test, ['reviewer']);
    expectOk(await startLedgerCheck(test.issuer, auditor.actor));
    expect(expectRefusal(await startLedgerCheck(test.issuer, reviewer.actor))).toMatchObject({
      code: 'role_needed',
    });
  });
});

describe('the ledger for people', () => {
  it('names whom entries mention, and says what was before and after', async () => {
    const { publisherId } = await testScene(test);
    expectOk(await suspendPublisher(test.issuer, test.operator, publisherId, 'breach'));
    const filter = { publisherId };
    const page = expectOk(await readLedgerPage(test.issuer, test.operator, filter, undefined, 2));
    expect(page.entries.map(({ fact }) => fact?.kind)).toEqual(['publisher.suspended', 'software.created']);
    expect(page.names.get(publisherId)).toBe('Example Ltd');
    expect(page.names.has(test.operator.personId)).toBe(true);
    const [{ fact } = { fact: undefined }] = page.entries;
    expect(fact && changesOf(fact)).toEqual([{ path: [], before: 'active', after: 'suspended' }]);
    expect(fact && detailsOf(fact)).toEqual([
      ['reason', 'breach'],
      ['live_statements', 0],
    ]);
    const rest = expectOk(await readLedgerPage(test.issuer, test.operator, filter, page.next, 10));
    expect(rest.entries.map(({ fact: earlier }) => earlier?.kind)).toEqual([
      'member.added',
      'publisher.created',
    ]);
    expect(rest.next).toBeUndefined();
  });

  it('pages within times even when the clock was set back', async () => {
    const start = test.clock.now();
    await grow(test, 2);
    test.clock.advance(100);
    await grow(test, 2);
    test.clock.advance(-50);
    await grow(test, 2);
    const filter = { kind: 'publisher.created', from: start + 50, to: start + 100 } as const;
    const seen: number[] = [];
    for (let before: number | undefined; ;) {
      const page = expectOk(await readLedgerPage(test.issuer, test.operator, filter, before, 1));
      seen.push(...page.entries.map(({ fact }) => (fact?.at ?? 0) - start));
      before = page.next;
      if (before === undefined) break;
    }
    expect(seen).toEqual([100, 100, 50, 50]);
  });

  it('says of one entry whether its place can be proved yet', async () => {
    await sealLedger(test.issuer);
    await grow(test, 1);
    const last = await test.store.entryCount();
    expect(expectOk(await readEntryView(test.issuer, test.operator, last)).isSealed).toBe(false);
    expect(expectOk(await readEntryView(test.issuer, test.operator, 1))).toMatchObject({
      isSealed: true,
      fact: { kind: 'issuer.founded', actor: { type: 'issuer' } },
    });
  });

  it('leaves as lines that hold every entry and every checkpoint', async () => {
    const { entries } = await sealedLedger(test, 40);
    const lines: unknown[] = [];
    for await (const line of expectOk(await exportLedger(test.issuer, test.operator, 0)))
      lines.push(JSON.parse(line));
    expect(lines).toHaveLength(1 + entries.length + 3);
    expect(lines.at(-1)).toMatchObject({ checkpoint: { size: entries.length } });
  });
});
