import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, makeKey, type FakeIssuer } from '../support/fake-issuer.ts';

let fake: FakeIssuer;
let verifier: StatementVerifier;

beforeEach(async () => {
  fake = await fakeIssuer();
  verifier = fake.verifier({ status: { resolve: 'never' } });
});

const verify = async () => expectOk(await verifier.verify(await fake.statement()));
const times = (count: number, statement: string) =>
  Promise.all(Array.from({ length: count }, () => verifier.verify(statement)));

/** Verifies once, moves the clock, verifies again; gives how often the document was asked for. */
async function askedAfter(seconds: number, document: 'metadata' | 'jwks' = 'jwks'): Promise<number> {
  await verify();
  fake.clock.advance(seconds);
  await verify();
  return fake.asked(document);
}

describe('the key set is kept', () => {
  test('one load for a hundred statements at once', async () => {
    const results = await times(100, await fake.statement());
    expect(results.filter(({ ok }) => ok)).toHaveLength(100);
    expect([fake.asked('metadata'), fake.asked('jwks')]).toEqual([1, 1]);
  });

  test('for max-age', async () => {
    fake.world.headers.jwks = { 'cache-control': 'public, max-age=1000' };
    // Up to 80 % nobody asks at all.
    expect(await askedAfter(799)).toBe(1);
    fake.clock.advance(201);
    await verify();
    expect(fake.asked('jwks')).toBe(2);
  });

  test.each([
    ['5 minutes where nothing is said', {}, 300],
    ['max-age less what a cache in between kept it', { 'cache-control': 'max-age=1000', age: '600' }, 400],
    ['an age that is no number counts for nothing', { 'cache-control': 'max-age=1000', age: 'old' }, 1_000],
    ['the first of two directives', { 'cache-control': 'private,max-age="500", s-maxage=9' }, 500],
    ['half a minute at least', { 'cache-control': 'max-age=1' }, 30],
    ['half a minute where it must not be stored', { 'cache-control': 'no-store, max-age=1000' }, 30],
    ['half a minute where it must be asked for', { 'cache-control': 'no-cache' }, 30],
    ['half a minute when a cache kept it too long', { 'cache-control': 'max-age=10', age: '500' }, 30],
    ['half a day at most', { 'cache-control': 'max-age=99999999' }, 43_200],
  ])('%s', async (_name, headers, seconds) => {
    fake.world.headers.jwks = Object.fromEntries(Object.entries(headers));
    expect(await askedAfter(Math.ceil(seconds * 0.8) - 1)).toBe(1);
    // By then the keys are too old as well, and their load asks for the metadata.
    fake.clock.advance(Math.max(31, seconds - Math.ceil(seconds * 0.8) + 1));
    await verify();
    expect(fake.asked('jwks')).toBe(2);
  });

  test('metadata for an hour where nothing is said', async () => {
    await askedAfter(2_879);
    expect([fake.asked('metadata'), fake.asked('jwks')]).toEqual([1, 2]);
    fake.clock.advance(721);
    await verify();
    expect([fake.asked('metadata'), fake.asked('jwks')]).toEqual([2, 3]);
  });

  test.each([
    ['for max-age', 'max-age=5000', 5_000],
    ['a minute at least', 'no-store', 60],
    ['a day at most', 'max-age=99999999', 86_400],
  ])('metadata %s', async (_name, control, seconds) => {
    fake.world.headers.metadata = { 'cache-control': control };
    fake.world.headers.jwks = { 'cache-control': 'max-age=30' };
    await verify();
    fake.clock.advance(Math.ceil(seconds * 0.8) - 1);
    await verify();
    expect([fake.asked('metadata'), fake.asked('jwks')]).toEqual([1, 2]);
    // By then the keys are too old as well, and their load asks for the metadata.
    fake.clock.advance(Math.max(31, seconds - Math.ceil(seconds * 0.8) + 1));
    await verify();
    await vi.waitFor(() => expect([fake.asked('metadata'), fake.asked('jwks')]).toEqual([2, 3]));
  });

  test('as imported keys: each is imported once a load, not once a statement', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    try {
      await times(10, await fake.statement());
      await verify();
      expect(imports).toHaveBeenCalledTimes(1);
      fake.clock.advance(301);
      await verify();
      expect(imports).toHaveBeenCalledTimes(2);
    } finally {
      imports.mockRestore();
    }
  });

  test('each verifier for itself', async () => {
    await verify();
    await fake.verifier().verify(await fake.statement());
    expect(fake.asked('jwks')).toBe(2);
  });
});

