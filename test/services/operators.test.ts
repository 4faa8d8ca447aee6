import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { suspendPublisher } from '../../src/services/publisher-standing.ts';
import { foreseePublisher, foreseeSoftware, foreseeStatement } from '../../src/services/effects.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { activateKey, revokeKey } from '../../src/services/key-life.ts';
import { readKeyImpact, readKeyRing } from '../../src/services/key-impact.ts';
import { readOverview } from '../../src/services/overview.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

const DAY = 86_400;
let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  await approve(test, scene);
});
afterEach(() => test.close());

const issue = async (audience?: readonly string[], lifetimeSeconds = 60 * DAY) =>
  expectOk(
    await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { lifetimeSeconds, audience }),
  ).statement;

const A = 'https://a.example';
const B = 'https://b.example';

describe('what an act will do is said before it is done', () => {
  it('to a publisher: how many statements of how many software stop, and for whom', async () => {
    await issue([A, B]);
    await issue([A]);
    await issue();
    const { effect, reach } = expectOk(
      await foreseePublisher(test.issuer, test.operator, scene.publisherId, 'suspend'),
    );
    expect(effect).toEqual({ stop: 3, resume: 0, end: 0, live: 3 });
    expect(reach).toEqual({
      software: 1,
      audiences: [
        { audience: A, statements: 2 },
        { audience: B, statements: 1 },
      ],
      audienceCount: 2,
      forAnyone: 1,
    });
  });

  it('is what then happens: suspended statements come back, revoked ones do not', async () => {
    const first = await issue();
    await issue();
    expectOk(await changeStatement(test.issuer, test.operator, first.jti, 'suspend', 'doubts'));
    const foresee = async (act: 'suspend' | 'reinstate' | 'revoke') =>
      expectOk(await foreseePublisher(test.issuer, test.operator, scene.publisherId, act)).effect;
    expect(await foresee('suspend')).toEqual({ stop: 1, resume: 0, end: 0, live: 2 });
    expectOk(await suspendPublisher(test.issuer, test.operator, scene.publisherId, 'breach'));
    expect(await foresee('reinstate')).toEqual({ stop: 0, resume: 1, end: 0, live: 2 });
    expect(await foresee('revoke')).toEqual({ stop: 0, resume: 0, end: 2, live: 2 });
  });

  it('refuses what the act would refuse', async () => {
    const { publisherId, softwareId } = scene;
    expect(
      expectRefusal(await foreseePublisher(test.issuer, test.operator, publisherId, 'reinstate')),
    ).toMatchObject({ code: 'publisher_state', state: 'active' });
    expect(
      expectRefusal(await foreseeSoftware(test.issuer, test.operator, softwareId, 'reinstate')),
    ).toMatchObject({ code: 'software_state' });
    expect(
      expectRefusal(await foreseeSoftware(test.issuer, scene.developer.actor, softwareId, 'suspend')),
    ).toMatchObject({ code: 'role_needed' });
    const { jti } = await issue();
    expect(expectRefusal(await foreseeStatement(test.issuer, test.operator, jti, 'reinstate'))).toMatchObject(
      { code: 'statement_state', state: 'valid' },
    );
  });

  it('to a software and to one statement', async () => {
    const { jti } = await issue([B]);
    const software = expectOk(
      await foreseeSoftware(test.issuer, scene.developer.actor, scene.softwareId, 'revoke'),
    );
    expect(software.effect).toEqual({ stop: 1, resume: 0, end: 0, live: 1 });
    const statement = expectOk(await foreseeStatement(test.issuer, test.operator, jti, 'revoke'));
    expect(statement).toMatchObject({
      effect: { stop: 1 },
      reach: { software: 1, audiences: [{ audience: B, statements: 1 }], forAnyone: 0 },
    });
    test.clock.advance(61 * DAY);
    expect(expectOk(await foreseeStatement(test.issuer, test.operator, jti, 'revoke')).effect).toMatchObject({
      stop: 0,
      live: 0,
    });
  });
});

