import type { Hono } from 'hono';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeBase64url } from '../../../src/domain/base64url.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import { createApp } from '../../../src/http/app.ts';
import { decide } from '../../../src/services/decide.ts';
import { createInitialAccessToken } from '../../../src/services/exchange/initial-access-tokens.ts';
import { changeStatement } from '../../../src/services/statement-standing.ts';
import { testInternet, type TestInternet } from '../../support/internet.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../support/issuer.ts';
import {
  ACCESS_TOKEN,
  clientKey,
  DEFERRED,
  EXCHANGE,
  postForm,
  STATEMENT,
  type ClientKey,
  type TokenAnswer,
} from '../../support/token-client.ts';

const CLIENT = 'https://app.example/client.json';
const SERVER = 'https://as.example';

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let key: ClientKey;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer({ fetcher: internet.fetcher });
  scene = await testScene(test);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  key = await clientKey(test.issuer.identifier, test.clock);
});
afterEach(() => test.close());

/** Serves a metadata document; its text is what is digested. */
function serve(metadata: JsonObject): string {
  const text = JSON.stringify({ client_id: CLIENT, ...metadata });
  internet.sites.set(CLIENT, { contentType: 'application/json', body: text });
  return encodeBase64url(sha256(new TextEncoder().encode(text)));
}

function serveConfidential(more: JsonObject = {}): string {
  const { jwks_uri: _, ...metadata } = METADATA;
  return serve({ ...metadata, jwks: { keys: [{ ...key.jwk }] }, ...more });
}

async function initialToken(
  clientId: string | undefined = CLIENT,
  audience?: readonly string[],
): Promise<string> {
  const command = { label: 'first', clientId, audience };
  const made = await createInitialAccessToken(test.issuer, scene.developer.actor, scene.softwareId, command);
  return expectOk(made).secret ?? '';
}

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

async function exchange(token: string, more: Parameters = {}, dpop?: string): Promise<TokenAnswer> {
  return postForm(
    app,
    {
      grant_type: EXCHANGE,
      requested_token_type: STATEMENT,
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      client_id: CLIENT,
      completion_mode: 'deferred',
      ...more,
    },
    dpop === undefined ? {} : { dpop },
  );
}

async function confidential(token: string, more: Parameters = {}): Promise<TokenAnswer> {
  return exchange(token, {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await key.assertion(CLIENT),
    ...more,
  });
}

async function pollWith(code: unknown, more: Parameters = {}, dpop?: string): Promise<TokenAnswer> {
  return postForm(
    app,
    { grant_type: DEFERRED, deferral_code: String(code), client_id: CLIENT, ...more },
    dpop === undefined ? {} : { dpop },
  );
}

async function pollConfidential(code: unknown): Promise<TokenAnswer> {
  return pollWith(code, {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await key.assertion(CLIENT),
  });
}

async function decideOpen(verdict: 'approve' | 'reject' | 'request_changes'): Promise<void> {
  const open = await test.store.openSubmission(scene.softwareId);
  expectOk(await decide(test.issuer, scene.reviewer.actor, open?.id ?? '', { verdict, reason: 'because' }));
}

/** First issuance to the end: exchanged, deferred, approved, polled. */
async function issued(): Promise<string> {
  const asked = await confidential(await initialToken());
  await decideOpen('approve');
  test.clock.advance(31);
  return String((await pollConfidential(asked.body['deferral_code'])).body['access_token']);
}