describe('from 80 % on it is loaded in the background', () => {
  test('and nobody waits for it', async () => {
    await verify();
    fake.clock.advance(240);
    const release = fake.hold('jwks');
    // Answers come although the issuer gives none.
    await verify();
    await times(10, await fake.statement());
    expect(fake.asked('jwks')).toBe(2);
    release();
    await vi.waitFor(async () => {
      // Past the end of the first load: only the second can answer without a third.
      await verify();
      expect(fake.asked('jwks')).toBe(2);
    });
    fake.clock.advance(239);
    await verify();
    expect(fake.asked('jwks')).toBe(2);
  });

  test('when that fails, what is held serves on, and the issuer is asked every 5 seconds', async () => {
    await verify();
    fake.world.instead.jwks = () => new Response('', { status: 500 });
    fake.clock.advance(240);
    for (let second = 0; second < 30; second += 1) {
      await verify();
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      fake.clock.advance(1);
    }
    expect(fake.asked('jwks')).toBe(1 + 6);
  });
});

describe('a key that is not in the set', () => {
  test('is looked for once: 1,000 statements, one request in 30 seconds', async () => {
    await verify();
    fake.clock.advance(31);
    const stray = await fake.statement({}, { kid: 'stray' });
    const first = await times(1_000, stray);
    expect(fake.asked('jwks')).toBe(2);
    fake.clock.advance(29);
    const second = await times(1_000, stray);
    for (const result of [...first, ...second]) expect(expectRefusal(result).reason).toBe('unknown_key');
    expect(fake.asked('jwks')).toBe(2);
    fake.clock.advance(1);
    await times(1_000, stray);
    expect(fake.asked('jwks')).toBe(3);
    expect(fake.asked('metadata')).toBe(1);
  });

  test('names of its own make no further requests', async () => {
    await verify();
    fake.clock.advance(31);
    const strays = await Promise.all(
      Array.from({ length: 100 }, (_, i) => fake.statement({}, { kid: `stray-${i}` })),
    );
    await Promise.all(strays.map((stray) => verifier.verify(stray)));
    for (const stray of strays) await verifier.verify(stray);
    expect(fake.asked('jwks')).toBe(2);
  });

  test('works after a rotation, in the midst of strays', async () => {
    await verify();
    const old = await fake.statement();
    fake.clock.advance(31);
    await fake.rotate();
    const stray = await fake.statement({}, { kid: 'stray' });
    const [first, second] = await Promise.all([
      verifier.verify(await fake.statement()),
      verifier.verify(stray),
    ]);
    expect(expectOk(first).provenance.kid).toBe('key-2');
    expect(second.ok).toBe(false);
    expectOk(await verifier.verify(old));
    expect(fake.asked('jwks')).toBe(2);
  });

  test('a key published after a stray was looked for is found 30 seconds later', async () => {
    await verify();
    fake.clock.advance(31);
    await verifier.verify(await fake.statement({}, { kid: 'stray' }));
    await fake.rotate();
    const early = await verifier.verify(await fake.statement());
    expect(expectRefusal(early).reason).toBe('unknown_key');
    fake.clock.advance(30);
    await verify();
    expect(fake.asked('jwks')).toBe(3);
  });

  test('while the issuer is down the old keys serve on, and it is not asked for every stray', async () => {
    await verify();
    fake.clock.advance(31);
    fake.world.down = true;
    const stray = await fake.statement({}, { kid: 'stray' });
    for (let i = 0; i < 10; i += 1)
      expect(expectRefusal(await verifier.verify(stray)).reason).toBe('unknown_key');
    await verify();
    expect(fake.asked('jwks')).toBe(2);
  });
});

test('a key taken out of the set counts until the set is loaded again, and no longer', async () => {
  const statement = await fake.statement();
  expectOk(await verifier.verify(statement));
  fake.world.jwks = { keys: [(await makeKey('key-9')).publicJwk] };
  fake.clock.advance(300);
  expect(expectRefusal(await verifier.verify(statement)).reason).toBe('unknown_key');
});

test('a key replaced under its old name is the new one after the next load', async () => {
  await verify();
  const replacement = await makeKey('key-1');
  fake.world.jwks = { keys: [replacement.publicJwk] };
  fake.clock.advance(300);
  expectOk(await verifier.verify(await fake.statement({}, {}, replacement)));
  expect(expectRefusal(await verifier.verify(await fake.statement())).reason).toBe('signature');
});
