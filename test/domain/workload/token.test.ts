import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import {
  MAX_WORKLOAD_TOKEN_AGE_SECONDS,
  recordOfToken,
  replayOfSvid,
  replayOfToken,
  WORKLOAD_TOLERANCE_SECONDS,
  workloadTokenFault,
} from '../../../src/domain/workload/token.ts';
import { GITHUB_CLAIMS, GITLAB_CLAIMS } from '../../support/platform-claims.ts';

const NOW = 1_800_000_000;
const AUDIENCE = 'https://issuer.example';
const claims = (more: JsonObject = {}): JsonObject => ({
  iss: 'https://ci.example',
  aud: AUDIENCE,
  iat: NOW,
  exp: NOW + 300,
  jti: 'a',
  ...more,
});

describe('tokens of platforms', () => {
  it.each<[string, JsonObject]>([
    ['as they come', {}],
    ['a list of one audience', { aud: [AUDIENCE] }],
    ['expired within the tolerance', { exp: NOW - 59 }],
    ['issued ahead within the tolerance', { iat: NOW + 60 }],
    ['of the oldest age', { iat: NOW - MAX_WORKLOAD_TOKEN_AGE_SECONDS }],
    ['valid from now', { nbf: NOW + 60 }],
  ])('are taken: %s', (_, more) => {
    expect(workloadTokenFault(claims(more), AUDIENCE, NOW)).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ['aud', { aud: undefined }],
    ['aud', { aud: [] }],
    ['aud', { aud: 'sts.amazonaws.com' }],
    ['aud', { aud: `${AUDIENCE}/` }],
    ['aud', { aud: [AUDIENCE, 'https://b.example'] }],
    ['aud', { aud: [AUDIENCE, AUDIENCE] }],
    ['aud', { aud: [[AUDIENCE]] }],
    ['exp', { exp: undefined }],
    ['exp', { exp: NOW - 60 }],
    ['exp', { exp: String(NOW + 60) }],
    ['iat', { iat: undefined }],
    ['iat', { iat: NOW + 61 }],
    ['iat', { iat: NOW - 901, exp: NOW + 86_400 }],
    ['iat', { iat: '1' }],
    ['nbf', { nbf: NOW + 61 }],
    ['nbf', { nbf: 'now' }],
    ['jti', { jti: undefined }],
    ['jti', { jti: '' }],
    ['jti', { jti: 7 }],
    ['jti', { jti: 'a'.repeat(257) }],
  ])('are refused for %s: %j', (member, more) => {
    expect(workloadTokenFault(claims(more), AUDIENCE, NOW)).toContain(member);
  });

  it('are remembered for longer than they are taken, whatever their times', () => {
    for (const [iat, exp] of [
      [NOW, NOW + 1],
      [NOW, NOW + 300],
      [NOW, NOW + 86_400],
      [NOW - 800, NOW + 86_400],
      [NOW + 60, NOW + 10_000],
    ] as const) {
      const token = claims({ iat, exp });
      const { expiresAt } = replayOfToken('https://ci.example', token);
      expect(workloadTokenFault(token, AUDIENCE, NOW)).toBeUndefined();
      expect(workloadTokenFault(token, AUDIENCE, expiresAt)).toBeDefined();
      // By a clock that is behind by all that clocks may differ, too.
      expect(workloadTokenFault(token, AUDIENCE, expiresAt - WORKLOAD_TOLERANCE_SECONDS)).toBeDefined();
    }
  });

  it('are told apart by who issued them and by jti, SVIDs by their text', () => {
    const ids = [
      replayOfToken('https://ci.example', claims()),
      replayOfToken('https://ci.example', claims({ jti: 'b' })),
      replayOfToken('https://other.example', claims()),
      replayOfSvid('a.b.c', NOW),
      replayOfSvid('a.b.d', NOW),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(replayOfToken('https://ci.example', claims({ more: 1 })).id).toBe(ids[0]);
  });

  it('are remembered until a whole second, whatever time an SVID names', () => {
    expect(replayOfSvid('a.b.c', NOW + 0.5).expiresAt).toBeGreaterThan(NOW + 2 * WORKLOAD_TOLERANCE_SECONDS);
    for (const expiresAt of [NOW, NOW + 0.5, 1e17, 1e300])
      expect(Number.isSafeInteger(replayOfSvid('a.b.c', expiresAt).expiresAt)).toBe(true);
  });

  it('leave in the ledger where a job ran, and no person', () => {
    const github = recordOfToken(GITHUB_CLAIMS);
    expect(github).toMatchObject({ repository_id: '1296269', run_id: '30433642', event_name: 'push' });
    expect(JSON.stringify([github, recordOfToken(GITLAB_CLAIMS)])).not.toMatch(/octocat|583231|sample-user/);
    expect(recordOfToken(GITLAB_CLAIMS)).toMatchObject({ project_id: '20', namespace_id: '72' });
    // Organisations can put the actor into sub.
    expect(recordOfToken({ sub: 'repo:acme/shop:actor:octocat' })).toEqual({});
    expect(recordOfToken({ ref: 'a'.repeat(1_000) })['ref']).toHaveLength(300);
    expect(recordOfToken({ sub: ['a'], project: 'shop' }, ['sub', 'project'])).toEqual({ project: 'shop' });
  });
});
