import { expect, test } from 'vitest';
import { ok } from '../../../src/domain/result.ts';
import { cachedDocument } from '../../../src/domain/network/cached-document.ts';
import { expectOk } from '../../support/issuer.ts';
import { fakeIssuer } from '../support/fake-issuer.ts';

test('a load that never ends does not keep others waiting for ever', async () => {
  let seconds = 0;
  let loads = 0;
  const document = cachedDocument<number>({
    load: async () => {
      loads += 1;
      // As on Workers when the request that began it is gone.
      if (loads === 1) await new Promise(() => undefined);
      return ok({ value: loads, freshSeconds: 60 });
    },
    now: () => seconds,
    maxStaleSeconds: 0,
  });
  void document.get();
  void document.get();
  expect(loads).toBe(1);
  seconds = 19;
  void document.get();
  expect(loads).toBe(1);
  seconds = 20;
  expect(await document.get()).toMatchObject({ ok: true, value: { value: 2 } });
});

test('the host is told of every load', async () => {
  const told: Promise<unknown>[] = [];
  let seconds = 0;
  const document = cachedDocument<string>({
    load: async () => ok({ value: 'x', freshSeconds: 10 }),
    now: () => seconds,
    maxStaleSeconds: 0,
    background: (work) => told.push(work),
  });
  await document.get();
  seconds = 9;
  document.peek();
  expect(told).toHaveLength(2);
  await Promise.all(told);
});

test('by a verifier of metadata, keys and lists, ahead of their end too', async () => {
  const fake = await fakeIssuer();
  fake.world.headers.metadata = { 'cache-control': 'max-age=300' };
  const told: Promise<unknown>[] = [];
  const verifier = fake.verifier({}, { background: (work) => told.push(work) });
  const statement = await fake.statement();
  expectOk(await verifier.verify(statement));
  expect(told).toHaveLength(3);
  fake.clock.advance(240);
  const release = fake.hold('list');
  expectOk(await verifier.verify(statement));
  expect(told).toHaveLength(6);
  release();
  await Promise.all(told);
  expect([fake.asked('metadata'), fake.asked('jwks'), fake.asked('list')]).toEqual([2, 2, 2]);
});
