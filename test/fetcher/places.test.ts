import { expect, test } from 'vitest';
import { createNodeFetcher, type Lookup } from '../../src/fetcher/node-fetcher.ts';
import { createPlaces } from '../../src/fetcher/places.ts';

test('places are given in order of asking, and never more than there are', async () => {
  const take = createPlaces(1);
  const { signal } = new AbortController();
  const order: number[] = [];
  const leave = await take(signal);
  const second = take(signal).then((left) => {
    order.push(2);
    return left;
  });
  const third = take(signal).then((left) => {
    order.push(3);
    return left;
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  leave();
  (await second)();
  (await third)();
  expect(order).toEqual([2, 3]);
  // All are free again.
  (await take(signal))();
});

test('whoever gives up waiting leaves the line, and no place is lost', async () => {
  const take = createPlaces(1);
  const impatient = new AbortController();
  const patient = new AbortController();
  const leave = await take(patient.signal);
  const gaveUp = expect(take(impatient.signal)).rejects.toThrow('no place');
  const next = take(patient.signal);
  impatient.abort();
  await gaveUp;
  leave();
  (await next)();
  (await take(patient.signal))();
});

test('a fetcher asks for no more documents at once than it may, and waiting counts as time', async () => {
  let open = 0;
  let most = 0;
  const slow: Lookup = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setTimeout(resolve, 20));
    open -= 1;
    return [];
  };
  const wanted = { accept: ['application/json'], maxOctets: 100, timeoutMilliseconds: 5_000 };
  const fetcher = createNodeFetcher({ lookup: slow, maxConcurrent: 2 });
  const all = await Promise.all(Array.from({ length: 8 }, () => fetcher('https://app.example/', wanted)));
  expect(all.every(({ ok }) => !ok)).toBe(true);
  expect(most).toBe(2);

  const stuck = createNodeFetcher({ lookup: () => new Promise(() => undefined), maxConcurrent: 1 });
  const first = stuck('https://app.example/', { ...wanted, timeoutMilliseconds: 2_000 });
  expect(await stuck('https://app.example/', { ...wanted, timeoutMilliseconds: 50 })).toMatchObject({
    error: { code: 'timeout' },
  });
  expect(await first).toMatchObject({ error: { code: 'timeout' } });
});
