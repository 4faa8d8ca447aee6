import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  domainProof,
  NEVER,
  proofFileUrl,
  proofRecordName,
  type DomainClaim,
} from '../../src/domain/domain-claim.ts';
import { checkDomain, checkDueDomains } from '../../src/services/domains/check.ts';
import { claimDomain } from '../../src/services/domains/claim.ts';
import { listDomains } from '../../src/services/domains/list.ts';
import { releaseDomain } from '../../src/services/domains/release.ts';
import { changePublisher, createPublisher } from '../../src/services/publishers.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import {
  expectOk,
  expectRefusal,
  testIssuer,
  testPerson,
  type TestIssuer,
  type TestPerson,
} from '../support/issuer.ts';

const DAY = 86_400;

let internet: TestInternet;
let test: TestIssuer;
let publisherId: string;
let developer: TestPerson;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  const draft = { name: 'Example Ltd', verifiedDomains: ['by-hand.example'], allowedScopes: null };
  publisherId = expectOk(await createPublisher(test.issuer, test.operator, draft)).id;
  developer = await testPerson(test, [], publisherId);
});
afterEach(() => test.close());

async function claimed(domain = 'shop.example'): Promise<DomainClaim> {
  return expectOk(await claimDomain(test.issuer, developer.actor, publisherId, domain));
}
async function check({ id }: DomainClaim): ReturnType<typeof checkDomain> {
  test.clock.advance(10);
  return checkDomain(test.issuer, developer.actor, publisherId, id);
}
async function verified(domain?: string): Promise<DomainClaim> {
  const claim = await claimed(domain);
  internet.records.set(proofRecordName(claim.domain), [domainProof(claim)]);
  return expectOk(await check(claim));
}
async function verifiedDomains(): Promise<readonly string[]> {
  return (await test.store.publisher(publisherId))?.verifiedDomains ?? [];
}
async function kinds(id: string): Promise<readonly string[]> {
  const entries = await test.store.entries({ subject: id }, undefined, 100);
  return entries.map(({ text }) => /"kind":"([^"]+)"/.exec(text)?.[1] ?? '').toReversed();
}

describe('claiming', () => {
  it('keeps a domain in the one form it has', async () => {
    expect((await claimed(' Bücher.Example. ')).domain).toBe('xn--bcher-kva.example');
  });

  it('refuses what is no domain, and says what it should be', async () => {
    const refused = await claimDomain(test.issuer, developer.actor, publisherId, 'https://shop.example');
    expect(expectRefusal(refused)).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/domain' }],
    });
  });

  it('gives the same claim a second time', async () => {
    expect(await claimed('shop.example')).toEqual(await claimed('SHOP.example'));
  });

  it('says that a domain is verified already', async () => {
    for (const domain of ['by-hand.example', 'www.by-hand.example'])
      expect(
        expectRefusal(await claimDomain(test.issuer, developer.actor, publisherId, domain)),
      ).toMatchObject({
        code: 'invalid_input',
      });
  });

  it('is for developers of the publisher and for operators', async () => {
    const stranger = await testPerson(test, ['reviewer', 'auditor']);
    expect(
      expectRefusal(await claimDomain(test.issuer, stranger.actor, publisherId, 'shop.example')),
    ).toMatchObject({
      code: 'role_needed',
      anyOf: ['operator', 'developer'],
    });
    expectOk(await claimDomain(test.issuer, test.operator, publisherId, 'shop.example'));
  });
});

