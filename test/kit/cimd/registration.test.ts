import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { cimdStatement } from '../../../src/domain/statement/profiles/cimd-claims.ts';
import { expectOk } from '../../support/issuer.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { LIST_URI, NOW, type Claims } from '../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER, clientOf, scene, type Scene } from '../support/scene.ts';
import { refused } from '../registration/support/refused.ts';
import {
  cimdScene,
  cimdStatement as signedStatement,
  digestOf,
  DOCUMENT,
  documentOf,
  publish,
  registeredWith,
  registerWith,
  type Published,
} from './support/published.ts';

let published: Published;
let at: Scene;
beforeEach(async () => {
  published = await publish();
  at = await cimdScene(published.origin);
});
afterEach(() => published.close());

it('registers what the reviewed document says, until the statement ends', async () => {
  const { status, body } = await registerWith(at, published);
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...DOCUMENT, registration_expires_at: NOW + 30 * 86_400 });
  expect(body['client_id']).not.toBe(published.url);
  expect(body['client_secret']).toBeUndefined();
});

it('takes nothing from the request, whether or not the document has the member', async () => {
  const asked = {
    client_name: 'Mine',
    redirect_uris: ['https://evil.example/callback'],
    jwks: { keys: [EC_KEY] },
    jwks_uri: undefined,
    scope: 'everything',
    token_endpoint_auth_method: 'private_key_jwt',
    'client_name#de': 'Meins',
    policy_uri: 'https://evil.example/policy',
    software_id: 'evil',
  };
  const { body } = await registerWith(at, published, {}, asked);
  const plain = await registerWith(await cimdScene(published.origin), published);
  const ownOf = (registered: JsonObject) => ({
    ...registered,
    client_id: '',
    registration_access_token: '',
    registration_client_uri: '',
    software_statement: '',
  });
  expect(ownOf(body)).toEqual(ownOf(plain.body));
});

it('records who decided, about which document, with which digest', async () => {
  const { id } = await registeredWith(at, published, { jti: 'decision-7' });
  const registration = await at.store.registration(id);
  expect(registration?.governing).toMatchObject({
    profile: 'cimd',
    issuer: at.issuer.issuer,
    softwareId: published.url,
    jti: 'decision-7',
    issuedAt: NOW - 60,
    document: { url: published.url, digest: digestOf(published.body) },
  });
  const [entry] = await at.store.entriesAfter(0, 1);
  expect(JSON.parse(entry?.text ?? '')).toMatchObject({
    data: { software_statement: { profile: 'cimd', cimd_digest: digestOf(published.body) } },
  });
});

it('asks for the document once, without negotiation', async () => {
  await registerWith(at, published);
  expect(
    published.asked.map(({ url, headers }) => [url, headers.accept, headers['accept-encoding']]),
  ).toEqual([['/client.json', '*/*', 'identity']]);
});

it('digests the octets as they are: byte order, spaces and the last line end count', async () => {
  published.body = `${documentOf(published.url)}\r\n\n`;
  expect((await registerWith(at, published)).status).toBe(201);
  const reviewed = published.body;
  published.body = documentOf(published.url);
  const statement = await signedStatement(at.issuer, { url: published.url, body: reviewed });
  const { body } = await refused(await cimdScene(published.origin), { software_statement: statement });
  expect(body['error']).toBe('invalid_software_statement');
});

it('ignores a statement inside the document', async () => {
  published.body = documentOf(published.url, { software_statement: 'eyJ.embedded.statement' });
  const { status, body } = await registerWith(at, published);
  expect(status).toBe(201);
  expect(String(body['software_statement']).split('.')[1]).not.toBe('embedded');
});

it('honours less where the server or the document says so, and never more', async () => {
  const shorter = await cimdScene(published.origin, { trust: { maxLifetimeSeconds: 3_600 } });
  expect((await registerWith(shorter, published)).body['registration_expires_at']).toBe(NOW - 60 + 3_600);
  published.body = documentOf(published.url, { client_id_expires_at: NOW + 600 });
  expect((await registerWith(shorter, published)).status).toBe(400);
  const fresh = await cimdScene(published.origin);
  expect((await registerWith(fresh, published)).body['registration_expires_at']).toBe(NOW + 600);
  published.body = documentOf(published.url, { client_id_expires_at: NOW + 400 * 86_400 });
  const again = await cimdScene(published.origin);
  expect((await registerWith(again, published)).body['registration_expires_at']).toBe(NOW + 30 * 86_400);
});

it('a registration whose time is over is lapsed, and its status ends it sooner', async () => {
  const { id } = await registeredWith(at, published);
  expect((await at.registrar.standing(id)).outcome).toBe('live');
  at.issuer.setStatus(5, 1);
  at.issuer.clock.advance(400);
  expect(await at.registrar.standing(id)).toMatchObject({ outcome: 'lapsed', because: 'revoked' });
  at.issuer.setStatus(5, 0);
  at.issuer.clock.advance(30 * 86_400);
  expect(await at.registrar.standing(id)).toMatchObject({ outcome: 'lapsed', because: 'expired' });
});

