import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  DEFAULT_KEY_TIMES,
  isPublished,
  KEY_STATES,
  refusalToActivate,
  refusalToRetire,
  refusalToRevoke,
  type KeyState,
  type SigningKey,
} from '../../src/domain/signing-key.ts';

const times = DEFAULT_KEY_TIMES;
const T0 = 1_795_200_000;

function key(state: KeyState, retiringAt: number | null = null): SigningKey {
  return {
    kid: 'kid',
    alg: 'ES256',
    publicJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'kid', alg: 'ES256', use: 'sig' },
    state,
    stateReason: null,
    createdAt: T0,
    activatedAt: null,
    retiringAt,
    endedAt: null,
    version: 1,
  };
}

describe('activation', () => {
  it('waits out the pre-publication time to the second', () => {
    const readyAt = T0 + times.prePublicationSeconds;
    expect(refusalToActivate(key('pending'), times, false, readyAt - 1)).toEqual({
      code: 'key_not_published_long_enough',
      readyAt,
    });
    expect(refusalToActivate(key('pending'), times, false, readyAt)).toBeUndefined();
  });

  it('skips the wait in an emergency, but only for a pending key', () => {
    expect(refusalToActivate(key('pending'), times, true, T0)).toBeUndefined();
    for (const state of KEY_STATES.filter((other) => other !== 'pending'))
      expect(refusalToActivate(key(state), times, true, T0)).toMatchObject({ code: 'key_state', state });
  });
});

describe('retirement', () => {
  it('waits until nothing the key signed can be valid anywhere', () => {
    const lastExpiresAt = T0 + 1_000;
    const until = lastExpiresAt + times.clockSkewSeconds;
    expect(refusalToRetire(key('retiring', T0), times, lastExpiresAt, until - 1)).toEqual({
      code: 'key_still_needed',
      until,
    });
    expect(refusalToRetire(key('retiring', T0), times, lastExpiresAt, until)).toBeUndefined();
  });

  it('waits for caches when the key signed nothing', () => {
    const until = T0 + times.jwksMaxAgeSeconds + times.clockSkewSeconds;
    expect(refusalToRetire(key('retiring', T0), times, undefined, until - 1)).toMatchObject({ until });
  });

  it('never takes the active key out', () => {
    expect(refusalToRetire(key('active'), times, undefined, T0 + 10 ** 9)).toMatchObject({
      code: 'key_state',
    });
  });

  it('is monotonic in time: once allowed, allowed for ever', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 7), fc.nat(10 ** 7), fc.nat(10 ** 7), (exp, now, later) => {
        const retiring = key('retiring', T0);
        if (refusalToRetire(retiring, times, T0 + exp, T0 + now) === undefined)
          expect(refusalToRetire(retiring, times, T0 + exp, T0 + now + later)).toBeUndefined();
      }),
    );
  });
});

it('a key can be revoked until it is out of the set', () => {
  expect(KEY_STATES.filter((state) => refusalToRevoke(key(state)) === undefined)).toEqual([
    'pending',
    'active',
    'retiring',
  ]);
});

it('exactly pending, active and retiring keys are published', () => {
  expect(KEY_STATES.filter(isPublished)).toEqual(['pending', 'active', 'retiring']);
});
