import type { Hono } from 'hono';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { SigningAlgorithm } from '../../src/domain/signing-key.ts';
import { createStatementVerifier } from '../../src/kit/verifier/statement-verifier.ts';
import { checkStatement } from '../../src/services/check-statement.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { activateKey, revokeKey } from '../../src/services/key-life.ts';
import { generateKey } from '../../src/services/keys.ts';
import { createPublications } from '../../src/services/publications.ts';
import { recordRestore } from '../../src/services/record-restore.ts';
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

const DOMAIN = 'issuer.example';
const AS = 'https://as.example';
const REGISTER = `${AS}/register`;

let test: TestIssuer;
let scene: Scene;
let app: Hono;

async function start(trustDomain?: string): Promise<void> {
  test = await testIssuer(trustDomain === undefined ? {} : { trustDomain });
  scene = await testScene(test);
  await approve(test, scene);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
}
beforeEach(() => start(DOMAIN));
afterEach(() => test.close());

const issue = (
  terms: { audience?: readonly string[]; lifetimeSeconds?: number } = { audience: [REGISTER] },
) => issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { profile: 'jwt-svid', ...terms });

async function activate(alg: SigningAlgorithm): Promise<string> {
  const key = expectOk(await generateKey(test.issuer, test.operator, { alg }));
  expectOk(await activateKey(test.issuer, test.operator, key.kid, { emergencyReason: 'test' }));
  return key.kid;
}

async function bundle(): Promise<{
  keys: JsonObject[];
  spiffe_sequence: number;
  spiffe_refresh_hint: number;
}> {
  return (await app.request('/spiffe/bundle')).json();
}

describe('a statement as a JWT-SVID', () => {
  it('has exactly the header and the claims of the profile', async () => {
    const { statement } = expectOk(await issue());
    expect(decodeProtectedHeader(statement.jwt)).toEqual({ alg: 'ES256', kid: statement.kid, typ: 'JWT' });
    expect(decodeJwt(statement.jwt)).toEqual({
      sub: `spiffe://${DOMAIN}/software/${scene.softwareId}`,
      aud: [REGISTER],
      exp: START + 3_600,
      iat: START,
      iss: `spiffe://${DOMAIN}`,
      jti: statement.jti,
      software_id: scene.softwareId,
      software_version: '1.0.0',
      status: {
        status_list: { idx: statement.idx, uri: `https://issuer.example/status-lists/${statement.listId}` },
      },
      ...METADATA,
    });
  });

  it.each([{}, { audience: [] }, { audience: [AS, REGISTER] }])(
    'is refused without exactly one audience: %j',
    async (terms) => {
      expect(expectRefusal(await issue(terms))).toMatchObject({
        code: 'profile_not_available',
        detail: expect.stringContaining('exactly one audience'),
      });
    },
  );

  it('lasts an hour at most, and says who set that bound', async () => {
    expect(expectRefusal(await issue({ audience: [REGISTER], lifetimeSeconds: 3_601 }))).toMatchObject({
      code: 'lifetime_not_allowed',
      maxSeconds: 3_600,
      setBy: 'profile',
    });
    const { statement } = expectOk(await issue({ audience: [REGISTER], lifetimeSeconds: 300 }));
    expect(statement.expiresAt - statement.issuedAt).toBe(300);
  });

  it('is not signed with EdDSA, and the metadata does not offer it then', async () => {
    const offered = async () => (await app.request('/.well-known/oauth-authorization-server')).json();
    expect(await offered()).toMatchObject({
      software_statement_profiles_supported: ['rfc7591', 'cimd', 'vc+jwt', 'jwt-svid'],
    });
    const kid = await activate('EdDSA');
    expect(expectRefusal(await issue())).toMatchObject({
      code: 'profile_not_available',
      detail: expect.stringContaining('EdDSA'),
    });
    expect(await offered()).toMatchObject({
      software_statement_profiles_supported: ['rfc7591', 'cimd', 'vc+jwt'],
    });
    expect((await bundle()).keys.map((key) => key['kid'])).not.toContain(kid);
  });

  it.each(['ES384', 'PS256', 'RS256'] as const)('is signed with %s', async (alg) => {
    await activate(alg);
    const { statement } = expectOk(await issue());
    expect(decodeProtectedHeader(statement.jwt).alg).toBe(alg);
    expect(expectOk(await (await verifier()).verify(statement.jwt)).provenance.alg).toBe(alg);
  });

  it('is had at the token endpoint with one audience, and without one nobody is asked to review anything', async () => {
    const asked = {
      grant_type: EXCHANGE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:software-statement',
      subject_token: scene.developer.token,
      subject_token_type: ACCESS_TOKEN,
      software_id: scene.softwareId,
      statement_profile: 'jwt-svid',
    };
    const given = await postForm(app, { ...asked, audience: REGISTER });
    expect([given.status, given.body['expires_in']]).toEqual([200, 3_600]);
    const news = { software_version: '2.0.0', client_metadata: JSON.stringify(METADATA) };
    const refused = await postForm(app, { ...asked, ...news, completion_mode: 'deferred' });
    expect(refused.body).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('exactly one audience'),
    });
  });

  it('is checked by its issuer like every other', async () => {
    const { statement } = expectOk(await issue());
    const checked = await checkStatement(test.issuer, statement.jwt);
    expect(checked).toMatchObject({ outcome: 'valid', softwareName: 'Example' });
    expect(checked.checks.map(({ outcome }) => outcome)).toEqual(checked.checks.map(() => 'holds'));
    expectOk(await changeStatement(test.issuer, test.operator, statement.jti, 'revoke', 'test'));
    expect(await checkStatement(test.issuer, statement.jwt)).toMatchObject({ outcome: 'revoked' });
  });

  it('is not made by an issuer that runs no trust domain', async () => {
    test.close();
    await start();
    expect(expectRefusal(await issue())).toMatchObject({
      code: 'profile_not_available',
      detail: expect.stringContaining('IMPRIMATUR_SPIFFE_TRUST_DOMAIN'),
    });
    expect((await app.request('/spiffe/bundle')).status).toBe(404);
  });
});