it('a statement without a status stands by its exp alone, unless the configuration wants one', async () => {
  expect((await registerWith(at, published, { status: undefined })).status).toBe(201);
  const strict = await cimdScene(published.origin, { trust: { status: { resolve: 'required' } } });
  const { body } = await registerWith(strict, published, { status: undefined });
  expect(body['error']).toBe('invalid_software_statement');
});

describe('is for one deciding party, one tenant and one server', () => {
  const approved: readonly (readonly [string, Claims])[] = [
    ['no audience', {}],
    ['this server among others', { aud: ['https://other.example', AUTHORIZATION_SERVER] }],
    ['this server alone', { aud: AUTHORIZATION_SERVER }],
    ['this tenant', { aud_tenant: 'acme' }],
    ['a tenant of the issuer', { tenant: 'publishing' }],
    ['a claim nobody knows', { 'https://issuer.example/tier': 1, act: { sub: 'x' } }],
  ];
  async function tenants(): Promise<Scene> {
    const { issuer } = at;
    const trust = {
      profiles: ['cimd'],
      tenants: ['publishing'],
      mayVouchFor: { clientIdentifiers: [`${published.origin}/`] },
    } as const;
    const verifier = issuer.verifier(trust, { audience: [AUTHORIZATION_SERVER], tenant: 'acme' });
    return { ...(await cimdScene(published.origin, { verifier })), issuer };
  }
  it.each(approved)('%s', async (_what, claims) => {
    expect((await registerWith(await tenants(), published, claims)).status).toBe(201);
  });
  it.each<readonly [string, Claims]>([
    ['another server', { aud: ['https://other.example'] }],
    ['this server and a slash', { aud: `${AUTHORIZATION_SERVER}/` }],
    ['another tenant', { aud_tenant: 'globex' }],
    ['a tenant the issuer may not speak for', { tenant: 'marketing' }],
    ['a document outside what the issuer may attest', { sub: 'https://elsewhere.example/client.json' }],
    ['a document on the same host by another scheme', { sub: 'https://127.0.0.1/client.json' }],
  ])('refuses %s as not approved, before the document is asked for', async (_what, claims) => {
    const { status, body } = await registerWith(await tenants(), published, claims);
    expect([status, body['error']]).toEqual([400, 'unapproved_software_statement']);
    expect(published.asked).toEqual([]);
  });
  it('a tenant where this server has none', async () => {
    expect((await registerWith(at, published, { aud_tenant: 'acme' })).body['error']).toBe(
      'unapproved_software_statement',
    );
  });
});

it('two tenants of one issuer are two deciding parties', async () => {
  const two = await cimdScene(published.origin, { trust: { tenants: ['a', 'b'] } });
  const first = await registeredWith(two, published, { tenant: 'a', iat: NOW - 30 });
  expect((await registerWith(two, published, { tenant: 'b', iat: NOW - 50, jti: 'b' })).status).toBe(201);
  const other = await signedStatement(two.issuer, published, { tenant: 'b', iat: NOW, jti: 'b2' });
  const { body } = await first.update({ software_statement: other });
  expect(body['error']).toBe('unapproved_software_statement');
});

it('needs a fetcher, which is said at the start', async () => {
  const trust = { profiles: ['cimd'] as const, mayVouchFor: { clientIdentifiers: 'any' as const } };
  await expect(scene({ trust })).rejects.toThrow(/needs the option fetcher/);
});

it('what our own issuer makes is taken', async () => {
  const { iss, iat, exp, jti } = at.issuer.claims();
  const statement = expectOk(
    cimdStatement(
      { alg: 'ES256', kid: at.issuer.key().kid },
      {
        iss: String(iss),
        iat: Number(iat),
        exp: Number(exp),
        jti: String(jti),
        softwareId: 'software-1',
        softwareVersion: '1.0.0',
        audience: [AUTHORIZATION_SERVER],
        status: { idx: 5, uri: LIST_URI },
      },
      { url: published.url, digest: digestOf(published.body) },
    ),
  );
  const software_statement = await at.issuer.signTexts(
    JSON.stringify(statement.header),
    JSON.stringify(statement.claims),
  );
  expect((await at.register({ software_statement })).status).toBe(201);
});

it('a client of it can be deleted and registered again with the same statement', async () => {
  const statement = await signedStatement(at.issuer, published);
  const client = clientOf(at.call, await at.register({ software_statement: statement }));
  await refused(at, { software_statement: statement });
  expect((await client.remove()).status).toBe(204);
  expect((await at.register({ software_statement: statement })).status).toBe(201);
});
