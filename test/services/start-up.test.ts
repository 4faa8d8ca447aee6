import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkBeforeServing, destroyEndedKeys } from '../../src/services/start-up.ts';
import { revokeKey } from '../../src/services/key-life.ts';
import { expectOk, expectRefusal, testIssuer, type TestIssuer } from '../support/issuer.ts';

let test: TestIssuer;
beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

it('serves what was founded here', async () => {
  expectOk(await checkBeforeServing(test.issuer));
});

it('refuses a database of another issuer identifier', async () => {
  const other = { ...test.issuer, identifier: 'https://other.example' };
  const refusal = expectRefusal(await checkBeforeServing(other));
  expect(refusal.code).toBe('other_issuer');
  expect(refusal.detail).toContain('https://issuer.example');
});

it('refuses another checkpoint key than the issuer was founded with', async () => {
  const custody = { ...test.custody, checkpointPublicKey: () => Promise.resolve(new Uint8Array(32)) };
  expect(expectRefusal(await checkBeforeServing({ ...test.issuer, custody })).code).toBe(
    'checkpoint_key_differs',
  );
});

it('refuses to go on without the private half of the active key', async () => {
  const active = (await test.store.signingKeys()).find((key) => key.state === 'active');
  await test.custody.destroy(active?.kid ?? '');
  expect(expectRefusal(await checkBeforeServing(test.issuer)).code).toBe('active_key_missing');
});

it('refuses a ledger that is shorter than a signed checkpoint', async () => {
  const store = {
    ...test.store,
    latestCheckpoint: () =>
      Promise.resolve({
        size: 1_000,
        previousSize: 0,
        rootHash: '',
        signedAt: 0,
        note: '',
        compactRange: [],
      }),
  };
  expect(expectRefusal(await checkBeforeServing({ ...test.issuer, store })).code).toBe('ledger_shrank');
});

it('destroys what a process that died left of a revoked key', async () => {
  const active = (await test.store.signingKeys()).find((key) => key.state === 'active');
  const destroyed: string[] = [];
  const dying = { ...test.issuer, custody: { ...test.custody, destroy: () => Promise.resolve() } };
  expectOk(await revokeKey(dying, test.operator, active?.kid ?? '', 'test'));
  const custody = { ...test.custody, destroy: (kid: string) => Promise.resolve(void destroyed.push(kid)) };
  await destroyEndedKeys({ ...test.issuer, custody });
  expect(destroyed).toEqual([active?.kid]);
});
