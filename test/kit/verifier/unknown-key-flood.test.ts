import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, type FakeIssuer } from '../support/fake-issuer.ts';

let fake: FakeIssuer;
let verifier: StatementVerifier;

beforeEach(async () => {
  fake = await fakeIssuer();
  fake.world.headers.jwks = { 'cache-control': 'max-age=43200' };
  verifier = fake.verifier({ status: { resolve: 'never' } });
  expectOk(await verifier.verify(await fake.statement()));
});

const strays = (count: number) =>
  Promise.all(Array.from({ length: count }, () => fake.statement({}, { kid: randomUUID() })));

/** Verifies ten statements under keys of nobody's, one after another and at once, in every second. */
async function flood(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    fake.clock.advance(1);
    const [alone = '', ...together] = await strays(10);
    expect((await verifier.verify(alone)).ok).toBe(false);
    const results = await Promise.all(together.map((stray) => verifier.verify(stray)));
    expect(results.filter(({ ok }) => ok)).toEqual([]);
  }
}

test('ten minutes of keys of nobody’s make one request in 30 seconds', async () => {
  const before = fake.asked('jwks');
  await flood(600);
  expect(fake.asked('jwks') - before).toBe(20);
  expect(fake.asked('metadata')).toBe(1);
});

test('while the issuer fails too', async () => {
  fake.world.instead.jwks = () => new Response('', { status: 503 });
  const before = fake.asked('jwks');
  await flood(300);
  expect(fake.asked('jwks') - before).toBe(10);
  expectOk(await verifier.verify(await fake.statement()));
});

test('a hundred statements under a new key make one request, and all of them verify', async () => {
  fake.clock.advance(31);
  await fake.rotate();
  const statements = await Promise.all(
    Array.from({ length: 100 }, (_, i) => fake.statement({ jti: `statement-${i}` })),
  );
  const results = await Promise.all(statements.map((statement) => verifier.verify(statement)));
  expect(results.map((result) => expectOk(result).provenance.kid)).toEqual(statements.map(() => 'key-2'));
  expect(fake.asked('jwks')).toBe(2);
});

test('known keys verify without waiting for the request that an unknown one began', async () => {
  fake.clock.advance(31);
  const release = fake.hold('jwks');
  const [stray = ''] = await strays(1);
  const waiting = verifier.verify(stray);
  expectOk(await verifier.verify(await fake.statement()));
  expect(fake.asked('jwks')).toBe(2);
  release();
  expect(expectRefusal(await waiting).reason).toBe('unknown_key');
});

test('a new key is waited for when a load is under way, though the last one failed', async () => {
  fake.world.down = true;
  fake.clock.advance(43_201);
  const old = await fake.statement({ exp: fake.clock.now() + 1_000 });
  expectOk(await verifier.verify(old));
  fake.world.down = false;
  await fake.rotate();
  fake.clock.advance(5);
  const release = fake.hold('jwks');
  // Begins to load, and is answered from what is held.
  expectOk(await verifier.verify(old));
  const waiting = verifier.verify(await fake.statement());
  release();
  expect(expectOk(await waiting).provenance.kid).toBe('key-2');
});
