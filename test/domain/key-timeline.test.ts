import { describe, expect, it } from 'vitest';
import { keyTimeline } from '../../src/domain/key-timeline.ts';
import { DEFAULT_KEY_TIMES, refusalToRetire, type SigningKey } from '../../src/domain/signing-key.ts';

const DAY = 86_400;
const NOW = 1_795_204_800;
const TIMES = DEFAULT_KEY_TIMES;
const READY = TIMES.prePublicationSeconds;

function key(change: Partial<SigningKey>): SigningKey {
  return {
    kid: 'k',
    alg: 'ES256',
    publicJwk: { kty: 'EC', kid: 'k', alg: 'ES256', use: 'sig' },
    state: 'pending',
    stateReason: null,
    createdAt: NOW,
    activatedAt: null,
    retiringAt: null,
    endedAt: null,
    version: 1,
    ...change,
  };
}

const phases = (change: Partial<SigningKey>, lastExpiresAt?: number) => {
  const last = new Map(lastExpiresAt === undefined ? [] : [['k', lastExpiresAt]]);
  const [line] = keyTimeline([key(change)], TIMES, last, NOW).lines;
  return line?.intervals.map(({ phase, from, until }) => [
    phase,
    from - NOW,
    until === undefined ? 'open' : until - NOW,
  ]);
};

describe('the life of a key', () => {
  const cases: readonly (readonly [string, Partial<SigningKey>, number | undefined, unknown])[] = [
    [
      'just made: pending until it was published long enough, then ready',
      {},
      undefined,
      [
        ['pending', 0, READY],
        ['ready', READY, 'open'],
      ],
    ],
    [
      'the first key: active from the moment it was made',
      { state: 'active', activatedAt: NOW },
      undefined,
      [['active', 0, 'open']],
    ],
    [
      'activated in an emergency: never ready',
      { state: 'active', createdAt: NOW - 10, activatedAt: NOW },
      undefined,
      [
        ['pending', -10, 0],
        ['active', 0, 'open'],
      ],
    ],
    [
      'activated after it was ready',
      { state: 'active', createdAt: NOW - 5 * DAY, activatedAt: NOW - DAY },
      undefined,
      [
        ['pending', -5 * DAY, -5 * DAY + READY],
        ['ready', -5 * DAY + READY, -DAY],
        ['active', -DAY, 'open'],
      ],
    ],
    [
      'retiring: until the last thing it signed has expired, and clocks that are off agree',
      { state: 'retiring', createdAt: NOW - 9 * DAY, activatedAt: NOW - 9 * DAY, retiringAt: NOW - DAY },
      NOW + 4 * DAY,
      [
        ['active', -9 * DAY, -DAY],
        ['retiring', -DAY, 4 * DAY + TIMES.clockSkewSeconds],
      ],
    ],
    [
      'retiring with nothing left to wait for: until now',
      { state: 'retiring', createdAt: NOW - 9 * DAY, activatedAt: NOW - 9 * DAY, retiringAt: NOW - DAY },
      undefined,
      [
        ['active', -9 * DAY, -DAY],
        ['retiring', -DAY, 0],
      ],
    ],
    [
      'retired',
      {
        state: 'retired',
        createdAt: NOW - 9 * DAY,
        activatedAt: NOW - 9 * DAY,
        retiringAt: NOW - 3 * DAY,
        endedAt: NOW - DAY,
      },
      undefined,
      [
        ['active', -9 * DAY, -3 * DAY],
        ['retiring', -3 * DAY, -DAY],
      ],
    ],
    [
      'revoked while active',
      { state: 'revoked', createdAt: NOW - 9 * DAY, activatedAt: NOW - 9 * DAY, endedAt: NOW - DAY },
      NOW + 9 * DAY,
      [['active', -9 * DAY, -DAY]],
    ],
    [
      'retired before it ever signed',
      { state: 'retired', createdAt: NOW - DAY, endedAt: NOW },
      undefined,
      [['pending', -DAY, 0]],
    ],
  ];

  it.each(cases)('%s', (_, change, lastExpiresAt, expected) => {
    expect(phases(change, lastExpiresAt)).toEqual(expected);
  });

  it('says of a retiring key what the rule of retirement says', () => {
    const retiring = key({ state: 'retiring', activatedAt: NOW - DAY, retiringAt: NOW });
    const [line] = keyTimeline([retiring], TIMES, new Map([['k', NOW + DAY]]), NOW).lines;
    expect(refusalToRetire(retiring, TIMES, NOW + DAY, NOW)).toEqual({
      code: 'key_still_needed',
      until: line?.endsAt,
    });
  });
});

describe('the window', () => {
  it('shows everything from the first key to the last moment foreseen, with a margin', () => {
    const { from, until } = keyTimeline(
      [
        key({ kid: 'a', state: 'active', createdAt: NOW - 60 * DAY, activatedAt: NOW - 60 * DAY }),
        key({ kid: 'b', createdAt: NOW }),
      ],
      TIMES,
      new Map(),
      NOW,
    );
    expect(from).toBeLessThan(NOW - 60 * DAY);
    expect(until).toBeGreaterThan(NOW + READY);
    expect(until - from).toBeLessThan(80 * DAY);
  });

  it('is never so short that its times could not be told apart', () => {
    const { from, until } = keyTimeline([], TIMES, new Map(), NOW);
    expect(until - from).toBeGreaterThanOrEqual(7 * DAY);
  });

  it('leaves out keys that ended long ago, and does not reach back for ever', () => {
    const { lines, from } = keyTimeline(
      [
        key({ kid: 'old', state: 'retired', createdAt: NOW - 900 * DAY, endedAt: NOW - 400 * DAY }),
        key({ kid: 'active', state: 'active', createdAt: NOW - 800 * DAY, activatedAt: NOW - 800 * DAY }),
      ],
      TIMES,
      new Map(),
      NOW,
    );
    expect(lines.map((line) => line.key.kid)).toEqual(['active']);
    expect(from).toBeGreaterThan(NOW - 400 * DAY);
  });
});
