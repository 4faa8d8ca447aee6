import type { Hono } from 'hono';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { createStatementVerifier } from '../../src/kit/verifier/statement-verifier.ts';
import type { TrustedIssuer } from '../../src/kit/verifier/trusted-issuer.ts';
import { checkStatement } from '../../src/services/check-statement.ts';
import { issueStatement, renewStatement } from '../../src/services/issue.ts';
import { createPublications } from '../../src/services/publications.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  METADATA,
  START,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { ACCESS_TOKEN, EXCHANGE, postForm } from '../support/token-client.ts';

const DID = 'did:web:issuer.example';
const AS = 'https://as.example';

let test: TestIssuer;
let scene: Scene;
let app: Hono;

async function start(identifier = 'https://issuer.example'): Promise<void> {
  test = await testIssuer({ identifier });
  scene = await testScene(test);
  await approve(test, scene);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
}
beforeEach(() => start());
afterEach(() => test.close());

const issue = (audience: readonly string[] = [AS]) =>
  issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { profile: 'vc+jwt', audience });

/** An authorization server that knows the issuer by its DID and reaches it over this application alone. */
function verifier(trust: Partial<TrustedIssuer> = {}) {
  return createStatementVerifier({
    issuers: [{ issuer: DID, profiles: ['vc+jwt'], ...trust }],
    audience: AS,
    now: () => test.clock.now(),
    fetch: async (input, init) => app.request(input instanceof Request ? input.url : String(input), init),
  });
}

describe('a statement as a Verifiable Credential', () => {
  it('has exactly the claims of the profile, under the DID of the issuer', async () => {
    const { statement } = expectOk(await issue());
    expect(decodeProtectedHeader(statement.jwt)).toEqual({
      alg: 'ES256',
      kid: `${DID}#${statement.kid}`,
      typ: 'vc+jwt',
      cty: 'vc',
    });
    const list = `https://issuer.example/status-lists/${statement.listId}`;
    const entry = {
      type: 'BitstringStatusListEntry',
      statusListIndex: String(statement.idx),
    };
    expect(decodeJwt(statement.jwt)).toEqual({
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        { '@vocab': 'https://www.iana.org/assignments/oauth-parameters#' },
      ],
      id: `urn:uuid:${statement.jti}`,
      type: ['VerifiableCredential', 'OAuthClientMetadataCredential'],
      issuer: DID,
      iss: DID,
      validFrom: '2026-11-20T20:00:00Z',
      validUntil: '2027-02-18T20:00:00Z',
      iat: START,
      exp: START + 90 * 86_400,
      jti: `urn:uuid:${statement.jti}`,
      aud: [AS],
      credentialSubject: {
        id: `urn:uuid:${scene.softwareId}`,
        software_id: scene.softwareId,
        software_version: '1.0.0',
        ...METADATA,
      },
      status: { status_list: { idx: statement.idx, uri: list } },
      credentialStatus: [
        { ...entry, statusPurpose: 'revocation', statusListCredential: `${list}/revocation` },
        { ...entry, statusPurpose: 'suspension', statusListCredential: `${list}/suspension` },
      ],
    });
  });

  it('is renewed as one', async () => {
    const { statement } = expectOk(await issue());
    const renewed = expectOk(await renewStatement(test.issuer, scene.developer.actor, statement.jti, {}));
    expect(decodeProtectedHeader(renewed.statement.jwt).typ).toBe('vc+jwt');
  });

  it('is had at the token endpoint, and renews itself there by the name it is kept under', async () => {
    const { status, body } = await postForm(app, {
      grant_type: EXCHANGE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:software-statement',
      subject_token: scene.developer.token,
      subject_token_type: ACCESS_TOKEN,
      software_id: scene.softwareId,
      statement_profile: 'vc+jwt',
    });
    expect(status).toBe(200);
    const jwt = String(body['access_token']);
    expect(decodeJwt(jwt)).toMatchObject({ iss: DID, credentialSubject: METADATA });
    const again = await postForm(app, {
      grant_type: EXCHANGE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:software-statement',
      subject_token: jwt,
      subject_token_type: 'urn:ietf:params:oauth:token-type:software-statement',
      software_id: scene.softwareId,
      statement_profile: 'vc+jwt',
    });
    // It is recognised; what is missing is a key of the client.
    expect(again.body['error_description']).toMatch(/Authenticate with that key/);
  });

  it('is taken by the registration endpoint of the kit, until it is suspended or revoked', async () => {
    const { statement } = expectOk(await issue());
    expect(expectOk(await verifier().verify(statement.jwt))).toMatchObject({
      profile: 'vc+jwt',
      softwareId: scene.softwareId,
      softwareVersion: '1.0.0',
      metadata: METADATA,
      provenance: { issuer: DID, status: { outcome: 'valid' } },
    });
    for (const [command, reason] of [
      ['suspend', 'suspended'],
      ['revoke', 'revoked'],
    ] as const) {
      expectOk(await changeStatement(test.issuer, test.operator, statement.jti, command, 'test'));
      expect(expectRefusal(await verifier().verify(statement.jwt))).toMatchObject({ reason });
    }
  });

  it('counts for nothing where the issuer is trusted by its https identifier alone', async () => {
    const { statement } = expectOk(await issue());
    const careless = verifier({ issuer: 'https://issuer.example', profiles: ['rfc7591', 'vc+jwt'] });
    expect(expectRefusal(await careless.verify(statement.jwt))).toMatchObject({ reason: 'untrusted_issuer' });
  });

  it('is checked by its issuer like every other', async () => {
    const { statement } = expectOk(await issue());
    const checked = await checkStatement(test.issuer, statement.jwt);
    expect(checked).toMatchObject({ outcome: 'valid', softwareName: 'Example' });
    expect(checked.checks.map(({ outcome }) => outcome)).toEqual(checked.checks.map(() => 'holds'));
    expectOk(await changeStatement(test.issuer, test.operator, statement.jti, 'revoke', 'test'));
    expect(await checkStatement(test.issuer, statement.jwt)).toMatchObject({ outcome: 'revoked' });
    const [header = '', , signature = ''] = statement.jwt.split('.');
    const other = expectOk(await issue([])).statement.jwt.split('.')[1] ?? '';
    expect(await checkStatement(test.issuer, `${header}.${other}.${signature}`)).toMatchObject({
      outcome: 'not_signed_by_us',
    });
  });
});