describe('checking', () => {
  it('by TXT record adds the domain to the publisher, in one commit with its entry', async () => {
    const claim = await claimed();
    internet.records.set('_imprimatur.shop.example', ['v=spf1 -all', domainProof(claim)]);
    expect(expectOk(await check(claim))).toMatchObject({ state: 'verified', method: 'dns', detail: null });
    expect(await verifiedDomains()).toEqual(['by-hand.example', 'shop.example']);
    expect(await kinds(claim.id)).toEqual(['domain.claimed', 'domain.verified']);
  });

  it('by file', async () => {
    const claim = await claimed();
    internet.sites.set(proofFileUrl('shop.example'), {
      contentType: 'text/plain',
      body: `${domainProof(claim)}\n`,
    });
    expect(expectOk(await check(claim))).toMatchObject({ state: 'verified', method: 'file' });
  });

  it('takes no proof of another claim, and says what it found', async () => {
    const other = await claimed('other.example');
    const claim = await claimed();
    internet.records.set(proofRecordName('shop.example'), [domainProof(other)]);
    internet.sites.set(proofFileUrl('shop.example'), { contentType: 'text/plain', body: domainProof(other) });
    const checked = expectOk(await check(claim));
    expect(checked.state).toBe('pending');
    expect(checked.detail).toMatch(
      /TXT record at _imprimatur\.shop\.example holds something else.*holds something else/,
    );
    expect(await kinds(claim.id)).toEqual(['domain.claimed']);
  });

  it('happens at most every ten seconds', async () => {
    const claim = await claimed();
    expectOk(await check(claim));
    expect(expectRefusal(await checkDomain(test.issuer, developer.actor, publisherId, claim.id))).toEqual({
      code: 'too_soon',
      retryAfterSeconds: 10,
    });
    expectOk(await check(claim));
  });

  it('asked for twice at once, asks the domain once', async () => {
    const claim = await claimed();
    const both = await Promise.all(
      [1, 2].map(() => checkDomain(test.issuer, developer.actor, publisherId, claim.id)),
    );
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(internet.asked).toHaveLength(2);
  });

  it('of another publisher’s claim is not found', async () => {
    const claim = await claimed();
    const other = expectOk(
      await createPublisher(test.issuer, test.operator, {
        name: 'Other',
        verifiedDomains: [],
        allowedScopes: null,
      }),
    );
    const stranger = await testPerson(test, [], other.id);
    expect(expectRefusal(await checkDomain(test.issuer, stranger.actor, other.id, claim.id))).toMatchObject({
      code: 'not_found',
    });
    expect(expectRefusal(await releaseDomain(test.issuer, stranger.actor, other.id, claim.id))).toMatchObject(
      {
        code: 'not_found',
      },
    );
  });
});

describe('on schedule', () => {
  it('a claim is verified without anybody asking', async () => {
    const claim = await claimed();
    internet.records.set(proofRecordName(claim.domain), [domainProof(claim)]);
    test.clock.advance(60);
    await checkDueDomains(test.issuer);
    expect(await verifiedDomains()).toContain('shop.example');
  });

  it('a verified domain is lost only after its proof has been gone for seven days', async () => {
    const claim = await verified();
    internet.records.delete(proofRecordName(claim.domain));
    for (let day = 0; day < 7; day += 1) {
      test.clock.advance(DAY);
      await checkDueDomains(test.issuer);
      expect(await verifiedDomains()).toContain('shop.example');
    }
    test.clock.advance(DAY);
    await checkDueDomains(test.issuer);
    expect(await verifiedDomains()).toEqual(['by-hand.example']);
    expect(await kinds(claim.id)).toEqual(['domain.claimed', 'domain.verified', 'domain.lost']);
    expect(await test.store.domainClaim(claim.id)).toMatchObject({ state: 'lost', nextCheckAt: NEVER });
  });

  it('a proof that comes back in time changes nothing, and one that comes back later verifies again', async () => {
    const claim = await verified();
    internet.records.delete(proofRecordName(claim.domain));
    test.clock.advance(2 * DAY);
    await checkDueDomains(test.issuer);
    expect((await test.store.domainClaim(claim.id))?.failingSince).not.toBeNull();
    internet.records.set(proofRecordName(claim.domain), [domainProof(claim)]);
    test.clock.advance(DAY);
    await checkDueDomains(test.issuer);
    expect(await test.store.domainClaim(claim.id)).toMatchObject({ state: 'verified', failingSince: null });
  });

  it('nothing is lost while name servers do not answer', async () => {
    const claim = await verified();
    internet.records.set(proofRecordName(claim.domain), 'nobody answers');
    for (let day = 0; day < 9; day += 1) {
      test.clock.advance(DAY);
      await checkDueDomains(test.issuer);
    }
    expect(await verifiedDomains()).toContain('shop.example');
  });
});

describe('releasing', () => {
  it('takes a verified domain from the publisher', async () => {
    const claim = await verified();
    expectOk(await releaseDomain(test.issuer, developer.actor, publisherId, claim.id));
    expect(await verifiedDomains()).toEqual(['by-hand.example']);
    expect(expectOk(await listDomains(test.issuer, developer.actor, publisherId))).toEqual({
      claims: [],
      byOperator: ['by-hand.example'],
    });
  });

  it('leaves what an operator had written down', async () => {
    const claim = await claimed();
    expectOk(
      await changePublisher(test.issuer, test.operator, publisherId, { verifiedDomains: ['shop.example'] }),
    );
    internet.records.set(proofRecordName(claim.domain), [domainProof(claim)]);
    expect(expectOk(await check(claim)).state).toBe('verified');
    expectOk(await releaseDomain(test.issuer, developer.actor, publisherId, claim.id));
    expect(await verifiedDomains()).toEqual(['shop.example']);
  });
});
