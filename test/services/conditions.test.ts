import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { ConditionsDraft } from '../../src/domain/review/conditions.ts';
import { decide } from '../../src/services/decide.ts';
import { issueStatement, renewStatement } from '../../src/services/issue.ts';
import { currentPolicy } from '../../src/services/issuer.ts';
import { changePolicy } from '../../src/services/policies.ts';
import { readSubmission } from '../../src/services/submissions.ts';
import { submit } from '../../src/services/submit.ts';
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
  type TestPerson,
} from '../support/issuer.ts';

const DAY = 86_400;
const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example'];

let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
});
afterEach(() => test.close());

async function submitted(softwareVersion = '1.0.0'): Promise<string> {
  const command = { softwareVersion, metadata: METADATA };
  return expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
}

const approveWith = (id: string, conditions: ConditionsDraft, { actor }: TestPerson = scene.reviewer) =>
  decide(test.issuer, actor, id, { verdict: 'approve', reason: 'within bounds', conditions });

const issue = (command: Parameters<typeof issueStatement>[3] = {}) =>
  issueStatement(test.issuer, scene.developer.actor, scene.softwareId, command);

async function askForTwoReviewers(): Promise<void> {
  const policy = await currentPolicy(test.issuer);
  const change = { policy: { ...policy, requiredApprovals: 2 as const }, expectedVersion: policy.version };
  expectOk(await changePolicy(test.issuer, test.operator, change));
}

/** What the ledger says of the latest decision. */
async function decidedEntry() {
  const [entry] = await test.store.entries({ kind: 'submission.decided' }, undefined, 1);
  const read: JsonObject = JSON.parse(entry?.text ?? '{}');
  return read['data'];
}

describe('an approval with conditions', () => {
  it('keeps them with the decision, the submission and the ledger', async () => {
    const id = await submitted();
    const conditions = { maxLifetimeSeconds: 30 * DAY, audience: [A, B] };
    expectOk(await approveWith(id, conditions));
    const file = expectOk(await readSubmission(test.issuer, scene.reviewer.actor, id));
    expect(file.submission.conditions).toEqual(conditions);
    expect(file.decisions[0]?.conditions).toEqual(conditions);
    const members = { max_lifetime_seconds: 30 * DAY, audience: [A, B] };
    expect(await decidedEntry()).toMatchObject({ conditions: members, conditions_together: members });
  });

  it('without any demands nothing', async () => {
    const id = await submitted();
    expectOk(await approveWith(id, {}));
    const file = expectOk(await readSubmission(test.issuer, scene.reviewer.actor, id));
    expect([file.submission.conditions, file.decisions[0]?.conditions]).toEqual([null, null]);
    expect(await decidedEntry()).toMatchObject({ conditions: null, conditions_together: null });
  });

  it('is refused beyond the policy, and nothing is decided', async () => {
    const id = await submitted();
    const refusal = expectRefusal(
      await approveWith(id, { maxLifetimeSeconds: 500 * DAY, audience: ['http://plain.example'] }),
    );
    expect(refusal).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/conditions/max_lifetime_seconds' }, { pointer: '/conditions/audience/0' }],
    });
    const file = expectOk(await readSubmission(test.issuer, scene.reviewer.actor, id));
    expect([file.submission.state, file.decisions]).toEqual(['submitted', []]);
  });

  it.each(['reject', 'request_changes'] as const)('has no meaning for %s', async (verdict) => {
    const id = await submitted();
    const command = { verdict, reason: 'no', conditions: { audience: [A] } };
    expect(expectRefusal(await decide(test.issuer, scene.reviewer.actor, id, command))).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/conditions' }],
    });
  });
});

