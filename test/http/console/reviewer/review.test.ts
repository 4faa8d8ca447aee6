import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { decide } from '../../../../src/services/decide.ts';
import { currentPolicy } from '../../../../src/services/issuer.ts';
import { changePolicy } from '../../../../src/services/policies.ts';
import { submit } from '../../../../src/services/submit.ts';
import { withdraw } from '../../../../src/services/withdraw.ts';
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

async function submitted(
  metadata: JsonObject = METADATA,
  softwareVersion = '1.0.0',
  note?: string,
): Promise<string> {
  const command = { softwareVersion, metadata, note };
  return expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
}
const path = (id: string) => `/console/review/${id}`;
const stateOf = async (id: string) => (await test.store.submission(id))?.state;

describe('a review page', () => {
  it('begins with what the software will be able to do', async () => {
    const id = await submitted(
      { ...METADATA, redirect_uris: ['https://app.example/cb', 'https://elsewhere.test/cb'] },
      '1.0.0',
      'please be quick',
    );
    const { status, html } = await reviewer.get(path(id));
    expect(status).toBe(200);
    const order = ['authority', 'changes', 'findings', 'evidence', 'hosts', 'metadata'].map((part) =>
      html.indexOf(`id="${part}"`),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(html).toContain('It acts for people who let it, and keeps access after they have left.');
    expect(html).toContain(
      'elsewhere.test is not below a domain that the publisher has shown to be its own.',
    );
    expect(html).toContain('the first submission of this software');
    expect(html).toContain('please be quick');
    expect(html).toContain('0 of 1 approval');
    expect(html).not.toMatch(/style=|<script>|onclick/);
  });

  it('says truly when a reason is needed', async () => {
    const { html } = await reviewer.get(path(await submitted()));
    expect(html).toContain(
      '<label for="reason">Reason<span class="optional"> needed, unless a sentence chosen above says it all</span></label>',
    );
  });

  it('shows what expands authority against the approval, side by side, and folds the rest', async () => {
    await approve(test, scene);
    const { jwks_uri: _, ...rest } = METADATA;
    const id = await submitted(
      {
        ...rest,
        token_endpoint_auth_method: 'none',
        scope: 'openid profile payments',
        client_uri: 'https://app.example/',
      },
      '1.1.0',
    );
    const { html } = await reviewer.get(path(id));
    const section = html.slice(html.indexOf('id="changes"'), html.indexOf('id="findings"'));
    expect(section).toContain('Expands authority (2)');
    expect(section).toContain('payments');
    expect(section).toContain('It takes less to pretend to be the client.');
    expect(section.indexOf('<details>')).toBeGreaterThan(section.indexOf('payments'));
    expect(section).toContain('Narrows authority (1)');
    expect(section).toContain('Changes no authority (1)');
    expect(html).toContain('Against version');
  });

  it('escapes whatever the developer wrote', async () => {
    const hostile = '<script>alert(1)</script>"\'&';
    const id = await submitted(
      { ...METADATA, client_name: hostile, client_uri: 'https://app.example/?q=%3Cb%3E' },
      '1.0.0',
      hostile,
    );
    const { html } = await reviewer.get(path(id));
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('&lt;script&gt;alert(1)');
  });

  it('of a submission with two hundred redirect URIs stays light', async () => {
    const policy = await currentPolicy(test.issuer);
    const metadata = { ...policy.metadata, maxRedirectUris: 300 };
    const change = { policy: { ...policy, metadata }, expectedVersion: policy.version };
    expectOk(await changePolicy(test.issuer, test.operator, change));
    const redirects = Array.from({ length: 200 }, (_, i) => `https://a.test/${i}`);
    const id = await submitted({ ...METADATA, redirect_uris: redirects });
    const { status, html } = await reviewer.get(path(id));
    expect(status).toBe(200);
    expect(html).toContain('195 more of the same');
    expect(html).toContain('/redirect_uris/199');
    expect(html.length).toBeLessThan(75_000);
  });

  it('sends developers to their own page, and tells auditors that they cannot decide', async () => {
    const id = await submitted();
    const developer = await visit(test, app, scene.developer.id);
    expect((await developer.get(path(id))).location).toBe(`/console/submissions/${id}`);
    const auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
    const { html } = await auditor.get(path(id));
    expect(html).toContain('reviewers decide');
    expect(html).not.toContain('id="decide"');
    expect((await reviewer.get(path('unknown'))).status).toBe(404);
  });

  it('says why one’s own publisher’s submission cannot be decided, and refuses it', async () => {
    const colleague = await visit(test, app, (await testPerson(test, ['reviewer'], scene.publisherId)).id);
    const id = await submitted();
    const { html } = await colleague.get(path(id));
    expect(html).toContain('You belong to its publisher');
    expect(html).not.toContain('id="decide"');
    const sent = await colleague.post(`${path(id)}/decide`, {
      verdict: 'approve',
      reason: 'ours',
      confirmed: 'yes',
    });
    expect(sent.status).toBe(403);
    expect(await stateOf(id)).toBe('submitted');
  });

  it('shows the two-reviewer policy and who has decided', async () => {
    const policy = await currentPolicy(test.issuer);
    const change = { policy: { ...policy, requiredApprovals: 2 as const }, expectedVersion: policy.version };
    expectOk(await changePolicy(test.issuer, test.operator, change));
    const id = await submitted();
    const conditions = { maxLifetimeSeconds: 30 * 86_400 };
    const other = await testPerson(test, ['reviewer']);
    expectOk(
      await decide(test.issuer, other.actor, id, { verdict: 'approve', reason: 'fine by me', conditions }),
    );
    const { html } = await reviewer.get(path(id));
    expect(html).toContain('1 of 2 approvals');
    expect(html).toContain('fine by me');
    expect(html).toContain('Statements last at most 30 days.');
    const theirs = await visit(test, app, other.id);
    expect((await theirs.get(path(id))).html).toContain('You have decided on it already.');
  });
});

describe('claiming', () => {
  it('and letting go are one button each', async () => {
    const id = await submitted();
    const claimed = await reviewer.post(`${path(id)}/claim`);
    expect(claimed.location).toBe(`${path(id)}?notice=review_claimed`);
    expect((await reviewer.get(path(id))).html).toContain('You have claimed it');
    const other = await visit(test, app, (await testPerson(test, ['reviewer'])).id);
    expect((await other.post(`${path(id)}/claim`)).location).toContain('review_claimed_by_another');
    expect((await other.get(path(id))).html).toContain('has claimed it and may be reading it');
    expect((await reviewer.post(`${path(id)}/release`)).location).toContain('review_released');
    expect((await other.get(path(id))).html).not.toContain('has claimed it');
  });
});

describe('deciding', () => {
  it('asks once, says what it will do, and is done', async () => {
    const id = await submitted();
    const fields = {
      verdict: 'approve',
      template: 'domain',
      reason: 'And it is small.',
      days: '30',
      audience: 'https://as.example\n\nhttps://b.example',
    };
    const asked = await reviewer.post(`${path(id)}/decide`, fields);
    expect(asked.status).toBe(200);
    expect(asked.html).toContain('Statements can be issued over it from now on.');
    expect(asked.html).toContain('Redirects belong to a verified domain of the publisher. And it is small.');
    expect(asked.html).toContain(
      'Statements last at most 30 days and are only for https://as.example, https://b.example.',
    );
    expect(await stateOf(id)).toBe('submitted');
    const [, once = ''] = /name="once" value="([^"]+)"/.exec(asked.html) ?? [];
    const confirmed = { ...fields, once, confirmed: 'yes' };
    const [first, second] = await Promise.all([
      reviewer.post(`${path(id)}/decide`, confirmed),
      reviewer.post(`${path(id)}/decide`, confirmed),
    ]);
    expect([first.location, second.location]).toEqual([
      `${path(id)}?notice=decided`,
      `${path(id)}?notice=decided`,
    ]);
    expect(await test.store.submission(id)).toMatchObject({
      state: 'approved',
      conditions: { maxLifetimeSeconds: 30 * 86_400, audience: ['https://as.example', 'https://b.example'] },
    });
    expect(await test.store.decisions(id)).toHaveLength(1);
  });

  it('names what an approval replaces, and what else a verdict does', async () => {
    await approve(test, scene);
    const id = await submitted(METADATA, '1.1.0');
    const ask = async (verdict: string) =>
      (await reviewer.post(`${path(id)}/decide`, { verdict, reason: 'x' })).html;
    expect(await ask('approve')).toContain('takes the place of the approval before it');
    expect(await ask('reject')).toContain('closed for good');
    expect(await ask('request_changes')).toContain('goes back to the developer');
    await reviewer.post(`${path(id)}/decide`, {
      verdict: 'request_changes',
      reason: 'more',
      confirmed: 'yes',
    });
    expect((await reviewer.get(path(id))).html).toContain('It is sent back for changes; there is nothing');
  });

  it('gives back what was typed, for changing it or for putting it right', async () => {
    const id = await submitted();
    const back = await reviewer.post(`${path(id)}/decide`, {
      verdict: 'reject',
      reason: 'my reason',
      back: 'yes',
    });
    expect(back.status).toBe(200);
    expect(back.html).toMatch(/id="verdict-reject"[^>]*checked/);
    expect(back.html).toContain('my reason');
    const wrong = await reviewer.post(`${path(id)}/decide`, { days: '1.5', verdict: 'approve' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('Say why');
    expect(wrong.html).toContain('Write a whole number of days');
    const none = await reviewer.post(`${path(id)}/decide`, { reason: 'because' });
    expect(none.html).toContain('Choose what you decide.');
    const beyond = await reviewer.post(`${path(id)}/decide`, {
      verdict: 'approve',
      reason: 'a pilot',
      days: '5000',
      audience: 'http://as.example',
    });
    expect(beyond.status).toBe(422);
    expect(beyond.html).toContain('The policy lets statements last at most');
    expect(beyond.html).toContain('http://as.example cannot be an audience');
    expect(beyond.html).toContain('a pilot');
  });

  it('leaves conditions aside for anything but an approval', async () => {
    const id = await submitted();
    const fields = { verdict: 'reject', reason: 'no', days: '5000', confirmed: 'yes' };
    expect((await reviewer.post(`${path(id)}/decide`, fields)).location).toContain('notice=decided');
    expect(await stateOf(id)).toBe('rejected');
  });

  it('tells of a claim of another before and after', async () => {
    const id = await submitted();
    const other = await visit(test, app, (await testPerson(test, ['reviewer'])).id);
    await other.post(`${path(id)}/claim`);
    const fields = { verdict: 'reject', reason: 'no' };
    expect((await reviewer.post(`${path(id)}/decide`, fields)).html).toContain('has claimed this submission');
    const done = await reviewer.post(`${path(id)}/decide`, { ...fields, confirmed: 'yes' });
    expect(done.location).toBe(`${path(id)}?notice=decided_on_claimed`);
  });

  it('shows what happened meanwhile instead, and keeps the words', async () => {
    const id = await submitted();
    expectOk(await withdraw(test.issuer, scene.developer.actor, id, 'a mistake'));
    const late = await reviewer.post(`${path(id)}/decide`, {
      verdict: 'approve',
      reason: 'carefully weighed',
      confirmed: 'yes',
    });
    expect(late.status).toBe(409);
    expect(late.html).toContain('Your decision was not recorded');
    expect(late.html).toContain('withdrawn');
    expect(late.html).toContain('carefully weighed');
  });
});

describe('a passkey that was shown long ago', () => {
  it('has to be shown again, and what was typed comes along', async () => {
    const id = await submitted();
    test.clock.advance(3_600);
    expect((await reviewer.get(path(id))).html).toContain('Deciding needs your passkey');
    const fields = {
      verdict: 'approve',
      template: 'narrow',
      reason: 'in öffentlichem Interesse & well founded',
      days: '30',
      audience: 'https://as.example',
    };
    const { status, location } = await reviewer.post(`${path(id)}/decide`, fields);
    expect(status).toBe(303);
    const way = new URL(location, 'https://issuer.example');
    expect(way.pathname).toBe('/console/step-up');
    const back = await reviewer.get(way.searchParams.get('return') ?? '');
    expect(back.html).toMatch(/id="verdict-approve"[^>]*checked/);
    expect(back.html).toMatch(/value="narrow" selected/);
    expect(back.html).toContain('in öffentlichem Interesse &amp; well founded');
    expect(back.html).toContain('value="30"');
    expect(back.html).toContain('https://as.example');
    expect(await stateOf(id)).toBe('submitted');
  });

  it('keeps what is too long to be carried on the page', async () => {
    const id = await submitted();
    test.clock.advance(3_600);
    const reason = 'because '.repeat(248).trim();
    const { status, html } = await reviewer.post(`${path(id)}/decide`, { verdict: 'reject', reason });
    expect(status).toBe(403);
    expect(html).toContain('Show your passkey first');
    expect(html).toContain(reason);
    expect(await stateOf(id)).toBe('submitted');
  });

  it('decides nothing even when the confirmation is sent at once', async () => {
    const id = await submitted();
    test.clock.advance(3_600);
    const fields = { verdict: 'approve', reason: 'yes', confirmed: 'yes' };
    expect((await reviewer.post(`${path(id)}/decide`, fields)).location).toMatch(/^\/console\/step-up\?/);
    expect(await stateOf(id)).toBe('submitted');
  });
});

describe('comments', () => {
  it('are shown with who said them, and an empty one comes back', async () => {
    const id = await submitted();
    const said = await reviewer.post(`${path(id)}/comments`, { text: 'Why <b>payments</b>?' });
    expect(said.location).toBe(`${path(id)}?notice=commented`);
    expect((await reviewer.get(path(id))).html).toContain('Why &lt;b&gt;payments&lt;/b&gt;?');
    const empty = await reviewer.post(`${path(id)}/comments`, { text: ' ' });
    expect(empty.status).toBe(422);
    expect(empty.html).toContain('Write something.');
  });
});
