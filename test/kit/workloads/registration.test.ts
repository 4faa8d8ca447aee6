import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrustedTrustDomain } from '../../../src/kit/verifier/trust-domains.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { fakeIssuer, makeKey, NOW, type Claims } from '../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER, clientOf, REGISTER, scene, type Scene } from '../support/scene.ts';
import { attested, storedOf } from '../management/support/clients.ts';
import { reasonTold, refused } from '../registration/support/refused.ts';
import { storeKinds, type OpenedStore } from '../store/support/stores.ts';
import { bundled, DOMAIN, trustDomain, WORKLOAD, type TrustDomain } from './support/trust-domain.ts';

let domain: TrustDomain;
let at: Scene;
beforeEach(async () => {
  domain = await trustDomain();
  at = await scene({ verifier: domain.verifier() });
});
afterEach(() => domain.close());

const onTerms = (trust: Partial<TrustedTrustDomain>) => scene({ verifier: domain.verifier(trust) });

describe('a workload registers with its JWT-SVID', () => {
  it('by what the SVID attests, to authenticate with SVIDs, and never with a secret', async () => {
    const { status, body } = await at.register({ software_statement: await domain.svid() });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      client_name: 'Release job',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'spiffe_jwt',
      spiffe_id: WORKLOAD,
      registration_expires_at: NOW + 86_400,
    });
    expect(body['client_secret']).toBeUndefined();
    expect(body['client_secret_expires_at']).toBeUndefined();
  });

  it.each(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'none', 'private_key_jwt', 'x'])(
    'whatever method is named (%s), by the SVID or the request',
    async (token_endpoint_auth_method) => {
      for (const [claims, asked] of [
        [{ token_endpoint_auth_method }, {}],
        [{}, { token_endpoint_auth_method }],
      ]) {
        const on = await scene({
          verifier: domain.verifier(),
          policy: attested({ secretsForCredentials: true }),
        });
        const { body } = await on.register({ ...asked, software_statement: await domain.svid(claims) });
        expect([body['token_endpoint_auth_method'], body['client_secret']]).toEqual([
          'spiffe_jwt',
          undefined,
        ]);
      }
    },
  );

  it.each<Claims>([
    { token_endpoint_auth_method: 'spiffe_x509' },
    { token_endpoint_auth_method: 'spiffe_wit' },
    { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_uri: WORKLOAD },
  ])('but for another way to show an SVID, which the SVID may name: %o', async (claims) => {
    const { body } = await at.register({ software_statement: await domain.svid(claims) });
    expect(body).toMatchObject(claims);
  });

  it('and nothing of the request', async () => {
    const { body } = await at.register({
      software_statement: await domain.svid(),
      redirect_uris: ['https://evil.example/'],
      jwks: { keys: [EC_KEY] },
      spiffe_id: `spiffe://${DOMAIN}/other`,
      spiffe_bundle_endpoint: 'https://evil.example/bundle',
      scope: 'everything',
    });
    expect(JSON.stringify(body)).not.toMatch(/evil|everything|jwks|other/);
  });

  it('with what the trust domain gives all of its clients', async () => {
    const on = await onTerms({ defaults: { grant_types: ['client_credentials'], scope: 'deploy' } });
    const svid = await domain.svid({ client_name: undefined, grant_types: undefined });
    expect((await on.register({ software_statement: svid })).body).toMatchObject({
      grant_types: ['client_credentials'],
      scope: 'deploy',
    });
  });

  it('also typed JOSE or not at all, with a bundle by value, and an iss that is configured', async () => {
    for (const typ of ['JOSE', undefined]) {
      const on = await scene({
        verifier: domain.verifier({ issuer: 'https://oidc.prod.example.org', requireIssuer: true }),
      });
      const software_statement = await domain.svid({ iss: 'https://oidc.prod.example.org' }, { typ });
      expect((await on.register({ software_statement })).status).toBe(201);
    }
  });
});

