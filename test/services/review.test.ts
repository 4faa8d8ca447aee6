import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changePolicy } from '../../src/services/policies.ts';
import { currentPolicy } from '../../src/services/issuer.ts';
import { decide } from '../../src/services/decide.ts';
import { readSoftware } from '../../src/services/software.ts';
import { listSubmissions, readSubmission } from '../../src/services/submissions.ts';
import { submit } from '../../src/services/submit.ts';
import { withdraw } from '../../src/services/withdraw.ts';
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
  test = await testIssuer();
  scene = await testScene(test);
});
afterEach(() => test.close());

const submitted = (metadata = METADATA, softwareVersion = '1.0.0') =>
  submit(test.issuer, scene.developer.actor, scene.softwareId, { softwareVersion, metadata });

describe('submitting', () => {
  it('stores an immutable snapshot in state submitted, compared with nothing at first', async () => {
    const submission = expectOk(await submitted());
    expect(submission).toMatchObject({
      state: 'submitted',
      comparedWith: null,
      requiredApprovals: 1,
      version: 1,
    });
    expect(submission.metadata).toEqual(METADATA);
    expect(submission.changes.every((change) => change.kind === 'added')).toBe(true);
  });

  it('refuses metadata that breaks rules with every finding, and stores nothing', async () => {
    const before = await test.store.entryCount();
    const refusal = expectRefusal(
      await submitted({ ...METADATA, redirect_uris: ['http://evil.example/cb', 'https://app.example/#x'] }),
    );
    expect(refusal.code).toBe('invalid_client_metadata');
    if (refusal.code === 'invalid_client_metadata')
      expect(
        refusal.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.pointer),
      ).toEqual(expect.arrayContaining(['/redirect_uris/0', '/redirect_uris/1']));
    expect(await test.store.entryCount()).toBe(before);
  });

  it('never keeps a private key, not in the refusal, not in the log, not in the database', async () => {
    const secret = 'MHcCAQEEIPrivateKeyMaterialThatMustNotSurvive';
    const jwk = { kty: 'EC', crv: 'P-256', x: 'a', y: 'b', d: secret, kid: '1' };
    const { jwks_uri: _, ...rest } = METADATA;
    const refusal = expectRefusal(await submitted({ ...rest, jwks: { keys: [jwk] } }));
    expect(JSON.stringify(refusal)).not.toContain(secret);
    expect(test.logged.join('\n')).not.toContain(secret);
    const entries = await test.store.entriesAfter(0, 1_000);
    expect(JSON.stringify(entries)).not.toContain(secret);
  });

  it('takes the place of a submission that nobody decided yet', async () => {
    const first = expectOk(await submitted());
    const second = expectOk(await submitted(METADATA, '1.0.1'));
    const read = expectOk(await readSubmission(test.issuer, scene.developer.actor, first.id));
    expect(read.submission.state).toBe('superseded');
    expect(second.state).toBe('submitted');
  });

  it('refuses a software_version that is taken', async () => {
    await approve(test, scene);
    expect(expectRefusal(await submitted())).toEqual({
      code: 'software_version_taken',
      softwareVersion: '1.0.0',
    });
  });

  it('gives a repeated request the submission the first one made', async () => {
    const command = { softwareVersion: '1.0.0', metadata: METADATA };
    const idempotency = { key: 'k', requestSha256: 'digest' };
    const send = () => submit(test.issuer, scene.developer.actor, scene.softwareId, command, idempotency);
    const [one, two] = await Promise.all([send(), send()]);
    expect(expectOk(two).id).toBe(expectOk(one).id);
    const reused = await submit(test.issuer, scene.developer.actor, scene.softwareId, command, {
      key: 'k',
      requestSha256: 'another',
    });
    expect(expectRefusal(reused)).toEqual({ code: 'idempotency_key_reused', key: 'k' });
  });
});

