import { afterEach, beforeEach, expect, it } from 'vitest';
import { decide } from '../../src/services/decide.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { readPublisherRecord } from '../../src/services/publisher-record.ts';
import { reinstatePublisher, suspendPublisher } from '../../src/services/publisher-standing.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { submit } from '../../src/services/submit.ts';
import { withdraw } from '../../src/services/withdraw.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  METADATA,
  START,
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

const record = () => readPublisherRecord(test.issuer, scene.reviewer.actor, scene.publisherId);

async function submitted(softwareVersion: string): Promise<string> {
  const command = { softwareVersion, metadata: METADATA };
  return expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
}

it('of a publisher that has done nothing yet says since when it is here', async () => {
  expect(expectOk(await record())).toMatchObject({
    publisher: { name: 'Example Ltd', createdAt: START, verifiedDomains: ['app.example'] },
    submissions: {},
    liveStatements: 0,
    revokedStatements: 0,
    suspensions: 0,
    softwareSuspensions: 0,
    memberCount: 1,
    lostDomains: [],
  });
});

it('counts what became of everything', async () => {
  const { issuer, operator } = test;
  await approve(test, scene);
  await approve(test, scene, METADATA, '1.1.0');
  const verdict = { verdict: 'reject', reason: 'no' } as const;
  expectOk(await decide(issuer, scene.reviewer.actor, await submitted('1.2.0'), verdict));
  expectOk(await withdraw(issuer, scene.developer.actor, await submitted('1.3.0'), 'a mistake'));
  const issue = () => issueStatement(issuer, scene.developer.actor, scene.softwareId, {});
  expectOk(await issue());
  const { jti } = expectOk(await issue()).statement;
  expectOk(await changeStatement(issuer, operator, jti, 'revoke', 'lost'));
  expectOk(await suspendPublisher(issuer, operator, scene.publisherId, 'under examination'));
  expectOk(await reinstatePublisher(issuer, operator, scene.publisherId, 'all is well'));
  await testPerson(test, [], scene.publisherId);
  await testScene(test);
  expect(expectOk(await record())).toMatchObject({
    submissions: { approved: 1, superseded: 1, rejected: 1, withdrawn: 1 },
    liveStatements: 1,
    revokedStatements: 1,
    suspensions: 1,
    memberCount: 2,
  });
});

it('is not told to developers of others, and not made up', async () => {
  const stranger = await testScene(test);
  expect(
    expectRefusal(await readPublisherRecord(test.issuer, stranger.developer.actor, scene.publisherId)),
  ).toMatchObject({ code: 'role_needed' });
  expect(expectRefusal(await readPublisherRecord(test.issuer, scene.reviewer.actor, 'nobody'))).toMatchObject(
    { code: 'not_found', what: 'publisher' },
  );
});