describe('step 1, the signature, refuses', () => {
  it('a key of another trust domain with the same name', async () => {
    const other = await makeKey('authority-1');
    expect((await refused(at, { software_statement: await domain.svid({}, {}, other) })).body['error']).toBe(
      'invalid_software_statement',
    );
  });
  it.each(['x509-svid', 'wit-svid', 'sig'])('a key of the bundle for something else (%s)', async (use) => {
    domain.bundle = { keys: [bundled(domain.key, use)] };
    await refused(at, { software_statement: await domain.svid() });
    expect(reasonTold(at)).toBe('statement.unknown_key');
  });
  it('a bundle that is empty: nothing of the trust domain is trusted any more', async () => {
    domain.bundle = { keys: [] };
    await refused(at, { software_statement: await domain.svid() });
  });
  it('and answers 503 while the bundle cannot be had', async () => {
    domain.isDown = true;
    const { status, headers } = await at.register({ software_statement: await domain.svid() });
    expect([status, headers.get('retry-after')]).toEqual([503, '30']);
  });
  it.each<readonly [string, Claims]>([
    ['no key named', { kid: undefined }],
    ['members that no SVID has', { jku: 'https://evil.example/jwks' }],
    ['a WIT', { typ: 'wit+jwt' }],
    ['an access token', { typ: 'at+jwt' }],
    ['the type of a digest-bound statement', { typ: 'software-statement+jwt' }],
    ['the type of a credential', { typ: 'vc+jwt' }],
  ])('%s', async (_what, header) => {
    await refused(at, { software_statement: await domain.svid({}, header) });
  });
  it('EdDSA', async () => {
    const key = await makeKey('authority-1', 'EdDSA');
    domain.bundle = { keys: [{ ...bundled(key), kty: 'OKP', crv: 'Ed25519' }] };
    await refused(at, { software_statement: await domain.svid({}, { alg: 'EdDSA' }, key) });
    expect(reasonTold(at)).toBe('statement.header');
  });
});

describe('step 2, the claims, refuses', () => {
  it.each<readonly [string, Claims]>([
    ['the authorization server as audience', { aud: [AUTHORIZATION_SERVER] }],
    ['both audiences', { aud: [REGISTER, AUTHORIZATION_SERVER] }],
    ['another audience', { aud: ['https://other.example/register'] }],
    ['no audience', { aud: undefined }],
    ['no iat', { iat: undefined }],
    ['no exp', { exp: undefined }],
    ['one that has expired', { exp: NOW - 61, iat: NOW - 100 }],
    ['one that is to come', { iat: NOW + 61 }],
    ['one that lasts too long', { exp: NOW + 3_600 }],
    ['another issuer', { iss: 'https://issuer.example' }],
    ['the ID of the trust domain itself', { sub: `spiffe://${DOMAIN}` }],
    ['an ID in capitals', { sub: WORKLOAD.toUpperCase() }],
    ['an ID with a dot segment', { sub: `spiffe://${DOMAIN}/ci/../release` }],
    ['an ID beside the pattern', { sub: `spiffe://${DOMAIN}/cirelease` }],
    ['an ID that may not register', { sub: `spiffe://${DOMAIN}/db/main` }],
    ['an ID of another trust domain', { sub: 'spiffe://other.example/ci/release' }],
    ['no ID', { sub: 'release' }],
  ])('%s', async (_what, claims) => {
    const { body } = await refused(at, { software_statement: await domain.svid(claims) });
    expect(body['error']).toMatch(/software_statement$/);
  });
  it('no iss where one is required', async () => {
    const on = await onTerms({ requireIssuer: true });
    await refused(on, { software_statement: await domain.svid() });
    expect(
      (await on.register({ software_statement: await domain.svid({ iss: `spiffe://${DOMAIN}` }) })).status,
    ).toBe(201);
  });
});

