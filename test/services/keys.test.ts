import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SIGNING_ALGORITHMS } from '../../src/domain/signing-key.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { activateKey, retireDueKeys, retireKey, revokeKey } from '../../src/services/key-life.ts';
import { generateKey, listKeys } from '../../src/services/keys.ts';
import { found } from '../../src/services/found.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  testIssuer,
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

const keys = async () => expectOk(await listKeys(test.issuer, test.operator));
const issue = async (lifetimeSeconds = 10 * DAY) =>
  expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { lifetimeSeconds }))
    .statement;
const published = async (): Promise<string[]> => {
  const { keys: jwks }: { keys: { kid: string }[] } = JSON.parse((await test.publications.jwks()).body);
  return jwks.map((jwk) => jwk.kid);
};

it('the first start leaves an active key and a published standby; starting again changes nothing', async () => {
  expect((await keys()).map((key) => key.state)).toEqual(['active', 'pending']);
  const entries = await test.store.entryCount();
  expect(expectOk(await found(test.issuer, { alg: 'ES256', chosenToken: undefined }))).toEqual({
    founded: false,
  });
  expect(await test.store.entryCount()).toBe(entries);
});

it('a planned rotation: published before it signs and after it stops', async () => {
  const [first, standby] = await keys();
  const early = await activateKey(test.issuer, test.operator, standby?.kid ?? '', {});
  expect(expectRefusal(early)).toMatchObject({ code: 'key_not_published_long_enough' });
  const old = await issue();

  test.clock.advance(2 * DAY);
  expectOk(await activateKey(test.issuer, test.operator, standby?.kid ?? '', {}));
  const fresh = await issue();
  expect([old.kid, fresh.kid]).toEqual([first?.kid, standby?.kid]);
  expect(await published()).toEqual([standby?.kid, first?.kid]);

  const needed = await retireKey(test.issuer, test.operator, first?.kid ?? '');
  expect(expectRefusal(needed)).toMatchObject({ code: 'key_still_needed', until: old.expiresAt + 300 });
  expect(await retireDueKeys(test.issuer)).toEqual([]);
  test.clock.advance(8 * DAY + 300);
  expect(await retireDueKeys(test.issuer)).toEqual([first?.kid]);
  expect(await published()).toEqual([standby?.kid]);
  expect(readdirSync(test.keysDirectory).some((name) => name.startsWith(first?.kid ?? '?'))).toBe(false);
});

it('a year of rotations leaves every live statement verifiable with what is published', async () => {
  const live: { kid: string; expiresAt: number }[] = [];
  for (let month = 0; month < 12; month += 1) {
    live.push(await issue(40 * DAY));
    expectOk(await generateKey(test.issuer, test.operator, { alg: 'ES256' }));
    test.clock.advance(30 * DAY);
    const pending = (await keys()).find((key) => key.state === 'pending');
    expectOk(await activateKey(test.issuer, test.operator, pending?.kid ?? '', {}));
    await retireDueKeys(test.issuer);
    const set = await published();
    const now = test.clock.now();
    for (const statement of live) if (statement.expiresAt > now) expect(set).toContain(statement.kid);
  }
  expect((await published()).length).toBeLessThanOrEqual(4);
});

it('an emergency skips the wait and leaves its reason in the ledger', async () => {
  const standby = (await keys()).find((key) => key.state === 'pending');
  expectOk(
    await activateKey(test.issuer, test.operator, standby?.kid ?? '', { emergencyReason: 'laptop stolen' }),
  );
  const [entry] = await test.store.entries({ kind: 'key.activated' }, undefined, 1);
  expect(entry?.text).toContain('laptop stolen');
});

it('revoking the active key takes it out, revokes what it signed, and lets the standby sign at once', async () => {
  const [first, standby] = await keys();
  const statement = await issue();
  const revoked = expectOk(await revokeKey(test.issuer, test.operator, first?.kid ?? '', 'compromised'));
  expect(revoked.revokedStatements).toBe(1);
  expect(await published()).toEqual([standby?.kid]);
  expect((await test.store.statement(statement.jti))?.statement.state).toBe('revoked');
  expect((await issue()).kid).toBe(standby?.kid);
  expect(expectRefusal(await revokeKey(test.issuer, test.operator, first?.kid ?? '', 'again'))).toMatchObject(
    {
      code: 'key_state',
      state: 'revoked',
    },
  );
});

describe.each(SIGNING_ALGORITHMS)('%s by explicit choice', (alg) => {
  it('signs statements once it is active', async () => {
    const key = expectOk(await generateKey(test.issuer, test.operator, { alg }));
    expectOk(await activateKey(test.issuer, test.operator, key.kid, { emergencyReason: 'test' }));
    expect(await issue()).toMatchObject({ kid: key.kid, alg });
  });
});
