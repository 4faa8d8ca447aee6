import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/domain/policy.ts';
import {
  combineConditions,
  conditionMembers,
  readConditions,
  type Conditions,
} from '../../../src/domain/review/conditions.ts';
import { termsOf } from '../../../src/domain/statement/terms.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';

const DAY = 86_400;
const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example/tenant'];
const policy = { ...DEFAULT_POLICY.statement, maxAudiences: 3 };

describe('conditions of a decision', () => {
  it.each<[Parameters<typeof readConditions>[0], Conditions | null]>([
    [{}, null],
    [{ maxLifetimeSeconds: undefined, audience: undefined }, null],
    [{ maxLifetimeSeconds: DAY }, { maxLifetimeSeconds: DAY }],
    [{ maxLifetimeSeconds: policy.maxLifetimeSeconds }, { maxLifetimeSeconds: policy.maxLifetimeSeconds }],
    [{ audience: [A, B, A] }, { audience: [A, B] }],
    [
      { maxLifetimeSeconds: 1, audience: [C] },
      { maxLifetimeSeconds: 1, audience: [C] },
    ],
  ])('%j stand', (draft, conditions) => {
    expect(expectOk(readConditions(draft, policy))).toEqual(conditions);
  });

  it.each<[Parameters<typeof readConditions>[0], readonly string[]]>([
    [{ maxLifetimeSeconds: 0 }, ['/conditions/max_lifetime_seconds']],
    [{ maxLifetimeSeconds: 1.5 }, ['/conditions/max_lifetime_seconds']],
    [{ maxLifetimeSeconds: policy.maxLifetimeSeconds + 1 }, ['/conditions/max_lifetime_seconds']],
    [{ audience: [] }, ['/conditions/audience']],
    [{ audience: [A, 'http://b.example', 'b'] }, ['/conditions/audience/1', '/conditions/audience/2']],
    [{ audience: [A, B, C, 'https://d.example'] }, ['/conditions/audience']],
    [{ maxLifetimeSeconds: -1, audience: [] }, ['/conditions/max_lifetime_seconds', '/conditions/audience']],
  ])('%j are refused where they cannot stand', (draft, pointers) => {
    expect(expectRefusal(readConditions(draft, policy)).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('name only authorization servers that the policy allows', () => {
    const narrow = { ...policy, audiences: [A] };
    expect(readConditions({ audience: [A] }, narrow).ok).toBe(true);
    expect(expectRefusal(readConditions({ audience: [B] }, narrow))).toEqual([
      { pointer: '/conditions/audience/0', detail: expect.stringContaining(`the policy allows ${A}`) },
    ]);
  });

  it.each<[readonly (Conditions | null)[], Conditions | null]>([
    [[], null],
    [[null, null], null],
    [[null, { maxLifetimeSeconds: 5 }], { maxLifetimeSeconds: 5 }],
    [[{ maxLifetimeSeconds: 5 }, { maxLifetimeSeconds: 3 }], { maxLifetimeSeconds: 3 }],
    [[{ audience: [A, B] }, null, { audience: [B, C] }], { audience: [B] }],
    [[{ audience: [A] }, { maxLifetimeSeconds: 9 }], { audience: [A], maxLifetimeSeconds: 9 }],
  ])('%j together are %j', (all, together) => {
    expect(expectOk(combineConditions(all))).toEqual(together);
  });

  it('with no server in common cannot be kept', () => {
    expect(expectRefusal(combineConditions([{ audience: [A] }, { audience: [B] }]))).toBe(
      'no_common_audience',
    );
  });

  it('are written in snake case, absent members left out', () => {
    expect(conditionMembers(null)).toBeNull();
    expect(conditionMembers({ maxLifetimeSeconds: 3, audience: [A] })).toEqual({
      max_lifetime_seconds: 3,
      audience: [A],
    });
    expect(conditionMembers({ audience: [A] })).toEqual({ audience: [A] });
  });
});

describe('the terms of a statement', () => {
  const days = (n: number) => n * DAY;
  it.each<
    [Parameters<typeof termsOf>[0], Conditions | null, { lifetimeSeconds: number; audience: string[] | null }]
  >([
    [{}, null, { lifetimeSeconds: days(90), audience: null }],
    [{}, { maxLifetimeSeconds: days(30) }, { lifetimeSeconds: days(30), audience: null }],
    [{}, { maxLifetimeSeconds: days(200) }, { lifetimeSeconds: days(90), audience: null }],
    [
      { lifetimeSeconds: days(200) },
      { maxLifetimeSeconds: days(200) },
      { lifetimeSeconds: days(200), audience: null },
    ],
    [{}, { audience: [A, B] }, { lifetimeSeconds: days(90), audience: [A, B] }],
    [{ audience: [] }, { audience: [A] }, { lifetimeSeconds: days(90), audience: [A] }],
    [{ audience: [B] }, { audience: [A, B] }, { lifetimeSeconds: days(90), audience: [B] }],
    [{ audience: [A, A] }, null, { lifetimeSeconds: days(90), audience: [A] }],
  ])('%j under %j are %j', (requested, conditions, terms) => {
    expect(expectOk(termsOf(requested, policy, conditions))).toEqual(terms);
  });

  it.each<[Parameters<typeof termsOf>[0], Conditions | null, object]>([
    [
      { lifetimeSeconds: days(31) },
      { maxLifetimeSeconds: days(30) },
      { code: 'lifetime_not_allowed', maxSeconds: days(30), setBy: 'approval' },
    ],
    [
      { lifetimeSeconds: days(401) },
      { maxLifetimeSeconds: days(500) },
      { code: 'lifetime_not_allowed', maxSeconds: days(400), setBy: 'policy' },
    ],
    [
      { audience: [A, C] },
      { audience: [A, B] },
      { code: 'audience_not_allowed', audience: [C], allowed: [A, B], setBy: 'approval' },
    ],
    [{ audience: ['nonsense'] }, { audience: [A] }, { code: 'audience_not_allowed', setBy: 'policy' }],
  ])('%j under %j are refused: %j', (requested, conditions, refusal) => {
    expect(expectRefusal(termsOf(requested, policy, conditions))).toMatchObject(refusal);
  });

  it('are refused when the policy has narrowed beyond a condition since', () => {
    const later = { ...policy, audiences: [B] };
    expect(expectRefusal(termsOf({}, later, { audience: [A] }))).toMatchObject({
      code: 'audience_not_allowed',
      audience: [A],
      setBy: 'policy',
    });
  });
});