describe('steps 3 and 4, the metadata, refuses', () => {
  it.each<readonly [string, Claims]>([
    ['keys, which a trust domain does not attest unless said', { jwks: { keys: [EC_KEY] } }],
    ['an address of keys', { jwks_uri: 'https://app.example/jwks' }],
    ['a logout address', { backchannel_logout_uri: 'https://app.example/logout' }],
    ['another SPIFFE ID', { spiffe_id: `spiffe://${DOMAIN}/ci/other` }],
  ])('%s', async (_what, claims) => {
    const { body } = await refused(at, { software_statement: await domain.svid(claims) });
    expect(body['error']).toMatch(/software_statement$/);
  });
  it('redirects to hosts that are not named', async () => {
    const on = await onTerms({ redirectHosts: ['app.example'] });
    const toHost = (host: string) =>
      domain.svid({ grant_types: ['authorization_code'], redirect_uris: [`https://${host}/callback`] });
    await refused(on, { software_statement: await toHost('evil.example') });
    expect((await on.register({ software_statement: await toHost('app.example') })).status).toBe(201);
  });
  it.each<readonly [string, Claims, string]>([
    ['a grant nobody grants', { grant_types: ['password'] }, 'invalid_client_metadata'],
    ['plain http', { grant_types: undefined, redirect_uris: ['http://a.example/'] }, 'invalid_redirect_uri'],
  ])('%s', async (_what, claims, error) => {
    const { body } = await refused(at, { software_statement: await domain.svid(claims) });
    expect(body['error']).toBe(error);
  });
});

describe.each(storeKinds())('steps 5 and 6 over $name', (kind) => {
  let opened: OpenedStore;
  let on: Scene;
  beforeEach(async () => {
    opened = await kind.open();
    on = await scene({ verifier: domain.verifier(), store: opened.store });
  });
  afterEach(() => opened.close());
  afterAll(() => kind.stop());
  const register = async (claims: Claims = {}) =>
    clientOf(on.call, await on.register({ software_statement: await domain.svid(claims) }));

  it('the same workload is the same client, however often and from however many replicas', async () => {
    const first = await register();
    const again = await register();
    const later = await register({ iat: NOW - 5, exp: NOW + 295, client_name: 'Renamed' });
    expect(new Set([first.id, again.id, later.id]).size).toBe(1);
    expect(later.information['client_name']).toBe('Renamed');
    expect((await later.read()).status).toBe(200);
    expect((await again.read()).status).toBe(200);
    const other = await register({ sub: `spiffe://${DOMAIN}/ci/other` });
    expect(other.id).not.toBe(first.id);
    expect((await on.registrar.software(`spiffe://${DOMAIN}`, WORKLOAD))?.registrations).toBe(1);
  });

  it('an SVID that is older takes nothing back', async () => {
    await register({ client_name: 'Newer' });
    const older = await register({ iat: NOW - 20, exp: NOW + 280, client_name: 'Older' });
    expect(older.information['client_name']).toBe('Newer');
  });

  it('many at the same time are one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => on.register({ software_statement: await domain.svid() })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 201));
    expect(new Set(answers.map(({ body }) => body['client_id'])).size).toBe(1);
  });

  it('a fresh SVID renews by RFC 7592 too, and an update without one changes nothing', async () => {
    const client = await register();
    const software_statement = await domain.svid({ iat: NOW - 5, client_name: 'Renewed' });
    const { status, body } = await client.update({ software_statement });
    expect([status, body['client_name']]).toEqual([200, 'Renewed']);
    const stored = await storedOf(on, client);
    expect(stored.governing).toMatchObject({
      profile: 'jwt-svid',
      softwareId: WORKLOAD,
      issuer: `spiffe://${DOMAIN}`,
    });
    const next = await on.registrar.update({
      clientId: client.id,
      isAuthenticated: true,
      body: { client_id: client.id, client_name: 'Mine', jwks: { keys: [{ ...EC_KEY }] } },
    });
    expect(next.ok && next.value.information).toMatchObject({ client_name: 'Renewed', spiffe_id: WORKLOAD });
  });
});

