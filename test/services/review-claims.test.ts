import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/services/decide.ts';
import {
  CLAIM_SECONDS,
  claimReview,
  listReviewClaims,
  releaseReview,
} from '../../src/services/review-claims.ts';
import { submit } from '../../src/services/submit.ts';
import {
  expectOk,
  expectRefusal,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
  type TestPerson,
} from '../support/issuer.ts';

let test: TestIssuer;
let scene: Scene;
let other: TestPerson;
let submissionId: string;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  other = await testPerson(test, ['reviewer']);
  const command = { softwareVersion: '1.0.0', metadata: METADATA };
  submissionId = expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
});
afterEach(() => test.close());

const claim = ({ actor }: TestPerson = scene.reviewer) => claimReview(test.issuer, actor, submissionId);
const holders = async () =>
  expectOk(await listReviewClaims(test.issuer, scene.reviewer.actor, [submissionId])).map(
    ({ personId }) => personId,
  );

describe('a claim', () => {
  it('holds for half an hour, and longer when it is made again', async () => {
    const first = expectOk(await claim());
    expect(first).toMatchObject({ isOwn: true, claim: { personId: scene.reviewer.id } });
    expect(first.claim.expiresAt - test.clock.now()).toBe(CLAIM_SECONDS);
    test.clock.advance(CLAIM_SECONDS - 1);
    expect(await holders()).toEqual([scene.reviewer.id]);
    expectOk(await claim());
    test.clock.advance(CLAIM_SECONDS - 1);
    expect(await holders()).toEqual([scene.reviewer.id]);
    test.clock.advance(1);
    expect(await holders()).toEqual([]);
  });

  it('of another stands until it runs out', async () => {
    expectOk(await claim(other));
    expect(expectOk(await claim())).toMatchObject({ isOwn: false, claim: { personId: other.id } });
    test.clock.advance(CLAIM_SECONDS);
    expect(expectOk(await claim())).toMatchObject({ isOwn: true });
  });

  it('is one person’s when two make it at the same instant', async () => {
    const [one, two] = await Promise.all([claim(), claim(other)]);
    const [first, second] = [expectOk(one), expectOk(two)];
    expect([first.isOwn, second.isOwn].filter(Boolean)).toHaveLength(1);
    expect(first.claim).toEqual(second.claim);
  });

  it('is let go by its holder alone', async () => {
    expectOk(await claim(other));
    expectOk(await releaseReview(test.issuer, scene.reviewer.actor, submissionId));
    expect(await holders()).toEqual([other.id]);
    expectOk(await releaseReview(test.issuer, other.actor, submissionId));
    expect(await holders()).toEqual([]);
  });

  it('leaves no entry in the ledger', async () => {
    const before = await test.store.entryCount();
    expectOk(await claim());
    expectOk(await releaseReview(test.issuer, scene.reviewer.actor, submissionId));
    expect(await test.store.entryCount()).toBe(before);
  });

  it('needs no fresh passkey, but the role', async () => {
    const stale: TestPerson['actor'] = {
      ...scene.reviewer.actor,
      credential: { type: 'session', id: 'a session', isFresh: false },
    };
    expectOk(await claimReview(test.issuer, stale, submissionId));
    expect(expectRefusal(await claim(scene.developer))).toMatchObject({ code: 'role_needed' });
    expect(
      expectRefusal(await releaseReview(test.issuer, scene.developer.actor, submissionId)),
    ).toMatchObject({ code: 'role_needed' });
  });

  it('is refused for what one cannot decide, and for what no longer waits', async () => {
    const colleague = await testPerson(test, ['reviewer'], scene.publisherId);
    expect(expectRefusal(await claim(colleague))).toEqual({
      code: 'four_eyes',
      conflict: 'belongs_to_publisher',
    });
    expectOk(await decide(test.issuer, other.actor, submissionId, { verdict: 'reject', reason: 'no' }));
    expect(expectRefusal(await claim())).toMatchObject({ code: 'submission_state', state: 'rejected' });
    expect(expectRefusal(await claimReview(test.issuer, scene.reviewer.actor, 'none'))).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('deciding', () => {
  it('lets go of one’s own claim', async () => {
    expectOk(await claim());
    const decided = expectOk(
      await decide(test.issuer, scene.reviewer.actor, submissionId, { verdict: 'reject', reason: 'no' }),
    );
    expect(decided.claimOfAnother).toBeUndefined();
    expect(await holders()).toEqual([]);
  });

  it('on what another has claimed is allowed and says whose it was', async () => {
    expectOk(await claim(other));
    const decided = expectOk(
      await decide(test.issuer, scene.reviewer.actor, submissionId, { verdict: 'reject', reason: 'no' }),
    );
    expect(decided.claimOfAnother).toMatchObject({ personId: other.id });
    expect(await holders()).toEqual([other.id]);
  });
});