describe('two approvals', () => {
  it('hold together: the shorter lifetime, the audiences that both name', async () => {
    await askForTwoReviewers();
    const other = await testPerson(test, ['reviewer']);
    const id = await submitted();
    const first = expectOk(await approveWith(id, { maxLifetimeSeconds: 90 * DAY, audience: [A, B] }));
    expect(first.submission).toMatchObject({
      state: 'submitted',
      conditions: { maxLifetimeSeconds: 90 * DAY, audience: [A, B] },
    });
    const second = expectOk(await approveWith(id, { maxLifetimeSeconds: 7 * DAY, audience: [B, C] }, other));
    expect(second.submission).toMatchObject({
      state: 'approved',
      conditions: { maxLifetimeSeconds: 7 * DAY, audience: [B] },
    });
    expect(expectOk(await issue()).statement).toMatchObject({ audience: [B] });
  });

  it('that no statement could keep to are refused, and say what the first was given for', async () => {
    await askForTwoReviewers();
    const other = await testPerson(test, ['reviewer']);
    const id = await submitted();
    expectOk(await approveWith(id, { audience: [A, B] }));
    const refusal = expectRefusal(await approveWith(id, { audience: [C] }, other));
    expect(refusal).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/conditions/audience', detail: expect.stringContaining(`${A}, ${B}`) }],
    });
    expect(expectOk(await approveWith(id, {}, other)).submission).toMatchObject({
      state: 'approved',
      conditions: { audience: [A, B] },
    });
  });

  it('at the same instant hold together all the same', async () => {
    await askForTwoReviewers();
    const other = await testPerson(test, ['reviewer']);
    const id = await submitted();
    const outcomes = await Promise.all([
      approveWith(id, { audience: [A, B] }),
      approveWith(id, { audience: [B, C] }, other),
    ]);
    expect(outcomes.map((outcome) => expectOk(outcome).submission.state).toSorted()).toEqual([
      'approved',
      'submitted',
    ]);
    const file = expectOk(await readSubmission(test.issuer, scene.reviewer.actor, id));
    expect(file.submission.conditions).toEqual({ audience: [B] });
  });
});

describe('statements over a conditioned approval', () => {
  it('last no longer than it says, whether asked for or not', async () => {
    expectOk(await approveWith(await submitted(), { maxLifetimeSeconds: 10 * DAY }));
    const { statement } = expectOk(await issue());
    expect(statement.expiresAt - statement.issuedAt).toBe(10 * DAY);
    expect(expectRefusal(await issue({ lifetimeSeconds: 10 * DAY + 1 }))).toEqual({
      code: 'lifetime_not_allowed',
      requestedSeconds: 10 * DAY + 1,
      maxSeconds: 10 * DAY,
      setBy: 'approval',
    });
  });

  it('name its authorization servers: all of them unless some are asked for', async () => {
    expectOk(await approveWith(await submitted(), { audience: [A, B] }));
    expect(expectOk(await issue()).statement.audience).toEqual([A, B]);
    expect(expectOk(await issue({ audience: [B] })).statement.audience).toEqual([B]);
    expect(expectRefusal(await issue({ audience: [B, C] }))).toEqual({
      code: 'audience_not_allowed',
      audience: [C],
      allowed: [A, B],
      setBy: 'approval',
    });
  });

  it('are renewed within it, though they were issued over an approval without conditions', async () => {
    await approve(test, scene);
    const unbound = expectOk(await issue()).statement;
    const elsewhere = expectOk(await issue({ audience: [C] })).statement;
    expectOk(await approveWith(await submitted('1.1.0'), { maxLifetimeSeconds: DAY, audience: [A] }));
    const renew = (jti: string) => renewStatement(test.issuer, scene.developer.actor, jti, {});
    const renewed = expectOk(await renew(unbound.jti)).statement;
    expect([renewed.audience, renewed.expiresAt - renewed.issuedAt]).toEqual([[A], DAY]);
    expect(expectRefusal(await renew(elsewhere.jti))).toMatchObject({
      code: 'audience_not_allowed',
      setBy: 'approval',
    });
  });

  it('of a later approval without conditions are free again', async () => {
    expectOk(await approveWith(await submitted(), { audience: [A] }));
    await approve(test, scene, METADATA, '1.1.0');
    expect(expectOk(await issue()).statement.audience).toBeNull();
  });
});