describe('registration and login have different audiences', () => {
  it('an SVID for the authorization server logs in, and only as long as the registration stands', async () => {
    const login = await domain.svid({ aud: AUTHORIZATION_SERVER, grant_types: undefined });
    expect(await at.registrar.authenticateWorkload(login)).toBeUndefined();
    const { id } = clientOf(at.call, await at.register({ software_statement: await domain.svid() }));
    expect((await at.registrar.authenticateWorkload(login))?.clientId).toBe(id);
    await at.registrar.end(id, 'test');
    expect(await at.registrar.authenticateWorkload(login)).toBeUndefined();
  });
  it('the statement that comes back in an answer is no login', async () => {
    const { body } = await at.register({ software_statement: await domain.svid() });
    expect(await at.registrar.authenticateWorkload(String(body['software_statement']))).toBeUndefined();
    const both = await domain.svid({ aud: [AUTHORIZATION_SERVER, REGISTER] });
    expect(await at.registrar.authenticateWorkload(both)).toBeUndefined();
  });
  it('another method is no login by JWT-SVID', async () => {
    await at.register({
      software_statement: await domain.svid({ token_endpoint_auth_method: 'spiffe_x509' }),
    });
    expect(
      await at.registrar.authenticateWorkload(await domain.svid({ aud: AUTHORIZATION_SERVER })),
    ).toBeUndefined();
  });
  it('a secret never is', async () => {
    const { id, information } = clientOf(
      at.call,
      await at.register({ software_statement: await domain.svid() }),
    );
    expect(await at.registrar.authenticate(id, String(information['client_secret']))).toBe(false);
  });
  it('one configuration cannot have them the same', () => {
    expect(() => domain.verifier({ audience: AUTHORIZATION_SERVER })).toThrow(
      /no identifier of the authorization/,
    );
  });
});

it('a registration lapses after its day, and comes back with a fresh SVID', async () => {
  let seconds = NOW;
  const clock = { now: () => seconds, nowMilliseconds: () => seconds * 1000 };
  const on = await scene({
    verifier: domain.verifier({}, { now: clock.now }),
    nowMilliseconds: clock.nowMilliseconds,
  });
  const { id } = clientOf(on.call, await on.register({ software_statement: await domain.svid() }));
  seconds += 86_399;
  expect((await on.registrar.standing(id)).outcome).toBe('live');
  seconds += 1;
  expect((await on.registrar.standing(id)).outcome).toBe('lapsed');
  const software_statement = await domain.svid({ iat: seconds, exp: seconds + 300 });
  expect((await on.register({ software_statement })).body['client_id']).toBe(id);
  expect((await on.registrar.standing(id)).outcome).toBe('live');
});

it('a trust domain that is trusted no more takes its clients with it', async () => {
  const { id } = clientOf(at.call, await at.register({ software_statement: await domain.svid() }));
  const other = { trustDomain: 'other.example', spiffeIds: ['spiffe://other.example/*'] };
  const on = await scene({ verifier: domain.verifier(other), store: at.store });
  expect((await on.registrar.standing(id)).outcome).toBe('lapsed');
});

describe('profiles are not confused', () => {
  it('an SVID where no trust domain is configured, even of a trusted issuer with its keys', async () => {
    const fake = await fakeIssuer();
    const on = await scene({ verifier: fake.verifier() });
    const svid = await fake.statement({ sub: WORKLOAD, aud: REGISTER, iss: fake.issuer });
    const { body } = await refused(on, { software_statement: svid });
    expect(body['error']).toBe('invalid_software_statement');
  });
  it('a plain statement with the keys of a bundle', async () => {
    const svid = await domain.svid({ sub: undefined, iss: `spiffe://${DOMAIN}`, software_id: 'x', jti: 'x' });
    await refused(at, { software_statement: svid });
    expect(reasonTold(at)).toBe('statement.untrusted_issuer');
  });
});

it.each<readonly [string, Partial<TrustedTrustDomain>]>([
  ['no IDs', { spiffeIds: [] }],
  ['IDs of another', { spiffeIds: ['spiffe://other.example/*'] }],
  ['a pattern inside a segment', { spiffeIds: [`spiffe://${DOMAIN}/ci*`] }],
  ['a name in capitals', { trustDomain: 'PROD.example.org' }],
  ['two bundles', { bundle: { keys: [] } }],
  ['a member nobody knows', { members: ['client_nam'] }],
  ['a negative time', { registrationSeconds: -1 }],
])('%s is no configuration', (_what, trust) => {
  expect(() => domain.verifier(trust)).toThrow(TypeError);
});
