import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { claimReview } from '../../../../src/services/review-claims.ts';
import { createSoftware } from '../../../../src/services/software.ts';
import { submit } from '../../../../src/services/submit.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let test: TestIssuer;
let app: Hono;
let scene: Scene;
let reviewer: Visitor;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  scene = await testScene(test);
  reviewer = await visit(test, app, scene.reviewer.id);
});
afterEach(() => test.close());

async function submitted(name: string, metadata: JsonObject = METADATA): Promise<string> {
  test.clock.advance(1);
  const { actor } = scene.developer;
  const software = expectOk(
    await createSoftware(test.issuer, actor, { publisherId: scene.publisherId, name }),
  );
  return expectOk(await submit(test.issuer, actor, software.id, { softwareVersion: '1.0.0', metadata })).id;
}

/** Ids of the submissions that a page lists, in order. */
const listed = (html: string) =>
  [...html.matchAll(/href="\/console\/review\/([^"?]+)" class="queue-link"/g)].map(([, id]) => id);

describe('the queue', () => {
  it('says what to do when nothing waits', async () => {
    const { status, html } = await reviewer.get('/console/queue');
    expect(status).toBe(200);
    expect(html).toContain('Nothing waits for review.');
    expect(html).toContain('state=approved');
  });

  it('lists what needs a person first, with what a reviewer needs to choose', async () => {
    await approve(test, scene);
    const quiet = await submitted('Quiet', { ...METADATA, scope: 'openid' });
    const loud = await submitted('Loud', {
      ...METADATA,
      client_name: 'Loud & Clear',
      redirect_uris: ['http://localhost/cb', 'https://elsewhere.test/cb'],
    });
    test.clock.advance(7_200);
    const { html } = await reviewer.get('/console/queue');
    expect(listed(html)).toEqual([loud, quiet]);
    expect(html).toContain('Loud &amp; Clear');
    expect(html).toContain('2 hours');
    expect(html).toContain('2 warnings');
    expect(html).toContain('1 approved, 0 rejected, 0 revoked');
    expect(html).toContain('0 of 1');
    expect(html).not.toMatch(/style=|<script>/);
  });

  it('keeps filters in the URL and in the form', async () => {
    const maps = await submitted('Maps');
    await submitted('Mail');
    const { html } = await reviewer.get('/console/queue?search=map&order=newest&expands=on&risk=high');
    expect(listed(html)).toEqual([maps]);
    expect(html).toContain('value="map"');
    expect(html).toMatch(/value="newest" selected/);
    expect(html).toMatch(/name="expands"[^>]*checked/);
    const none = await reviewer.get('/console/queue?search=nowhere');
    expect(none.html).toContain('Nothing fits these filters.');
  });

  it('narrows to a publisher and says whose', async () => {
    await submitted('Maps');
    const { html } = await reviewer.get(`/console/queue?publisher=${scene.publisherId}`);
    expect(html).toContain('See everybody’s');
    expect(listed(html)).toHaveLength(1);
    expect((await reviewer.get('/console/queue?publisher=none')).status).toBe(404);
  });

  it('goes on page by page in any order', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 27; i += 1) ids.push(await submitted(`Software ${i}`));
    for (const order of ['attention', 'oldest', 'newest']) {
      const first = await reviewer.get(`/console/queue?order=${order}`);
      const [, next = ''] = /href="([^"]+)" rel="next"/.exec(first.html) ?? [];
      const second = await reviewer.get(next.replaceAll('&amp;', '&'));
      const all = [...listed(first.html), ...listed(second.html)];
      expect(all).toEqual(order === 'newest' ? ids.toReversed() : ids);
      expect(second.html).toContain('End of the list');
      expect(first.html.length).toBeLessThan(75_000);
    }
    expect((await reviewer.get('/console/queue?after=nonsense')).status).toBe(422);
  });

  it('shows who is reading what', async () => {
    const other = await testPerson(test, ['reviewer']);
    const id = await submitted('Maps');
    expectOk(await claimReview(test.issuer, other.actor, id));
    expect(listed((await reviewer.get('/console/queue?claim=unclaimed')).html)).toEqual([]);
    expect(listed((await reviewer.get('/console/queue?claim=mine')).html)).toEqual([]);
    const theirs = await visit(test, app, other.id);
    expect(listed((await theirs.get('/console/queue?claim=mine')).html)).toEqual([id]);
    expect((await theirs.get('/console/queue')).html).toContain('>you<');
  });

  it('is open to auditors, who are not offered to decide', async () => {
    await submitted('Maps');
    const auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
    const { status, html } = await auditor.get('/console/queue');
    expect(status).toBe(200);
    expect(listed(html)).toHaveLength(1);
    expect(html).not.toContain('/console/review/next');
  });
});

describe('the next one', () => {
  it('leads to the first that the reviewer may decide, then to the one after', async () => {
    const first = await submitted('Maps', { ...METADATA, scope: 'openid profile email phone' });
    const second = await submitted('Mail');
    expect((await reviewer.get('/console/review/next')).location).toBe(`/console/review/${first}`);
    expect((await reviewer.get(`/console/review/next?after=${first}`)).location).toBe(
      `/console/review/${second}`,
    );
  });

  it('leads back to the queue when there is none', async () => {
    const { location } = await reviewer.get('/console/review/next');
    expect(location).toBe('/console/queue?notice=queue_done');
    expect((await reviewer.get(location)).html).toContain('Nothing waits that you may decide');
  });

  it('is told to reviewers with a stale passkey too, and to nobody else', async () => {
    const id = await submitted('Maps');
    test.clock.advance(3_600);
    expect((await reviewer.get('/console/review/next')).location).toBe(`/console/review/${id}`);
    const auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
    expect((await auditor.get('/console/review/next')).status).toBe(403);
  });
});