describe('deciding', () => {
  it('puts the approval in force and supersedes the earlier one', async () => {
    const first = await approve(test, scene);
    const second = await approve(test, scene, { ...METADATA, scope: 'openid' }, '1.1.0');
    const standing = expectOk(await readSoftware(test.issuer, scene.developer.actor, scene.softwareId));
    expect(standing.software.approvedSubmissionId).toBe(second);
    const earlier = expectOk(await readSubmission(test.issuer, scene.reviewer.actor, first));
    expect(earlier.submission.state).toBe('superseded');
  });

  it('is refused to who submitted, even with the reviewer role', async () => {
    const both = await testPerson(test, ['reviewer'], scene.publisherId);
    const submission = expectOk(
      await submit(test.issuer, both.actor, scene.softwareId, { softwareVersion: '1', metadata: METADATA }),
    );
    const command = { verdict: 'approve', reason: 'mine' } as const;
    expect(expectRefusal(await decide(test.issuer, both.actor, submission.id, command))).toEqual({
      code: 'four_eyes',
      conflict: 'submitted_it',
    });
  });

  it('is refused to members of the publisher', async () => {
    const colleague = await testPerson(test, ['reviewer'], scene.publisherId);
    const submission = expectOk(await submitted());
    const command = { verdict: 'approve', reason: 'ours' } as const;
    expect(expectRefusal(await decide(test.issuer, colleague.actor, submission.id, command))).toEqual({
      code: 'four_eyes',
      conflict: 'belongs_to_publisher',
    });
  });

  it('is refused to a developer with the role that is needed', async () => {
    const submission = expectOk(await submitted());
    const command = { verdict: 'approve', reason: 'please' } as const;
    expect(expectRefusal(await decide(test.issuer, scene.developer.actor, submission.id, command))).toEqual({
      code: 'role_needed',
      action: 'decisions:write',
      anyOf: ['reviewer'],
    });
  });

  it('answers a submission that was decided meanwhile with its current state', async () => {
    const other = await testPerson(test, ['reviewer']);
    const submission = expectOk(await submitted());
    const [one, two] = await Promise.all([
      decide(test.issuer, scene.reviewer.actor, submission.id, { verdict: 'approve', reason: 'yes' }),
      decide(test.issuer, other.actor, submission.id, { verdict: 'reject', reason: 'no' }),
    ]);
    const refused = [one, two].filter((outcome) => !outcome.ok);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ error: { code: 'submission_state', submissionId: submission.id } });
  });

  it('needs two different reviewers where the policy asks for two, even in the same instant', async () => {
    const policy = await currentPolicy(test.issuer);
    expectOk(
      await changePolicy(test.issuer, test.operator, {
        policy: { ...policy, requiredApprovals: 2 },
        expectedVersion: policy.version,
      }),
    );
    const other = await testPerson(test, ['reviewer']);
    const submission = expectOk(await submitted());
    const approval = { verdict: 'approve', reason: 'yes' } as const;
    const outcomes = await Promise.all([
      decide(test.issuer, scene.reviewer.actor, submission.id, approval),
      decide(test.issuer, other.actor, submission.id, approval),
    ]);
    expect(outcomes.map((outcome) => expectOk(outcome).submission.state).toSorted()).toEqual([
      'approved',
      'submitted',
    ]);
    const again = await decide(test.issuer, scene.reviewer.actor, submission.id, approval);
    expect(expectRefusal(again)).toMatchObject({ code: 'submission_state', state: 'approved' });
  });

  it('refuses the same reviewer a second approval', async () => {
    const policy = await currentPolicy(test.issuer);
    expectOk(
      await changePolicy(test.issuer, test.operator, {
        policy: { ...policy, requiredApprovals: 2 },
        expectedVersion: policy.version,
      }),
    );
    const submission = expectOk(await submitted());
    const approval = { verdict: 'approve', reason: 'yes' } as const;
    expectOk(await decide(test.issuer, scene.reviewer.actor, submission.id, approval));
    expect(expectRefusal(await decide(test.issuer, scene.reviewer.actor, submission.id, approval))).toEqual({
      code: 'four_eyes',
      conflict: 'decided_before',
    });
  });

  it('sends a submission back, and the next one takes its place', async () => {
    const submission = expectOk(await submitted());
    const command = { verdict: 'request_changes', reason: 'narrow the scope' } as const;
    const sent = expectOk(await decide(test.issuer, scene.reviewer.actor, submission.id, command));
    expect(sent.submission.state).toBe('changes_requested');
    expectOk(await submitted({ ...METADATA, scope: 'openid' }, '1.0.1'));
    const file = expectOk(await readSubmission(test.issuer, scene.developer.actor, submission.id));
    expect(file.submission.state).toBe('superseded');
    expect(file.decisions.map((decision) => decision.reason)).toEqual(['narrow the scope']);
  });
});

it('a withdrawn submission leaves the queue and cannot be decided', async () => {
  const submission = expectOk(await submitted());
  expectOk(await withdraw(test.issuer, scene.developer.actor, submission.id, 'a mistake'));
  const queue = await listSubmissions(
    test.issuer,
    scene.reviewer.actor,
    { states: ['submitted'] },
    { limit: 10 },
    'oldest',
  );
  expect(expectOk(queue)).toEqual([]);
  const late = await decide(test.issuer, scene.reviewer.actor, submission.id, {
    verdict: 'approve',
    reason: 'late',
  });
  expect(expectRefusal(late)).toMatchObject({ code: 'submission_state', state: 'withdrawn' });
});

it('a developer sees the submissions of their own publishers alone', async () => {
  expectOk(await submitted());
  const stranger = await testScene(test);
  const page = { limit: 10 };
  expect(expectOk(await listSubmissions(test.issuer, stranger.developer.actor, {}, page, 'newest'))).toEqual(
    [],
  );
  expect(
    expectOk(await listSubmissions(test.issuer, scene.developer.actor, {}, page, 'newest')),
  ).toHaveLength(1);
});