/** An authorization server that trusts the trust domain by its bundle, and the issuer for other statements too. */
async function verifier() {
  return createStatementVerifier({
    issuers: [{ issuer: 'https://issuer.example' }],
    trustDomains: [
      {
        trustDomain: DOMAIN,
        bundle: await bundle(),
        audience: REGISTER,
        spiffeIds: [`spiffe://${DOMAIN}/software/*`],
        members: Object.keys(METADATA).concat('software_id', 'software_version'),
      },
    ],
    audience: AS,
    now: () => test.clock.now(),
    fetch: async (input, init) => app.request(input instanceof Request ? input.url : String(input), init),
  });
}

describe('at an authorization server of the kit', () => {
  it('it registers with what was approved, and never logs in', async () => {
    const { statement } = expectOk(await issue());
    const server = await verifier();
    expect(expectOk(await server.verify(statement.jwt))).toMatchObject({
      profile: 'jwt-svid',
      softwareId: `spiffe://${DOMAIN}/software/${scene.softwareId}`,
      metadata: { client_name: METADATA['client_name'], token_endpoint_auth_method: 'spiffe_jwt' },
    });
    expect(expectRefusal(await server.verifyLogin(statement.jwt, AS))).toMatchObject({ reason: 'claims' });
    test.clock.advance(3_700);
    expect(expectRefusal(await server.verify(statement.jwt))).toMatchObject({ reason: 'claims' });
  });

  it('the other statements of the issuer are no SVIDs, and SVIDs are none of them', async () => {
    const server = await verifier();
    const plain = expectOk(
      await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { audience: [AS] }),
    );
    expect(expectOk(await server.verify(plain.statement.jwt)).profile).toBe('rfc7591');
    expect((await server.verifyLogin(plain.statement.jwt, AS)).ok).toBe(false);
    const withoutDomain = createStatementVerifier({
      issuers: [{ issuer: 'https://issuer.example' }],
      audience: AS,
      fetch: async (input, init) => app.request(input instanceof Request ? input.url : String(input), init),
    });
    const svid = expectOk(await issue()).statement.jwt;
    expect(expectRefusal(await withoutDomain.verify(svid))).toMatchObject({ reason: 'untrusted_issuer' });
  });
});

describe('the bundle', () => {
  it('is the JWK Set under another use, without alg', async () => {
    const { keys, spiffe_refresh_hint: hint } = await bundle();
    const set: { keys: JsonObject[] } = await (await app.request('/jwks')).json();
    expect(set.keys.map(({ use }) => use)).toEqual(set.keys.map(() => 'sig'));
    expect(keys).toEqual(set.keys.map(({ alg: _alg, ...key }) => ({ ...key, use: 'jwt-svid' })));
    expect(hint).toBe(300);
  });

  it('has a higher sequence after each change of keys, in every process', async () => {
    const sequences = [(await bundle()).spiffe_sequence];
    const kid = await activate('PS256');
    sequences.push((await bundle()).spiffe_sequence);
    await activate('ES256');
    sequences.push((await bundle()).spiffe_sequence);
    expectOk(await revokeKey(test.issuer, test.operator, kid, 'test'));
    sequences.push((await bundle()).spiffe_sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    const elsewhere = createPublications(test.issuer, { recheckSeconds: 5 });
    expect(JSON.parse((await elsewhere.spiffeBundle())?.body ?? '')).toEqual(await bundle());
  });

  it('goes on above what was said before a restore', async () => {
    for (let change = 0; change < 3; change += 1) await activate('ES256');
    const before = (await bundle()).spiffe_sequence;
    const backup = await testIssuer({ trustDomain: DOMAIN, clock: test.clock });
    test.clock.advance(60);
    expectOk(await recordRestore(backup.issuer, START));
    const restored = createPublications(backup.issuer, { recheckSeconds: 5 });
    const after: { spiffe_sequence: number } = JSON.parse((await restored.spiffeBundle())?.body ?? '');
    backup.close();
    expect(after.spiffe_sequence).toBeGreaterThan(before);
    expect(Number.isSafeInteger(after.spiffe_sequence)).toBe(true);
  });
});