describe('token exchange for a metadata document', () => {
  it('waits for people, and gives the statement the draft describes', async () => {
    const digest = serveConfidential();
    const asked = await confidential(await initialToken(), { audience: SERVER });
    expect(asked.status).toBe(400);
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(asked.body).toMatchObject({ error: 'authorization_pending', interval: 30 });
    expect(String(asked.body['deferral_code'])).toMatch(/^[A-Za-z0-9_-]{43}$/);

    const pending = await pollConfidential(asked.body['deferral_code']);
    expect(pending.status).toBe(400);
    expect(pending.body['error']).toBe('authorization_pending');
    expect(Object.keys(pending.body).toSorted()).toEqual(['error', 'error_description']);

    await decideOpen('approve');
    test.clock.advance(31);
    const answer = await pollConfidential(asked.body['deferral_code']);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).toSorted()).toEqual([
      'access_token',
      'expires_in',
      'issued_token_type',
      'token_type',
    ]);
    expect(answer.body).toMatchObject({ issued_token_type: STATEMENT, token_type: 'N_A' });
    const statement = String(answer.body['access_token']);
    expect(decodeProtectedHeader(statement)).toMatchObject({ typ: 'software-statement+jwt', alg: 'ES256' });
    const claims = decodeJwt(statement);
    expect(Object.keys(claims).toSorted()).toEqual([
      'aud',
      'cimd_digest',
      'exp',
      'iat',
      'iss',
      'jti',
      'status',
      'sub',
    ]);
    expect(claims).toMatchObject({
      iss: test.issuer.identifier,
      sub: CLIENT,
      aud: [SERVER],
      cimd_digest: digest,
    });
    const again = await pollConfidential(asked.body['deferral_code']);
    expect(again.body['error']).toBe('invalid_grant');
  });

  it('gives what is approved at once', async () => {
    serveConfidential();
    await issued();
    const answer = await confidential(await initialToken());
    expect(answer.status).toBe(200);
  });

  it('uses an initial access token once, even when two come at the same time', async () => {
    serveConfidential();
    await issued();
    const token = await initialToken();
    const answers = await Promise.all([confidential(token), confidential(token), confidential(token)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
  });

  it('is refused by the reviewer: access_denied, now and when asked again with the same octets', async () => {
    serveConfidential();
    const asked = await confidential(await initialToken());
    await decideOpen('reject');
    const denied = await pollConfidential(asked.body['deferral_code']);
    expect(denied).toMatchObject({ status: 400, body: { error: 'access_denied' } });
    const token = await initialToken();
    const again = await confidential(token);
    expect(again.body['error']).toBe('access_denied');
    expect((await confidential(token)).body['error']).toBe('invalid_request');
    expect(await test.store.openSubmission(scene.softwareId)).toBeUndefined();
  });

  it('signs nothing when the document changes between review and signing', async () => {
    serveConfidential();
    const asked = await confidential(await initialToken());
    await decideOpen('approve');
    serveConfidential({ redirect_uris: ['https://app.example/callback', 'https://evil.example/callback'] });
    test.clock.advance(31);
    const answer = await pollConfidential(asked.body['deferral_code']);
    expect(answer.body['error']).toBe('access_denied');
    expect(await test.store.countLiveStatements('all', test.clock.now())).toBe(0);
  });

  it('files a change for review instead of signing it', async () => {
    serveConfidential();
    const statement = await issued();
    serveConfidential({ scope: 'openid profile email' });
    const asked = await confidential(statement, { subject_token_type: STATEMENT });
    expect(asked.body['error']).toBe('authorization_pending');
    const open = await test.store.openSubmission(scene.softwareId);
    expect(open?.changes.some(({ effect }) => effect === 'expands')).toBe(true);
  });

  it('slows down who polls too fast, and stops who goes on', async () => {
    serveConfidential();
    const { body } = await confidential(await initialToken());
    expect((await pollConfidential(body['deferral_code'])).body['error']).toBe('authorization_pending');
    for (let poll = 0; poll < 20; poll += 1)
      expect((await pollConfidential(body['deferral_code'])).body['error']).toBe('slow_down');
    expect((await pollConfidential(body['deferral_code'])).body['error']).toBe('invalid_request');
    test.clock.advance(3_600);
    expect((await pollConfidential(body['deferral_code'])).body['error']).toBe('authorization_pending');
  });

  it('expires', async () => {
    serveConfidential();
    const { body } = await confidential(await initialToken());
    test.clock.advance(15 * 86_400);
    expect((await pollConfidential(body['deferral_code'])).body['error']).toBe('expired_token');
  });

  it('is cancelled by revocation, and reviewers need not read it any more', async () => {
    serveConfidential();
    const { body } = await confidential(await initialToken());
    const assertion = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await key.assertion(CLIENT),
    };
    const cancelled = await postForm(
      app,
      {
        token: String(body['deferral_code']),
        token_type_hint: 'urn:ietf:params:oauth:token-type:deferral-code',
        client_id: CLIENT,
        ...assertion,
      },
      { path: '/revoke' },
    );
    expect(cancelled.status).toBe(200);
    expect((await pollConfidential(body['deferral_code'])).body['error']).toBe('access_denied');
  });

  it.each([
    ['scope', { scope: 'openid' }, 'invalid_request'],
    ['resource', { resource: 'https://api.example' }, 'invalid_request'],
    ['authorization_details', { authorization_details: '[]' }, 'invalid_request'],
    ['actor_token', { actor_token: 'x' }, 'invalid_request'],
    ['client_notification_token', { client_notification_token: 'x' }, 'invalid_request'],
    ['software_statement', { software_statement: 'x' }, 'invalid_request'],
    ['no completion_mode', { completion_mode: undefined }, 'invalid_request'],
    ['a repeated completion_mode word', { completion_mode: 'deferred deferred' }, 'invalid_request'],
    ['another requested_token_type', { requested_token_type: ACCESS_TOKEN }, 'invalid_request'],
    ['no requested_token_type', { requested_token_type: undefined }, 'invalid_request'],
    ['an unknown subject_token_type', { subject_token_type: 'urn:x' }, 'invalid_request'],
    ['an audience that is none', { audience: 'as.example' }, 'invalid_target'],
    ['an audience twice', { audience: [SERVER, SERVER] }, 'invalid_request'],
    ['a parameter twice', { client_id: [CLIENT, CLIENT] }, 'invalid_request'],
    ['both names', { software_id: '01a1f9a2-0000-7000-8000-000000000000' }, 'invalid_request'],
    ['a secret', { client_secret: 'x' }, 'invalid_client'],
    ['an unknown grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
  ])('refuses %s', async (_, parameters, error) => {
    serveConfidential();
    const answer = await confidential(await initialToken(), parameters);
    expect(answer.body['error']).toBe(error);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await test.store.openSubmission(scene.softwareId)).toBeUndefined();
  });

  it('fetches nothing before the subject token was judged', async () => {
    serveConfidential();
    const answer = await confidential('imp_iat_nothing');
    expect(answer.body['error']).toBe('invalid_request');
    expect(internet.asked).toEqual([]);
  });

  it('takes no API token for a client identifier, as the draft wants single use', async () => {
    serveConfidential();
    const answer = await confidential(scene.developer.token);
    expect(answer.body['error']).toBe('invalid_request');
    expect(internet.asked).toEqual([]);
  });

  it('takes an initial access token for its own client identifier alone', async () => {
    serveConfidential();
    const other = await initialToken('https://app.example/other.json');
    expect((await confidential(other)).body['error']).toBe('invalid_request');
  });

  it('narrows audiences, never widens them', async () => {
    serveConfidential();
    await issued();
    const bound = await initialToken(CLIENT, [SERVER]);
    const answer = await confidential(bound, { audience: [SERVER, 'https://other.example'] });
    expect(decodeJwt(String(answer.body['access_token'])).aud).toEqual([SERVER]);
    const again = await initialToken(CLIENT, [SERVER]);
    expect((await confidential(again, { audience: 'https://other.example' })).body['error']).toBe(
      'invalid_target',
    );
    expect((await confidential(again)).body['error']).toBe('invalid_target');
  });
});

