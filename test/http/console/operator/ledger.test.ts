import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueStatement } from '../../../../src/services/issue.ts';
import { suspendPublisher } from '../../../../src/services/publisher-standing.ts';
import { sealLedger } from '../../../../src/services/seal-ledger.ts';
import {
  approve,
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { grow } from '../../../support/ledger.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let test: TestIssuer;
let scene: Scene;
let app: Hono;
let auditor: Visitor;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  scene = await testScene(test);
  auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
});
afterEach(() => test.close());

describe('the ledger browser', () => {
  it('shows who, what, before and after, with names and ways on', async () => {
    expectOk(await suspendPublisher(test.issuer, test.operator, scene.publisherId, 'breach'));
    const { status, html } = await auditor.get('/console/ledger');
    expect(status).toBe(200);
    expect(html).toContain('Publisher suspended');
    expect(html).toContain('Example Ltd');
    expect(html).toMatch(/active<\/bdi> → <bdi>suspended/);
    expect(html).toContain(`/console/people/${test.operator.personId}`);
  });

  it('is filtered by kind, time, and by names or ids', async () => {
    expectOk(await suspendPublisher(test.issuer, test.operator, scene.publisherId, 'breach'));
    const only = await auditor.get('/console/ledger?kind=publisher.suspended&publisher=Example+Ltd');
    expect(only.html).toContain('data-column="What"><p class="words">Publisher suspended');
    expect(only.html).toContain('Only what concerns');
    expect(only.html).not.toContain('<p class="words">Software registered');
    const day = new Date(test.clock.now() * 1000).toISOString().slice(0, 10);
    expect((await auditor.get(`/console/ledger?from=${day}&to=${day}`)).html).toContain('Issuer founded');
    expect((await auditor.get('/console/ledger?to=2000-01-01')).html).toContain('No entry fits');
    expect((await auditor.get(`/console/ledger?software=${scene.softwareId}`)).html).toContain(
      'Software registered',
    );
  });

  it('asks whom a name means when it is not clear', async () => {
    await grow(test, 2);
    const several = await auditor.get('/console/ledger?publisher=Publisher');
    expect(several.html).toContain('may be more than one publisher');
    const none = await auditor.get('/console/ledger?actor=nobody+at+all');
    expect(none.html).toContain('No person is called “nobody at all”');
  });

  it('pages by a key in the URL', async () => {
    await grow(test, 60);
    const first = await auditor.get('/console/ledger?kind=publisher.created');
    const next = /href="(\/console\/ledger\?kind=publisher\.created&amp;after=\d+)"/.exec(first.html)?.[1];
    const second = await auditor.get((next ?? '').replaceAll('&amp;', '&'));
    expect(second.html).toContain('End of the list');
    expect(second.html).toContain('Example Ltd');
  });

  it('shows hostile text as text', async () => {
    const reason = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    expectOk(await suspendPublisher(test.issuer, test.operator, scene.publisherId, reason));
    const [entry] = await test.store.entries({ kind: 'publisher.suspended' }, undefined, 1);
    const { html } = await auditor.get(`/console/ledger/${entry?.seq ?? 0}`);
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&lt;script&gt;alert(1)');
  });
});

describe('one entry', () => {
  it('says who and what, and is proved once it is sealed', async () => {
    await sealLedger(test.issuer);
    const { html } = await auditor.get('/console/ledger/1');
    expect(html).toContain('Issuer founded');
    expect(html).toContain('/console/ledger/1/proof');
    const proof = await auditor.get('/console/ledger/1/proof');
    expect(JSON.parse(proof.html)).toMatchObject({ leaf_index: 0, entry: { seq: 1 } });
    await grow(test, 1);
    const last = await test.store.entryCount();
    expect((await auditor.get(`/console/ledger/${last}`)).html).toContain('No checkpoint covers it yet');
  });

  it('that does not exist is a page that says so', async () => {
    expect((await auditor.get('/console/ledger/99999')).status).toBe(404);
    expect((await auditor.get('/console/ledger/x')).status).toBe(404);
  });
});

describe('a full check', () => {
  it('is started, followed without scripts, and says what was verified', async () => {
    await sealLedger(test.issuer);
    expect((await auditor.get('/console/ledger/check')).html).toContain('No full check was made yet');
    expect((await auditor.post('/console/ledger/check')).location).toBe('/console/ledger/check');
    const done = await auditor.get('/console/ledger/check');
    expect(done.html).toContain('The ledger holds');
    expect(JSON.parse((await auditor.get('/console/ledger/check/progress')).html)).toMatchObject({
      state: 'holds',
    });
  });

  it('comes again by itself while it is going on, except where the script shows it live', async () => {
    const running = await testIssuer();
    try {
      const slow = appOf({ ...running, issuer: { ...running.issuer, inBackground: () => undefined } });
      const operator = await visit(running, slow, running.operator.personId);
      await operator.post('/console/ledger/check');
      const seen = await operator.get('/console/ledger/check');
      expect(seen.headers.get('refresh')).toBe('2');
      expect(seen.html).toContain('<progress');
      expect((await operator.get('/console/ledger/check?live=1')).headers.get('refresh')).toBeNull();
    } finally {
      running.close();
    }
  });
});

it('the export is a file of lines', async () => {
  await sealLedger(test.issuer);
  const { headers, html } = await auditor.get('/console/ledger/export');
  expect(headers.get('content-disposition')).toContain('ledger.jsonl');
  expect(html.trim().split('\n')).toHaveLength(2 + (await test.store.entryCount()));
});

it('status lists say how full they are and when they were signed', async () => {
  await approve(test, scene);
  expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {}));
  const { status, html } = await auditor.get('/console/status-lists');
  expect(status).toBe(200);
  expect(html).toContain('1,048,576');
});
