import { describe, expect, test } from 'vitest';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import {
  fakeIssuer,
  ISSUER,
  LIST_URI,
  makeKey,
  NOW,
  signWith,
  type FakeIssuer,
} from '../support/fake-issuer.ts';

describe('what the configuration lets pass', () => {
  test('resolve: when_present takes a statement without a status, and asks where there is one', async () => {
    const fake = await fakeIssuer();
    const verifier = fake.verifier({ status: { resolve: 'when_present' } });
    const without = expectOk(await verifier.verify(await fake.statement({ status: undefined })));
    expect(without.provenance.status).toEqual({ outcome: 'not_asked' });
    fake.setStatus(5, 1);
    expect(expectRefusal(await verifier.verify(await fake.statement())).reason).toBe('revoked');
    const broken = await fake.statement({ status: {} });
    expect(expectRefusal(await verifier.verify(broken)).reason).toBe('status_missing');
  });

  test('resolve: never asks nobody', async () => {
    const fake = await fakeIssuer();
    fake.setStatus(5, 1);
    const verified = expectOk(
      await fake.verifier({ status: { resolve: 'never' } }).verify(await fake.statement()),
    );
    expect(verified.provenance.status).toEqual({ outcome: 'not_asked' });
    expect(verified.provenance.statusReference).toEqual({ uri: LIST_URI, idx: 5 });
    expect(fake.asked('list')).toBe(0);
    for (const status of [{}, { status_list: { idx: -1, uri: LIST_URI } }, 7]) {
      const malformed = await fake.statement({ status });
      const taken = expectOk(await fake.verifier({ status: { resolve: 'never' } }).verify(malformed));
      expect(taken.provenance.statusReference).toBeUndefined();
    }
  });

  test('suspended: accept', async () => {
    const fake = await fakeIssuer();
    fake.setStatus(5, 2);
    const verified = expectOk(
      await fake.verifier({ status: { suspended: 'accept' } }).verify(await fake.statement()),
    );
    expect(verified.provenance.status).toMatchObject({ outcome: 'suspended', checkedAt: NOW });
  });

  test('whenUnavailable: accept says so, and still refuses what is revoked', async () => {
    const fake = await fakeIssuer();
    fake.world.instead.list = () => new Response('', { status: 500 });
    const verifier = fake.verifier({ status: { whenUnavailable: 'accept' } });
    const verified = expectOk(await verifier.verify(await fake.statement()));
    expect(verified.provenance.status).toEqual({ outcome: 'unavailable' });
    delete fake.world.instead.list;
    fake.setStatus(5, 1);
    fake.clock.advance(6);
    expect(expectRefusal(await verifier.verify(await fake.statement())).reason).toBe('revoked');
  });
});

describe('what a verified statement brings', () => {
  test('metadata without the claims of the token, and where it comes from', async () => {
    const fake = await fakeIssuer();
    const statement = await fake.statement({
      sub: 'x',
      nbf: NOW - 60,
      cnf: { jkt: 'x' },
      aud: ['https://as.example'],
    });
    const verifier = fake.verifier({ maxLifetimeSeconds: 86_400 }, { audience: 'https://as.example' });
    fake.clock.advance(0.75);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(statement));
    expect(expectOk(await verifier.verify(statement))).toEqual({
      text: statement,
      profile: 'rfc7591',
      document: undefined,
      softwareId: 'software-1',
      softwareVersion: '1.0.0',
      metadata: {
        software_id: 'software-1',
        software_version: '1.0.0',
        client_name: 'Example',
        redirect_uris: ['https://app.example/callback'],
      },
      provenance: {
        issuer: ISSUER,
        jti: 'statement-1',
        digest: Buffer.from(digest).toString('base64url'),
        kid: 'key-1',
        alg: 'ES256',
        issuedAt: NOW - 60,
        expiresAt: NOW + 30 * 86_400,
        honouredUntil: NOW - 60 + 86_400,
        status: { outcome: 'valid', checkedAt: NOW, staleSeconds: 0 },
        statusReference: { uri: LIST_URI, idx: 5 },
        verifiedAt: NOW,
      },
    });
  });

  test('a version that is no text is no version', async () => {
    const fake = await fakeIssuer();
    const verified = expectOk(await fake.verifier().verify(await fake.statement({ software_version: 7 })));
    expect(verified.softwareVersion).toBeUndefined();
  });

  test('a member that is null is as if it were not there, and one that holds nulls is as it came', async () => {
    const fake = await fakeIssuer();
    const verifier = fake.verifier({ mayVouchFor: { redirectHosts: ['app.example'] } });
    const nulls = { client_name: null, redirect_uris: null, software_version: null, 'client_name#fr': null };
    const statement = await fake.statement({ ...nulls, scope: 'read', contacts: [null] });
    const { metadata, softwareVersion } = expectOk(await verifier.verify(statement));
    expect(metadata).toEqual({ software_id: 'software-1', scope: 'read', contacts: [null] });
    expect(softwareVersion).toBeUndefined();
  });

  test.each(['software_id', 'jti', 'iat', 'exp', 'nbf', 'aud', 'status'])(
    'a claim about the statement may not be null: %s',
    async (name) => {
      const fake = await fakeIssuer();
      expectRefusal(await fake.verifier().verify(await fake.statement({ [name]: null })));
    },
  );

  const ALGORITHMS = [
    'ES256',
    'ES384',
    'ES512',
    'PS256',
    'PS384',
    'PS512',
    'RS256',
    'RS384',
    'RS512',
    'EdDSA',
    'Ed25519',
  ];
  test.each(ALGORITHMS)('%s verifies, and not with a changed signature', async (alg) => {
    const fake = await fakeIssuer();
    const key = await makeKey('other', alg);
    fake.world.jwks = { keys: [fake.key().publicJwk, key.publicJwk] };
    const verifier = fake.verifier({ algorithms: ['ES256', alg] });
    const statement = await signWith(key, { alg, kid: 'other', typ: 'JWT' }, fake.claims());
    expect(expectOk(await verifier.verify(statement)).provenance).toMatchObject({ alg, kid: 'other' });
    const at = statement.lastIndexOf('.') + 9;
    const changed = `${statement.slice(0, at)}${statement[at] === 'A' ? 'B' : 'A'}${statement.slice(at + 1)}`;
    expect(expectRefusal(await verifier.verify(changed)).reason).toBe('signature');
  });

  test('the clock tolerance is the one configured', async () => {
    const fake = await fakeIssuer();
    const strict = fake.verifier({ clockToleranceSeconds: 0 });
    const reasonOf = async (claims: object) =>
      expectRefusal(await strict.verify(await fake.statement({ ...claims }))).reason;
    expect(await reasonOf({ exp: NOW })).toBe('times');
    expect(await reasonOf({ iat: NOW + 1 })).toBe('times');
    expectOk(await strict.verify(await fake.statement({ exp: NOW + 1 })));
    const lax = fake.verifier({ clockToleranceSeconds: 300 });
    expectOk(await lax.verify(await fake.statement({ iat: NOW - 400, exp: NOW - 299 })));
    expectOk(await lax.verify(await fake.statement({ iat: NOW + 300 })));
  });
});

