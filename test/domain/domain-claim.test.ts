import { describe, expect, it } from 'vitest';
import { afterLook, NEVER, type DomainClaim } from '../../src/domain/domain-claim.ts';
import { domainName } from '../../src/domain/domain-name.ts';

const DAY = 86_400;
const CLAIM: DomainClaim = {
  id: 'claim',
  publisherId: 'publisher',
  domain: 'shop.example',
  challenge: 'challenge',
  state: 'pending',
  method: null,
  detail: null,
  createdBy: 'person',
  createdAt: 0,
  checkedAt: null,
  verifiedAt: null,
  failingSince: null,
  nextCheckAt: 60,
  version: 1,
};
const ABSENT = { found: false, isCertain: true, detail: 'There is nothing.' } as const;

describe('a claim nobody has proved', () => {
  it('is looked at with growing pauses of six hours at most, for fourteen days', () => {
    const looks: number[] = [];
    for (let claim = CLAIM; claim.nextCheckAt !== NEVER; claim = afterLook(claim, ABSENT, claim.nextCheckAt))
      looks.push(claim.nextCheckAt);
    const pauses = looks.map((at, i) => at - (looks[i - 1] ?? 0));
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
    expect([pauses[0], pauses.at(-1)]).toEqual([60, 6 * 3_600]);
    expect(looks.length).toBeLessThan(100);
    expect(looks.at(-1)).toBeGreaterThanOrEqual(14 * DAY);
    expect(looks.at(-1)).toBeLessThan(15 * DAY);
  });

  it('is verified by a proof however late, on request', () => {
    const late = afterLook({ ...CLAIM, nextCheckAt: NEVER }, { found: true, method: 'dns' }, 99 * DAY);
    expect(late).toMatchObject({
      state: 'verified',
      verifiedAt: 99 * DAY,
      nextCheckAt: 100 * DAY,
      version: 2,
    });
  });
});

describe('a domain, as people write it,', () => {
  it.each([
    ['shop.example', 'shop.example'],
    [' Bücher.Example. ', 'xn--bcher-kva.example'],
    ['ドメイン.テスト.example', 'xn--eckwd4c7c.xn--zckzah.example'],
    ['a-b.c.example', 'a-b.c.example'],
  ])('%s is %s', (text, domain) => {
    expect(domainName(text)).toEqual({ ok: true, value: domain });
  });

  it.each([
    '',
    'localhost',
    'https://shop.example',
    'shop.example/path',
    'shop.example:8443',
    'a@shop.example',
    '10.0.0.1',
    '127.1',
    '[::1]',
    'printer.local',
    'shop_1.example',
    '-a.example',
    'a..example',
    'x'.repeat(254),
    'a%2eb.example',
    'shop.example\\@evil.example',
    '_imprimatur.shop.example',
    'example',
    '١٢٧.0.0.1',
  ])('%j is none', (text) => {
    expect(domainName(text)).toEqual({ ok: false, error: expect.stringMatching(/^.{20,}\.$/) });
  });
});
