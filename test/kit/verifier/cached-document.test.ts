import { expect, test } from 'vitest';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { cachedDocument, type Loaded } from '../../../src/kit/verifier/cached-document.ts';
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
