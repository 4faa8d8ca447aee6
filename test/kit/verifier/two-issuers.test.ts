import { beforeEach, describe, expect, test } from 'vitest';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, makeKey, type FakeIssuer } from '../support/fake-issuer.ts';

let one: FakeIssuer;
let other: FakeIssuer;

beforeEach(async () => {
  [one, other] = await Promise.all([
    fakeIssuer('https://one.example/tenant'),
    fakeIssuer('https://other.example'),
  ]);
});

/** Trusts both, each with its own restrictions. */
function verifierOf(first: Partial<TrustedIssuer> = {}, second: Partial<TrustedIssuer> = {}) {
  const issuers = [
    { issuer: one.issuer, ...first },
    { issuer: other.issuer, ...second },
  ];
  const fetcher: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return (url.startsWith('https://one.example/') ? one : other).fetch(input, init);
  };
  return one.verifier({}, { issuers, fetch: fetcher });
}

test('each is believed by its own keys and its own list', async () => {
  other.setStatus(5, 1);
  const verifier = verifierOf();
  expect(expectOk(await verifier.verify(await one.statement())).provenance.issuer).toBe(one.issuer);
  expect(expectRefusal(await verifier.verify(await other.statement())).reason).toBe('revoked');
});

describe('one cannot speak in the name of the other', () => {
  test('with its own key, under its own name for it or the other’s', async () => {
    const stolen = { iss: one.issuer, status: one.claims()['status'] };
    const verifier = verifierOf();
    const sameName = await verifier.verify(await other.statement(stolen));
    expect(expectRefusal(sameName).reason).toBe('signature');
    const ownName = await verifier.verify(await other.statement(stolen, {}, await other.rotate()));
    expect(expectRefusal(ownName).reason).toBe('unknown_key');
    expect(other.addresses).toEqual([]);
  });

  test('by a list of its own for the other’s statement', async () => {
    const status = other.claims()['status'];
    const refusal = expectRefusal(await verifierOf().verify(await one.statement({ status })));
    expect(refusal.reason).toBe('status_missing');
    expect(other.addresses).toEqual([]);
  });
});

test('what one may vouch for, the other may not', async () => {
  const verifier = verifierOf(
    {
      algorithms: ['ES256'],
      mayVouchFor: { softwareIds: ['of-one'], redirectHosts: ['one-app.example'] },
      maxLifetimeSeconds: 30,
      clockToleranceSeconds: 0,
    },
    { types: ['other+jwt'], mayVouchFor: { softwareIds: ['of-other'] }, status: { resolve: 'never' } },
  );
  const reason = async (statement: Promise<string>) => {
    const result = await verifier.verify(await statement);
    return result.ok ? 'verified' : result.error.reason;
  };
  const iat = one.clock.now() - 10;
  const ofOne = { iat, software_id: 'of-one', redirect_uris: ['https://one-app.example/'] };
  const ofOther = { software_id: 'of-other', status: undefined };
  const typ = 'other+jwt';
  expect(await reason(one.statement(ofOne))).toBe('verified');
  expect(await reason(other.statement(ofOther, { typ }))).toBe('verified');
  expect(await reason(one.statement({ ...ofOne, software_id: 'of-other' }))).toBe('software_not_permitted');
  expect(await reason(other.statement({ ...ofOther, software_id: 'of-one' }, { typ }))).toBe(
    'software_not_permitted',
  );
  expect(await reason(one.statement({ ...ofOne, redirect_uris: ['https://b.example/'] }))).toBe(
    'redirect_host_not_permitted',
  );
  expect(await reason(one.statement({ ...ofOne, iat: iat - 20 }))).toBe('too_old');
  expect(await reason(one.statement({ ...ofOne, status: undefined }))).toBe('status_missing');
  expect(await reason(one.statement(ofOne, { typ }))).toBe('header');
  expect(await reason(other.statement(ofOther))).toBe('header');
});

test('one that is down or attacked takes nothing from the other', async () => {
  const verifier = verifierOf();
  expectOk(await verifier.verify(await other.statement()));
  one.world.down = true;
  const [failed, stands] = await Promise.all([
    verifier.verify(await one.statement()),
    verifier.verify(await other.statement()),
  ]);
  expect(expectRefusal(failed).reason).toBe('keys_unavailable');
  expectOk(stands);
  const stray = await makeKey('stray');
  for (let i = 0; i < 20; i += 1) await verifier.verify(await one.statement({}, {}, stray));
  expect([other.asked('metadata'), other.asked('jwks'), other.asked('list')]).toEqual([1, 1, 1]);
});