describe('the credential of a status list', () => {
  const listPath = async () => new URL((await test.publications.statusListUris())[0] ?? '').pathname;

  it.each(['revocation', 'suspension'])(
    'of %s is served signed, and signed anew only when it changed',
    async (purpose) => {
      const { statement } = expectOk(await issue());
      const get = async () => app.request(`${await listPath()}/${purpose}`);
      const response = await get();
      expect(response.headers.get('content-type')).toBe('application/vc+jwt');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('cache-control')).toBe('public, max-age=300, stale-if-error=43200');
      const first = await response.text();
      expect(decodeProtectedHeader(first)).toMatchObject({ typ: 'vc+jwt', cty: 'vc' });
      expect(decodeJwt(first)).toMatchObject({
        id: `https://issuer.example${await listPath()}/${purpose}`,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        issuer: DID,
        iat: START,
        exp: START + 86_400,
        validFrom: '2026-11-20T20:00:00Z',
        validUntil: '2026-11-21T20:00:00Z',
        credentialSubject: { type: 'BitstringStatusList', statusPurpose: purpose, ttl: 300_000 },
      });
      test.clock.advance(60);
      expect(await (await get()).text()).toBe(first);
      expectOk(await changeStatement(test.issuer, test.operator, statement.jti, 'suspend', 'test'));
      const second = await (await get()).text();
      expect(second).not.toBe(first);
      test.clock.advance(7 * 3_600);
      expect(await (await get()).text()).not.toBe(second);
    },
  );

  it.each([
    ['/none', {}, 404],
    ['/revocation', { accept: 'application/statuslist+jwt' }, 406],
    ['/revocation?time=1', {}, 501],
  ])('%s asked with %j is %i', async (path, headers, status) => {
    expect((await app.request(`${await listPath()}${path}`, { headers })).status).toBe(status);
  });

  it('is signed once for all processes that publish', async () => {
    const id = (await listPath()).split('/').at(-1) ?? '';
    const [one, two] = [1, 2].map(() => createPublications(test.issuer, { recheckSeconds: 5 }));
    const first = await one?.statusCredential(id, 'revocation');
    test.clock.advance(60);
    expect((await two?.statusCredential(id, 'revocation'))?.body).toBe(first?.body);
    const [other, token] = [await two?.statusCredential(id, 'suspension'), await two?.statusList(id)];
    expect(new Set([first?.body, other?.body, token?.body]).size).toBe(3);
  });

  it('of a list that does not exist is not found', async () => {
    expect((await app.request('/status-lists/none/revocation')).status).toBe(404);
  });
});

describe('an issuer without https', () => {
  beforeEach(async () => {
    test.close();
    await start('http://localhost:8787');
  });

  it('has no DID, and makes no credentials', async () => {
    expect(expectRefusal(await issue())).toMatchObject({
      code: 'profile_not_available',
      profile: 'vc+jwt',
      detail: expect.stringContaining('did:web'),
    });
    expect((await app.request('/.well-known/did.json')).status).toBe(404);
    const [list = ''] = await test.publications.statusListUris();
    expect((await app.request(`${new URL(list).pathname}/revocation`)).status).toBe(404);
    const metadata = await (await app.request('/.well-known/oauth-authorization-server')).json();
    expect(metadata).toMatchObject({ software_statement_profiles_supported: ['rfc7591', 'cimd'] });
  });
});

it('the document of the DID holds the keys of the JWK Set, and is where its path puts it', async () => {
  const { body } = await test.publications.jwks();
  const { keys }: { keys: { kid: string }[] } = JSON.parse(body);
  const response = await app.request('/.well-known/did.json');
  expect(response.headers.get('content-type')).toBe('application/did+json');
  const document: { verificationMethod: unknown[] } = await response.json();
  expect(document).toMatchObject({ id: DID, alsoKnownAs: ['https://issuer.example'] });
  expect(document.verificationMethod.slice(0, keys.length)).toEqual(
    keys.map((publicKeyJwk) => ({
      id: `${DID}#${publicKeyJwk.kid}`,
      type: 'JsonWebKey',
      controller: DID,
      publicKeyJwk,
    })),
  );
  test.close();
  await start('https://issuer.example/tenant');
  expect((await app.request('/.well-known/did.json')).status).toBe(404);
  const tenant = await app.request('/tenant/did.json');
  expect(await tenant.json()).toMatchObject({ id: `${DID}:tenant` });
});
