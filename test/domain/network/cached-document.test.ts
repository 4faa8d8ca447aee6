import { describe, expect, test } from 'vitest';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { cachedDocument, type Loaded } from '../../../src/domain/network/cached-document.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';

/** A document whose loads a test answers one by one. */
function document(maxStaleSeconds = 100) {
  let seconds = 0;
  let loads = 0;
  let next: () => Promise<Result<Loaded<string>, string>> = async () =>
    ok({ value: `load ${loads}`, freshSeconds: 100 });
  const cached = cachedDocument({
    load: () => {
      loads += 1;
      return next();
    },
    now: () => seconds,
    maxStaleSeconds,
  });
  return {
    cached,
    loads: () => loads,
    at: (to: number) => {
      seconds = to;
    },
    answer: (by: typeof next) => {
      next = by;
    },
  };
}

const broken = () => Promise.reject<Result<Loaded<string>, string>>(new Error('a bug'));

test('a load that breaks is a refusal for those who wait, and nothing for those who do not', async () => {
  const { cached, at, answer } = document();
  answer(broken);
  expect(expectRefusal(await cached.get())).toContain('a bug');
  answer(async () => ok({ value: 'good', freshSeconds: 100 }));
  at(5);
  expectOk(await cached.get());
  answer(broken);
  at(90);
  // An unhandled rejection would fail this file.
  expect(cached.peek()?.value).toBe('good');
  await new Promise(setImmediate);
  at(106);
  expect(expectOk(await cached.get())).toMatchObject({ value: 'good', staleSeconds: 1 });
});

test('peek gives nothing before the first load and after the time is over, and starts neither', () => {
  const { cached, loads } = document();
  expect(cached.peek()).toBeUndefined();
  expect(loads()).toBe(0);
});

test('reload asks once in 30 seconds, whoever asked before', async () => {
  const { cached, loads, at } = document();
  expect(expectOk(await cached.reload()).value).toBe('load 1');
  at(29);
  expect(expectOk(await cached.reload()).value).toBe('load 1');
  at(30);
  const [first, second] = await Promise.all([cached.reload(), cached.reload()]);
  expect([expectOk(first).value, expectOk(second).value]).toEqual(['load 2', 'load 2']);
  expect(loads()).toBe(2);
  expect(cached.peek()).toMatchObject({ value: 'load 2', loadedAt: 30 });
});

test('a load that is fresh for no time at all still answers who waited for it', async () => {
  const { cached, answer } = document(0);
  answer(async () => ok({ value: 'brief', freshSeconds: 0 }));
  expect(expectOk(await cached.get()).value).toBe('brief');
});

test('what failed is said again for 5 seconds, then asked again', async () => {
  const { cached, loads, at, answer } = document();
  answer(async () => err('down'));
  expect(expectRefusal(await cached.get())).toBe('down');
  answer(async () => err('still down'));
  at(4.9);
  expect(expectRefusal(await cached.get())).toBe('down');
  at(5);
  expect(expectRefusal(await cached.get())).toBe('still down');
  expect(loads()).toBe(2);
});

test('a load given up does not replace what a later one brought', async () => {
  const { cached, at, answer } = document();
  const { promise, resolve: endFirst } = Promise.withResolvers<Result<Loaded<string>, string>>();
  answer(() => promise);
  const first = cached.get();
  answer(async () => ok({ value: 'second', freshSeconds: 100 }));
  at(20);
  expect(expectOk(await cached.get()).value).toBe('second');
  endFirst(ok({ value: 'first', freshSeconds: 1_000 }));
  await first;
  expect(cached.peek()).toEqual({ value: 'second', loadedAt: 20, staleSeconds: 0 });
});

test('a forced load that fails leaves a document that is fresh alone', async () => {
  const { cached, loads, at, answer } = document();
  answer(async () => ok({ value: 'good', freshSeconds: 1_000 }));
  expectOk(await cached.get());
  answer(async () => err('down'));
  at(30);
  expect(expectOk(await cached.reload()).value).toBe('good');
  for (let second = 31; second < 800; second += 1) {
    at(second);
    expect(cached.peek()?.value).toBe('good');
  }
  expect(loads()).toBe(2);
});

describe('a clock that is set back', () => {
  const YEAR = 365 * 86_400;

  test('does not make a document last until that time comes again', async () => {
    const { cached, loads, at } = document();
    at(YEAR);
    expectOk(await cached.get());
    at(0);
    expect(cached.peek()).toBeUndefined();
    expect(expectOk(await cached.get())).toEqual({ value: 'load 2', loadedAt: 0, staleSeconds: 0 });
    at(100);
    expectOk(await cached.get());
    expect(loads()).toBe(3);
  });

  test('nor serve beyond its bound while nobody answers; its age counts from then', async () => {
    const { cached, at, answer } = document(100);
    at(YEAR);
    expectOk(await cached.get());
    answer(async () => err('down'));
    at(0);
    expect(expectOk(await cached.get())).toEqual({ value: 'load 1', loadedAt: 0, staleSeconds: 0 });
    at(100);
    expect(expectOk(await cached.get())).toMatchObject({ staleSeconds: 100 });
    at(106);
    expect(expectRefusal(await cached.get())).toBe('down');
  });

  test('nor keep a failure, a pause or a load that hangs', async () => {
    const { cached, loads, at, answer } = document();
    answer(async () => err('down'));
    at(YEAR);
    expectRefusal(await cached.get());
    answer(async () => ok({ value: 'good', freshSeconds: 1_000 }));
    at(0);
    expectRefusal(await cached.get());
    at(5);
    expectOk(await cached.get());
    at(YEAR);
    expectOk(await cached.get());
    at(0);
    answer(() => new Promise<never>(() => undefined));
    void cached.get();
    at(30);
    answer(async () => ok({ value: 'newest', freshSeconds: 1_000 }));
    void cached.reload();
    await new Promise(setImmediate);
    expect(cached.peek()?.value).toBe('newest');
    expect(loads()).toBe(5);
  });
});