describe('the client of a metadata document', () => {
  it('that is public shows a DPoP key, and polls with the same', async () => {
    const { jwks_uri: _, ...metadata } = METADATA;
    serve({ ...metadata, token_endpoint_auth_method: 'none' });
    const token = await initialToken();
    expect((await exchange(token)).body['error']).toBe('invalid_request');
    const asked = await exchange(token, {}, await key.dpop());
    expect(asked.body['error']).toBe('authorization_pending');
    const stranger = await clientKey(test.issuer.identifier, test.clock);
    const stolen = await pollWith(asked.body['deferral_code'], {}, await stranger.dpop());
    expect(stolen.body['error']).toBe('invalid_dpop_proof');
    expect((await pollWith(asked.body['deferral_code'])).body['error']).toBe('invalid_request');
    await decideOpen('approve');
    const answer = await pollWith(asked.body['deferral_code'], {}, await key.dpop());
    expect(answer.status).toBe(200);
  });

  it.each([
    ['another target', { htu: 'https://issuer.example/revoke' }],
    ['another method', { htm: 'GET' }],
    ['too old', { iat: 1 }],
    ['without jti', { jti: '' }],
  ])('has a DPoP proof refused that is %s', async (_, claims) => {
    const { jwks_uri: __, ...metadata } = METADATA;
    serve({ ...metadata, token_endpoint_auth_method: 'none' });
    const answer = await exchange(await initialToken(), {}, await key.dpop(claims));
    expect(answer.body['error']).toBe('invalid_dpop_proof');
  });

  it('has each DPoP proof taken once', async () => {
    const { jwks_uri: _, ...metadata } = METADATA;
    serve({ ...metadata, token_endpoint_auth_method: 'none' });
    const proof = await key.dpop();
    expect((await exchange(await initialToken(), {}, proof)).body['error']).toBe('authorization_pending');
    expect((await exchange(await initialToken(), {}, proof)).body['error']).toBe('invalid_dpop_proof');
  });

  it.each([
    ['for another server', { aud: 'https://as.example' }],
    ['for two servers', { aud: ['https://issuer.example', 'https://as.example'] }],
    ['for the token endpoint', { aud: 'https://issuer.example/token' }],
    ['of another client', { iss: 'https://other.example/client.json' }],
    ['expired', { exp: 1 }],
    ['good for days', { exp: 1_795_204_800 + 86_400 }],
  ])('has a client_assertion refused that is %s', async (_, claims) => {
    serveConfidential();
    const answer = await confidential(await initialToken(), {
      client_assertion: await key.assertion(CLIENT, claims),
    });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('has each client_assertion taken once, and none of another key', async () => {
    serveConfidential();
    const assertion = await key.assertion(CLIENT);
    await confidential(await initialToken(), { client_assertion: assertion });
    const again = await confidential(await initialToken(), { client_assertion: assertion });
    expect(again.body['error']).toBe('invalid_client');
    const stranger = await clientKey(test.issuer.identifier, test.clock);
    const forged = await confidential(await initialToken(), {
      client_assertion: await stranger.assertion(CLIENT),
    });
    expect(forged.body['error']).toBe('invalid_client');
  });

  it('must say its authentication method', async () => {
    const { token_endpoint_auth_method: _, ...metadata } = METADATA;
    serve(metadata);
    expect((await exchange(await initialToken(), {}, await key.dpop())).body['error']).toBe(
      'invalid_request',
    );
    serve({ ...METADATA, token_endpoint_auth_method: 'client_secret_basic' });
    expect((await exchange(await initialToken(), {}, await key.dpop())).body['error']).toBe('invalid_client');
  });
});

describe('renewal by the statement one holds', () => {
  it('takes the key of the client', async () => {
    serveConfidential();
    const statement = await issued();
    const renewed = await confidential(statement, { subject_token_type: STATEMENT });
    expect(renewed.status).toBe(200);
    const [before, after] = [decodeJwt(statement), decodeJwt(String(renewed.body['access_token']))];
    expect(Number(after.iat)).toBeGreaterThan(Number(before.iat));
    expect(after.sub).toBe(before.sub);
  });

  it('is not for whoever stole it', async () => {
    serveConfidential();
    const statement = await issued();
    const thief = await clientKey(test.issuer.identifier, test.clock);
    const byAssertion = await exchange(statement, {
      subject_token_type: STATEMENT,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await thief.assertion(CLIENT),
    });
    expect(byAssertion.body['error']).toBe('invalid_client');
    const byProof = await exchange(statement, { subject_token_type: STATEMENT }, await thief.dpop());
    expect(byProof.body['error']).toBe('invalid_client');
  });

  it('ends with revocation, and some time after expiry', async () => {
    serveConfidential();
    const statement = await issued();
    test.clock.advance(90 * 86_400 + 3_600);
    const late = await confidential(statement, { subject_token_type: STATEMENT });
    expect(late.status).toBe(200);
    test.clock.advance(7 * 86_400);
    const tooLate = await confidential(statement, { subject_token_type: STATEMENT });
    expect(tooLate.body['error']).toBe('invalid_request');
    const jti = String(decodeJwt(String(late.body['access_token'])).jti);
    expectOk(await changeStatement(test.issuer, scene.developer.actor, jti, 'revoke', 'lost'));
    const revoked = await confidential(String(late.body['access_token']), { subject_token_type: STATEMENT });
    expect(revoked.body['error']).toBe('invalid_request');
  });

  it('never widens its audience', async () => {
    serveConfidential();
    await issued();
    const bound = await confidential(await initialToken(), { audience: SERVER });
    const statement = String(bound.body['access_token']);
    const wider = await confidential(statement, {
      subject_token_type: STATEMENT,
      audience: [SERVER, 'https://other.example'],
    });
    expect(decodeJwt(String(wider.body['access_token'])).aud).toEqual([SERVER]);
    const unbounded = await confidential(statement, { subject_token_type: STATEMENT });
    expect(unbounded.body['error']).toBe('invalid_target');
  });
});

describe('token exchange for software named by its software_id', () => {
  const bySoftware = (token: string, more: Parameters = {}, dpop?: string) =>
    exchange(token, { client_id: undefined, software_id: scene.softwareId, ...more }, dpop);

  it('takes an API token, and gives what is approved', async () => {
    await approve(test, scene);
    const answer = await bySoftware(scene.developer.token, { completion_mode: undefined });
    expect(answer.status).toBe(200);
    expect(decodeJwt(String(answer.body['access_token']))).toMatchObject({
      software_id: scene.softwareId,
      client_name: METADATA['client_name'],
    });
  });

  it('tells a stranger nothing', async () => {
    await approve(test, scene);
    for (const token of [scene.reviewer.token, test.operatorToken, 'imp_nothing']) {
      const answer = await bySoftware(token);
      expect(answer.body['error']).toBe('invalid_request');
    }
  });

  it('files a new version, and waits with a DPoP key', async () => {
    await approve(test, scene);
    const version = {
      software_version: '2.0.0',
      client_metadata: JSON.stringify({ ...METADATA, scope: 'openid' }),
    };
    expect((await bySoftware(scene.developer.token, version)).body['error']).toBe('invalid_request');
    const asked = await bySoftware(scene.developer.token, version, await key.dpop());
    expect(asked.body['error']).toBe('authorization_pending');
    const again = await bySoftware(scene.developer.token, version, await key.dpop());
    expect(again.body['error']).toBe('authorization_pending');
    await decideOpen('approve');
    const polled = await pollWith(asked.body['deferral_code'], { client_id: undefined }, await key.dpop());
    expect(decodeJwt(String(polled.body['access_token']))).toMatchObject({
      software_version: '2.0.0',
      scope: 'openid',
    });
  });

  it('renews for a key the approved metadata names, and for no other', async () => {
    const { jwks_uri: _, ...metadata } = METADATA;
    await approve(test, scene, { ...metadata, jwks: { keys: [{ ...key.jwk }] } });
    const first = await bySoftware(scene.developer.token);
    const statement = String(first.body['access_token']);
    const renewal = { subject_token_type: STATEMENT };
    expect((await bySoftware(statement, renewal)).body['error']).toBe('invalid_request');
    const thief = await clientKey(test.issuer.identifier, test.clock);
    expect((await bySoftware(statement, renewal, await thief.dpop())).body['error']).toBe('invalid_request');
    expect((await bySoftware(statement, renewal, await key.dpop())).status).toBe(200);
  });

  it('does not take a statement of one profile for another', async () => {
    serveConfidential();
    const statement = await issued();
    const answer = await bySoftware(statement, { subject_token_type: STATEMENT }, await key.dpop());
    expect(answer.body['error']).toBe('invalid_request');
  });
});
