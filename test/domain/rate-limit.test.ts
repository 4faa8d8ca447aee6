import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressKey, memoryRateLimiter } from '../../src/domain/rate-limit.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:0003:0004:0005:0006', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::5:6', '2001:db8:0:0::/64'],
  ['2001:db8::2:3:4:5:6', '2001:db8:0:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('the address %s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

it.each([
  { uses: 0, seconds: 60 },
  { uses: -1, seconds: 60 },
  { uses: 1.5, seconds: 60 },
  { uses: Number.NaN, seconds: 60 },
  { uses: Number.POSITIVE_INFINITY, seconds: 60 },
  { uses: 1, seconds: 0 },
  { uses: 1, seconds: -1 },
  { uses: 1, seconds: Number.NaN },
  { uses: 1, seconds: Number.POSITIVE_INFINITY },
])('a limit that cannot be meant is refused: $uses uses in $seconds seconds', (limit) => {
  const made = () => memoryRateLimiter(limit, () => 1_795_204_800);
  expect(made).toThrow(TypeError);
  expect(made).toThrow(/whole number of uses.*number of seconds/);
});

it.each([
  [3, 2],
  [3, 5],
  [5, 1],
  [9, 10],
  [60, 60],
  [7, 0.1],
])('%i uses in %d seconds are exactly so many at once, and again when they are over', (uses, seconds) => {
  let at = 1_795_204_800;
  const limiter = memoryRateLimiter({ uses, seconds }, () => at);
  for (let burst = 0; burst < 3; burst += 1) {
    for (let i = 0; i < uses; i += 1) expect(limiter('a')).toBeUndefined();
    expect(limiter('a')).toBe(Math.max(1, Math.ceil(seconds / uses)));
    at += seconds;
  }
});

it('whoever waits as long as told is let through, and not sooner', async () => {
  const steps = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 3, 7, 60),
      fc.constantFrom(5, 8, 60),
      steps,
      async (uses, seconds, waits) => {
        let at = 1_795_204_800;
        const limiter = memoryRateLimiter({ uses, seconds }, () => at);
        for (const wait of waits) {
          at += wait;
          const told = await limiter('a');
          if (told === undefined) continue;
          at += told - 1;
          expect(await limiter('a')).toBe(1);
          at += 1;
          expect(await limiter('a')).toBeUndefined();
        }
      },
    ),
  );
});

it('a clock that steps back makes nobody wait longer than a whole limit lasts', async () => {
  const steps = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: -100_000, max: 0 })), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 3, 60),
      fc.constantFrom(5, 60),
      steps,
      async (uses, seconds, waits) => {
        let at = 1_795_204_800;
        const limiter = memoryRateLimiter({ uses, seconds }, () => at);
        for (const wait of waits) {
          at += wait;
          const told = await limiter('a');
          if (told === undefined) continue;
          expect(told).toBeLessThanOrEqual(seconds);
          at += told;
          expect(await limiter('a')).toBeUndefined();
        }
      },
    ),
  );
});

it('no stretch of time lets through more than one burst and what was refilled in it', async () => {
  const steps = fc.array(fc.nat(20), { minLength: 1, maxLength: 100 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 3, 7, 60),
      fc.constantFrom(5, 8, 60),
      steps,
      async (uses, seconds, waits) => {
        let at = 1_795_204_800;
        const limiter = memoryRateLimiter({ uses, seconds }, () => at);
        const passed: number[] = [];
        for (const wait of waits) {
          at += wait;
          if ((await limiter('a')) === undefined) passed.push(at);
        }
        passed.forEach((first, i) => {
          passed.slice(i).forEach((last, j) => {
            expect(j + 1).toBeLessThanOrEqual(uses + ((last - first) * uses) / seconds);
          });
        });
      },
    ),
  );
});

it('keys do not share what they may, and the oldest is forgotten when there are too many', () => {
  const limiter = memoryRateLimiter({ uses: 1, seconds: 60 }, () => 1_795_204_800);
  expect(limiter('first')).toBeUndefined();
  expect(limiter('first')).toBe(60);
  for (let i = 0; i < 100_000; i += 1) void limiter(String(i));
  expect(limiter('99999')).toBe(60);
  expect(limiter('first')).toBeUndefined();
});