describe('standing', () => {
  async function verified(trust: Partial<TrustedIssuer> = {}) {
    const fake = await fakeIssuer();
    const verifier = fake.verifier(trust);
    const { provenance } = expectOk(await verifier.verify(await fake.statement()));
    return { fake, verifier, provenance };
  }
  const oneTtlLater = ({ clock }: FakeIssuer) => clock.advance(301);

  test('a statement stands, is suspended, stands again, is revoked', async () => {
    const { fake, verifier, provenance } = await verified();
    for (const [value, expected] of [
      [0, 'valid'],
      [2, 'suspended'],
      [0, 'valid'],
      [1, 'revoked'],
    ] as const) {
      fake.setStatus(5, value);
      oneTtlLater(fake);
      const standing = await verifier.standing(provenance);
      expect(standing.ok ? standing.value.outcome : standing.error.reason).toBe(expected);
      if (standing.ok) expect(standing.value).toMatchObject({ checkedAt: fake.clock.now(), staleSeconds: 0 });
    }
  });

  test('it asks for the list alone, and from memory while that is fresh', async () => {
    const { fake, verifier, provenance } = await verified();
    const asked = fake.addresses.length;
    await Promise.all(Array.from({ length: 100 }, () => verifier.standing(provenance)));
    expect(fake.addresses).toHaveLength(asked);
  });

  test('what has expired stands no longer, nobody asked', async () => {
    const { fake, verifier, provenance } = await verified({ maxLifetimeSeconds: 1_000 });
    fake.clock.advance(1_000 - 60 + 59);
    expect((await verifier.standing(provenance)).ok).toBe(true);
    const asked = fake.addresses.length;
    fake.clock.advance(1);
    expect(expectRefusal(await verifier.standing(provenance)).reason).toBe('times');
    expect(fake.addresses).toHaveLength(asked);
  });

  test('an issuer trusted no more', async () => {
    const { fake, provenance } = await verified();
    const later = fake.verifier({}, { issuers: [{ issuer: 'https://other.example' }] });
    expect(expectRefusal(await later.standing(provenance))).toMatchObject({
      error: 'unapproved_software_statement',
      reason: 'untrusted_issuer',
    });
  });

  test('a statement without a status, where the configuration of today requires one', async () => {
    const { fake } = await verified();
    const before = fake.verifier({ status: { resolve: 'when_present' } });
    const { provenance } = expectOk(await before.verify(await fake.statement({ status: undefined })));
    expect(expectOk(await before.standing(provenance))).toEqual({ outcome: 'not_asked' });
    expect(expectRefusal(await fake.verifier().standing(provenance)).reason).toBe('status_missing');
  });

  test('an outage is an error that says when to ask again', async () => {
    const { fake, provenance } = await verified();
    fake.world.down = true;
    const refusal = expectRefusal(await fake.verifier().standing(provenance));
    expect(refusal).toMatchObject({ reason: 'status_unavailable', retryAfterSeconds: 30 });
    const accepting = fake.verifier({ status: { whenUnavailable: 'accept' } });
    expect(expectOk(await accepting.standing(provenance))).toEqual({ outcome: 'unavailable' });
  });
});