describe('what a step on a key would do', () => {
  const keys = async () => expectOk(await readKeyRing(test.issuer, test.operator)).keys;

  it('activation: when it may be, and what becomes of the key that signs now', async () => {
    const statement = await issue();
    const [active, standby] = await keys();
    const impact = expectOk(await readKeyImpact(test.issuer, test.operator, standby?.key.kid ?? ''));
    expect(impact.activation).toMatchObject({
      refusal: { code: 'key_not_published_long_enough', readyAt: impact.activation.readyAt },
      stepsDown: { key: { kid: active?.key.kid }, neededUntil: statement.expiresAt + 300 },
    });
    test.clock.advance(2 * DAY);
    const ready = expectOk(await readKeyImpact(test.issuer, test.operator, standby?.key.kid ?? ''));
    expect(ready.activation.refusal).toBeUndefined();
  });

  it('retirement: not before what it signed has expired', async () => {
    const statement = await issue();
    const [active, standby] = await keys();
    test.clock.advance(2 * DAY);
    expectOk(await activateKey(test.issuer, test.operator, standby?.key.kid ?? '', {}));
    const impact = expectOk(await readKeyImpact(test.issuer, test.operator, active?.key.kid ?? ''));
    expect(impact.retirement.refusal).toEqual({
      code: 'key_still_needed',
      until: statement.expiresAt + 300,
    });
  });

  it('revocation: how many statements go, and who signs next', async () => {
    await issue();
    await issue();
    const [active, standby] = await keys();
    const impact = expectOk(await readKeyImpact(test.issuer, test.operator, active?.key.kid ?? ''));
    expect(impact).toMatchObject({
      liveStatements: 2,
      revocation: { refusal: undefined, successor: { kid: standby?.key.kid }, leavesNone: false },
    });
    expect(impact.reach).toEqual({ audiences: [], audienceCount: 0, forAnyone: 2 });
    expectOk(await revokeKey(test.issuer, test.operator, active?.key.kid ?? '', 'drill'));
    const last = expectOk(await readKeyImpact(test.issuer, test.operator, standby?.key.kid ?? ''));
    expect(last.revocation).toMatchObject({ successor: undefined, leavesNone: true });
  });

  it('revocation: the authorization servers that live statements name', async () => {
    const [first, second, third] = ['https://a.example', 'https://b.example', 'https://c.example'] as const;
    const once = await issue([third], DAY);
    for (const audience of [[first, second], [second], [second], undefined]) await issue(audience);
    const [active, standby] = await keys();
    const reach = async (kid = '') => expectOk(await readKeyImpact(test.issuer, test.operator, kid)).reach;
    expect(await reach(active?.key.kid)).toEqual({
      audiences: [
        { audience: second, statements: 3 },
        { audience: first, statements: 1 },
        { audience: third, statements: 1 },
      ],
      audienceCount: 3,
      forAnyone: 1,
    });
    expectOk(await changeStatement(test.issuer, test.operator, once.jti, 'revoke', 'drill'));
    expect(await reach(active?.key.kid)).toMatchObject({ audienceCount: 2, forAnyone: 1 });
    test.clock.advance(61 * DAY);
    expect(await reach(active?.key.kid)).toEqual({ audiences: [], audienceCount: 0, forAnyone: 0 });
    expect(await reach(standby?.key.kid)).toEqual({ audiences: [], audienceCount: 0, forAnyone: 0 });
  });

  it('the ring counts live statements by key', async () => {
    await issue();
    expect((await keys()).map(({ liveStatements }) => liveStatements)).toEqual([1, 0]);
    test.clock.advance(61 * DAY);
    expect((await keys()).map(({ liveStatements }) => liveStatements)).toEqual([0, 0]);
  });
});

describe('the overview', () => {
  const overview = async () => expectOk(await readOverview(test.issuer, test.operator, test.publications));

  it('says how everything stands', async () => {
    await issue(undefined, 5 * DAY);
    await issue(undefined, 20 * DAY);
    await issue(undefined, 60 * DAY);
    await sealLedger(test.issuer);
    const seen = await overview();
    expect(seen.statements).toEqual({ live: 3, in7Days: 1, in30Days: 2 });
    expect(seen.queue).toEqual({ waiting: 0, oldestSubmittedAt: undefined });
    expect(seen.keys.map(({ key, liveStatements }) => [key.state, liveStatements])).toEqual([
      ['active', 3],
      ['pending', 0],
    ]);
    expect(seen.statusLists).toMatchObject([{ list: { allocated: 3 }, issuedAt: test.clock.now() }]);
    expect(seen.failing).toMatchObject({ documents: 0, domains: 0 });
    expect(seen.ledger.entries).toBe(await test.store.entryCount());
    expect(seen.ledger.unsealed).toBe(0);
    expect(seen.lastCheck).toBeUndefined();
  });

  it('counts again after some seconds, and when the clock was set back', async () => {
    expect((await overview()).statements.live).toBe(0);
    await issue();
    expect((await overview()).statements.live).toBe(0);
    test.clock.advance(10);
    expect((await overview()).statements.live).toBe(1);
    await issue();
    test.clock.advance(-3_600);
    expect((await overview()).statements.live).toBe(2);
  });

  it('is for operators and auditors', async () => {
    const auditor = await testPerson(test, ['auditor']);
    expectOk(await readOverview(test.issuer, auditor.actor, test.publications));
    const refused = await readOverview(test.issuer, scene.reviewer.actor, test.publications);
    expect(expectRefusal(refused)).toMatchObject({ code: 'role_needed' });
  });

  it('is shown when no key is left to sign a status list with', async () => {
    await issue();
    for (const key of await test.store.signingKeys())
      if (key.state !== 'retired') await revokeKey(test.issuer, test.operator, key.kid, 'drill');
    expect((await overview()).statusLists).toMatchObject([{ issuedAt: undefined }]);
  });
});
