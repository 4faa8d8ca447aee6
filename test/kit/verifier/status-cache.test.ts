import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { StatementStatus, StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, ISSUER, LIST_URI, NOW, type FakeIssuer } from '../support/fake-issuer.ts';

let fake: FakeIssuer;
let verifier: StatementVerifier;
let statement: string;

beforeEach(async () => {
  fake = await fakeIssuer();
  verifier = fake.verifier();
  statement = await fake.statement();
});

async function status(): Promise<StatementStatus> {
  return expectOk(await verifier.verify(statement)).provenance.status;
}
const reason = async () => expectRefusal(await verifier.verify(statement)).reason;

describe('a list is kept', () => {
  test('one load for a hundred statements at once', async () => {
    const results = await Promise.all(Array.from({ length: 100 }, () => verifier.verify(statement)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(100);
    expect(fake.asked('list')).toBe(1);
  });

  test.each([
    ['for its ttl', 300, {}, 300],
    ['for its ttl where HTTP allows more', 300, { 'cache-control': 'max-age=5000' }, 300],
    ['for max-age where the ttl allows more', 5_000, { 'cache-control': 'max-age=300' }, 300],
    ['for max-age less its age', 5_000, { 'cache-control': 'max-age=300', age: '100' }, 200],
    ['for max-age where there is no ttl', undefined, { 'cache-control': 'max-age=1000' }, 1_000],
    ['5 minutes where nothing is said', undefined, {}, 300],
    ['5 seconds at least', 1, {}, 5],
    ['5 seconds where it must not be stored', 300, { 'cache-control': 'no-store' }, 5],
    ['half a day at most', 1_000_000, { 'cache-control': 'max-age=1000000' }, 43_200],
  ])('%s', async (_name, ttl, headers, seconds) => {
    fake.world.ttl = ttl;
    fake.world.headers.list = Object.fromEntries(Object.entries(headers));
    await status();
    fake.clock.advance(Math.ceil(seconds * 0.8) - 1);
    await status();
    expect(fake.asked('list')).toBe(1);
    fake.clock.advance(seconds - Math.ceil(seconds * 0.8));
    fake.setStatus(5, 1);
    // Within the time still the old answer; what this starts is not waited for.
    const release = fake.hold('list');
    expect(await status()).toEqual({ outcome: 'valid', checkedAt: NOW, staleSeconds: 0 });
    expect(fake.asked('list')).toBe(2);
    fake.clock.advance(1);
    release();
    expect(await reason()).toBe('revoked');
    expect(fake.asked('list')).toBe(2);
  });

  test('a revocation is seen when the ttl is over, and not before', async () => {
    await status();
    fake.setStatus(5, 1);
    fake.clock.advance(239);
    await status();
    fake.clock.advance(61);
    expect(await reason()).toBe('revoked');
  });

  test('statements of one list share it; lists are told apart', async () => {
    await status();
    const at = (idx: number, uri = LIST_URI) => fake.statement({ status: { status_list: { idx, uri } } });
    fake.setStatus(6, 1);
    expectOk(await verifier.verify(await at(7)));
    expect(fake.asked('list')).toBe(1);
    const other = expectRefusal(await verifier.verify(await at(7, `${ISSUER}/status-lists/2`)));
    expect(other).toMatchObject({ reason: 'status_unavailable' });
    expect(other.detail).toContain('status-lists/2 answered 404');
  });

  test('at most 32 lists are held, the one not used for longest goes', async () => {
    const use = async (first: number, end: number) => {
      for (let i = first; i < end; i += 1) {
        const uri = `${ISSUER}/status-lists/other-${i}`;
        await verifier.verify(await fake.statement({ status: { status_list: { idx: 1, uri } } }));
      }
    };
    const loads = () => fake.addresses.filter((url) => url.endsWith('/other-0')).length;
    await status();
    await use(0, 31);
    await status();
    // The 33rd: other-0 goes, the first one was used after it.
    await use(31, 32);
    await status();
    expect([fake.asked('list'), loads()]).toEqual([1, 1]);
    await use(0, 1);
    expect(loads()).toBe(2);
    await use(32, 64);
    await status();
    expect(fake.asked('list')).toBe(2);
  });
});

describe('from 80 % on it is loaded in the background', () => {
  test('and nobody waits; the new list counts as soon as it is there', async () => {
    await status();
    fake.clock.advance(240);
    fake.setStatus(5, 1);
    const release = fake.hold('list');
    for (let i = 0; i < 10; i += 1) expect(await status()).toMatchObject({ checkedAt: NOW });
    expect(fake.asked('list')).toBe(2);
    release();
    await vi.waitFor(async () => expect(await reason()).toBe('revoked'));
    expect(fake.asked('list')).toBe(2);
  });
});

describe('exp of the list', () => {
  test('is never passed, even while the issuer is down', async () => {
    fake.world.lifetime = 100;
    await status();
    fake.world.down = true;
    fake.clock.advance(159);
    expect(await status()).toMatchObject({ outcome: 'valid', checkedAt: NOW });
    fake.clock.advance(1);
    expect(await reason()).toBe('status_unavailable');
  });

  test('counts as the end of its time: what expires early is loaded early', async () => {
    fake.world.lifetime = 10;
    verifier = fake.verifier({ clockToleranceSeconds: 0 });
    await status();
    fake.clock.advance(10);
    expect(await status()).toEqual({ outcome: 'valid', checkedAt: NOW + 10, staleSeconds: 0 });
    expect(fake.asked('list')).toBe(2);
  });

  test('a list that has expired, or is of tomorrow, is none', async () => {
    fake.world.lifetime = -60;
    expect(await reason()).toBe('status_unavailable');
    fake.world.lifetime = 100;
    fake.world.listClaims = { iat: NOW + 1_000, exp: NOW + 2_000 };
    fake.clock.advance(6);
    expect(await reason()).toBe('status_unavailable');
  });

  test('a list without exp serves its ttl', async () => {
    fake.world.lifetime = undefined;
    await status();
    fake.clock.advance(300);
    expect(await status()).toMatchObject({ checkedAt: NOW + 300 });
  });
});

describe('a place beyond the list', () => {
  test('is looked for in a newer list, but not for every statement', async () => {
    await status();
    const beyond = await fake.statement({ status: { status_list: { idx: 20, uri: LIST_URI } } });
    fake.clock.advance(31);
    const all = await Promise.all(Array.from({ length: 100 }, () => verifier.verify(beyond)));
    for (const result of all) expect(expectRefusal(result).reason).toBe('status_invalid');
    expect(fake.asked('list')).toBe(2);
    fake.world.octets = new Uint8Array(8);
    fake.clock.advance(30);
    expectOk(await verifier.verify(beyond));
  });
});

describe('a list that cannot be believed is none', () => {
  test.each([
    ['of another kind', () => (fake.world.listHeader = { typ: 'JWT' }), 'typ'],
    ['signed with alg none', () => (fake.world.listHeader = { alg: 'none' }), 'algorithm'],
    ['signed with an algorithm not accepted', () => (fake.world.listHeader = { alg: 'ES512' }), 'algorithm'],
    ['under an unknown key', () => (fake.world.listHeader = { kid: 'key-0' }), 'does not publish'],
    ['about another list', () => (fake.world.listClaims = { sub: `${LIST_URI}/2` }), 'sub'],
    ['with a ttl below zero', () => (fake.world.listClaims = { ttl: -1 }), 'ttl'],
    ['of 3 bits', () => (fake.world.listClaims = { status_list: { bits: 3, lst: 'eJz7AQAA_AD7' } }), 'bits'],
    [
      'that does not inflate',
      () => (fake.world.listClaims = { status_list: { bits: 2, lst: 'AAAA' } }),
      'ZLIB',
    ],
    ['that is a web page', () => (fake.world.instead.list = () => new Response('<html>')), 'no signed list'],
  ])('%s', async (_name, change, word) => {
    change();
    const refusal = expectRefusal(await verifier.verify(statement));
    expect(refusal).toMatchObject({ reason: 'status_unavailable', retryAfterSeconds: 30 });
    expect(refusal.detail.toLowerCase()).toContain(word.toLowerCase());
    expect(refusal.detail).toMatch(/[^.]\.$/);
  });

  test('changed on the way', async () => {
    const token = await (await fake.fetch(LIST_URI)).text();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = Buffer.from(payload, 'base64url').toString().replace('"ttl":300', '"ttl":301');
    const changed = `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`;
    fake.world.instead.list = () => new Response(changed);
    expect(expectRefusal(await verifier.verify(statement)).detail).toContain('signature');
  });

  test('and does not replace one that could be', async () => {
    await status();
    fake.world.listClaims = { sub: 'https://elsewhere.example' };
    fake.clock.advance(301);
    expect(await status()).toMatchObject({ outcome: 'valid', checkedAt: NOW, staleSeconds: 1 });
  });
});
