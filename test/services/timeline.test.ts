import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commentOn, listComments } from '../../src/services/comments.ts';
import { decide } from '../../src/services/decide.ts';
import { housekeep } from '../../src/services/housekeeping.ts';
import { issueStatement, renewStatement } from '../../src/services/issue.ts';
import { renameSoftware } from '../../src/services/software.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { submit } from '../../src/services/submit.ts';
import { readTimeline } from '../../src/services/timeline.ts';
import { testInternet } from '../support/internet.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer(testInternet());
  scene = await testScene(test);
});
afterEach(() => test.close());

async function submitted(softwareVersion = '1'): Promise<string> {
  const command = { softwareVersion, metadata: METADATA };
  return expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
}

describe('comments', () => {
  it('go to and fro between developers and reviewers, with names, oldest first', async () => {
    const id = await submitted();
    expectOk(await commentOn(test.issuer, scene.reviewer.actor, id, 'Why offline_access?'));
    test.clock.advance(60);
    expectOk(await commentOn(test.issuer, scene.developer.actor, id, 'For background sync.'));
    const comments = expectOk(await listComments(test.issuer, scene.developer.actor, id));
    expect(comments.map(({ text, personName }) => [personName, text])).toEqual([
      ['reviewer', 'Why offline_access?'],
      ['developer', 'For background sync.'],
    ]);
  });

  it('stand in the ledger by their digest, not by their words', async () => {
    const id = await submitted();
    expectOk(await commentOn(test.issuer, scene.developer.actor, id, 'unmistakable words'));
    const entries = await test.store.entries({ subject: id }, undefined, 10);
    expect(entries.map(({ text }) => text).join('\n')).toContain('submission.commented');
    expect(JSON.stringify(entries)).not.toContain('unmistakable');
  });

  it('are for those who take part', async () => {
    const id = await submitted();
    const auditor = await testPerson(test, ['auditor']);
    const stranger = (await testScene(test)).developer;
    for (const { actor } of [auditor, stranger])
      expect(expectRefusal(await commentOn(test.issuer, actor, id, 'me too')).code).toBe('role_needed');
    expect(expectRefusal(await listComments(test.issuer, stranger.actor, id)).code).toBe('role_needed');
    expectOk(await listComments(test.issuer, auditor.actor, id));
  });

  it('are neither empty nor endless', async () => {
    const id = await submitted();
    for (const text of ['', ' \n ', 'x'.repeat(4_001)])
      expect(expectRefusal(await commentOn(test.issuer, scene.developer.actor, id, text)).code).toBe(
        'invalid_input',
      );
  });

  it('with an idempotency key are made once', async () => {
    const id = await submitted();
    const key = { key: 'once', requestSha256: 'digest' };
    const both = [1, 2].map(() => commentOn(test.issuer, scene.developer.actor, id, 'Hello.', key));
    const [first, second] = (await Promise.all(both)).map((made) => expectOk(made));
    expect(first).toEqual(second);
    expect(await test.store.comments(id)).toHaveLength(1);
  });
});

describe('the timeline of a software', () => {
  it('tells everything in order, newest first, page by page', async () => {
    const { issuer } = test;
    const { developer, reviewer, softwareId } = scene;
    const first = await submitted();
    await housekeep(issuer);
    expectOk(await commentOn(issuer, reviewer.actor, first, 'Hm.'));
    expectOk(
      await decide(issuer, reviewer.actor, first, { verdict: 'request_changes', reason: 'narrow it' }),
    );
    await approve(test, scene, METADATA, '2');
    const { statement } = expectOk(await issueStatement(issuer, developer.actor, softwareId, {}));
    expectOk(await renewStatement(issuer, developer.actor, statement.jti, {}));
    expectOk(await changeStatement(issuer, developer.actor, statement.jti, 'revoke', 'replaced'));
    expectOk(await renameSoftware(issuer, developer.actor, softwareId, 'Another name'));

    const all = expectOk(await readTimeline(issuer, developer.actor, softwareId, { limit: 50 }));
    expect(all.next).toBeUndefined();
    expect(all.items.map(({ by, event }) => `${by ?? 'the issuer'} ${event.type}`)).toEqual([
      'developer renamed',
      'developer statement_revoked',
      'developer issued',
      'developer issued',
      'reviewer decided',
      'developer superseded',
      'developer submitted',
      'reviewer decided',
      'reviewer commented',
      'developer submitted',
      'developer registered',
    ]);
    expect(all.items[2]?.event).toMatchObject({ isRenewal: true });
    expect(all.items[7]?.event).toMatchObject({ verdict: 'request_changes', reason: 'narrow it' });

    const seqs = async (before?: number): Promise<readonly number[]> => {
      const { items, next } = expectOk(
        await readTimeline(issuer, developer.actor, softwareId, { before, limit: 4 }),
      );
      const here = items.map(({ seq }) => seq);
      return next === undefined ? here : [...here, ...(await seqs(next))];
    };
    expect(await seqs()).toEqual(all.items.map(({ seq }) => seq));
  });

  it('is for who may read the software', async () => {
    const { softwareId } = scene;
    expectOk(await readTimeline(test.issuer, scene.reviewer.actor, softwareId, { limit: 5 }));
    const stranger = await testScene(test);
    expect(
      expectRefusal(await readTimeline(test.issuer, stranger.developer.actor, softwareId, { limit: 5 })).code,
    ).toBe('role_needed');
  });

  it('tells what was found behind a submission', async () => {
    const internet = testInternet();
    const other = await testIssuer(internet);
    const there = await testScene(other);
    internet.sites.set('https://app.example/jwks.json', 'content_type');
    const command = { softwareVersion: '1', metadata: METADATA };
    expectOk(await submit(other.issuer, there.developer.actor, there.softwareId, command));
    await housekeep(other.issuer);
    const { items } = expectOk(
      await readTimeline(other.issuer, there.developer.actor, there.softwareId, { limit: 1 }),
    );
    expect(items).toMatchObject([{ by: undefined, event: { type: 'checked', failing: ['jwks_uri'] } }]);
    other.close();
  });
});

it('one work of the housekeeping that fails is logged, and the others are done', async () => {
  await submitted();
  const issuer = {
    ...test.issuer,
    store: { ...test.store, domainClaimsDue: () => Promise.reject(new Error('no disk')) },
  };
  await housekeep(issuer);
  expect(test.logged.join('\n')).toContain('check_due_domains');
  expect(await test.store.pendingEvidence(0, 10)).toEqual([]);
});
