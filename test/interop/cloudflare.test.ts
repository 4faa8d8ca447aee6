import { setTimeout as sleep } from 'node:timers/promises';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  dynamicClientRegistration,
  fetchProtectedResource,
  None,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issue, read, type Issued, type Metadata } from '../../examples/demo/issuer.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';
import { ORIGIN, REDIRECT_URI, startRealWorker, type RealWorker } from './real-worker.ts';

const METADATA: Metadata = {
  client_name: 'Ledgerline',
  'client_name#de': 'Kontolinie',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  scope: 'notes:read notes:write',
};
const HOUR = 3600;

let issuer: RealIssuer;
let stranger: RealIssuer;
let worker: RealWorker;

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startRealIssuer(), startRealIssuer()]);
  worker = await startRealWorker(issuer.issuer);
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([issuer.stop(), stranger.stop()]);
});

async function registered(issued: Issued) {
  const answer = await worker.register(issued.registration_request);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A client with tokens, and what it needs to refresh them. */
async function signedIn(issued: Issued, person = 'Ada') {
  const client = await registered(issued);
  const tokens = await worker.signIn(client, person);
  expect(tokens.status).toBe(200);
  return {
    client,
    accessToken: tokens.body['access_token'],
    refresh: {
      grant_type: 'refresh_token',
      client_id: String(client['client_id']),
      refresh_token: String(tokens.body['refresh_token']),
    },
  };
}

const change = async (method: 'POST' | 'PUT' | 'DELETE', { jti }: Issued, what: string) =>
  read(await issuer.operator(method, `/v1/statements/${jti}/${what}`, { reason: 'test' }), z.unknown());

/** Revokes a statement and lets the status list grow old. */
async function revoke(issued: Issued): Promise<void> {
  await change('POST', issued, 'revocation');
  await worker.pass(HOUR);
}

/** Everything the Worker keeps. */
async function kept(): Promise<string> {
  const tables = ['clients', 'software', 'audit_entries', 'initial_access_tokens'];
  const rows = await Promise.all(tables.map((table) => worker.rows(`registration_${table}`)));
  return JSON.stringify([rows, await worker.keys()]);
}

describe('a client of workers-oauth-provider in workerd', () => {
  test('gets tokens until its statement is revoked', async () => {
    const issued = await issuer.vouch(METADATA);
    const { client, accessToken, refresh } = await signedIn(issued);
    expect(client).toMatchObject({ ...METADATA, software_statement: issued.software_statement });
    expect(await worker.api(accessToken)).toMatchObject({
      status: 200,
      body: {
        person: 'Ada',
        client_name: 'Ledgerline',
        software_id: issued.software_id,
        vouched_for_by: issuer.issuer,
      },
    });
    const refreshed = await worker.token(refresh);
    expect(refreshed.status).toBe(200);

    await revoke(issued);
    expect((await worker.api(refreshed.body['access_token'])).status).toBe(401);
    const again = { ...refresh, refresh_token: String(refreshed.body['refresh_token']) };
    expect(await worker.token(again)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const query = new URLSearchParams({ client_id: refresh.client_id, redirect_uri: REDIRECT_URI });
    expect(await worker.authorize(query)).toMatchObject({ page: { status: 400 }, back: undefined });
    expect((await worker.register(issued.registration_request)).status).toBe(400);

    // Its time is over for good, and what it held goes with it.
    await worker.cron();
    const rows = await worker.rows('registration_clients');
    expect(rows.find((row) => row['client_id'] === refresh.client_id)).toMatchObject({ state: 'ended' });
    expect(await worker.keys()).not.toContainEqual(expect.stringContaining(':Ada:'));
  });

  test('comes back with a newer statement, its tokens as they were', async () => {
    const issued = await issuer.vouch(METADATA);
    const { client, accessToken, refresh } = await signedIn(issued);
    await revoke(issued);
    expect((await worker.api(accessToken)).status).toBe(401);
    // A newer statement is one of a later second.
    await sleep(1_100);
    const { registration_request: request } = await issue(issuer.people, issued.software_id);
    const path = new URL(String(client['registration_client_uri'])).pathname;
    const authorization = `Bearer ${String(client['registration_access_token'])}`;
    const body = { ...request, client_id: refresh.client_id };
    expect((await worker.send(path, body, 'PUT', { authorization })).status).toBe(200);
    expect((await worker.api(accessToken)).status).toBe(200);
    expect((await worker.token(refresh)).status).toBe(200);
  });

  test('stands still while its statement is suspended', async () => {
    const issued = await issuer.vouch(METADATA);
    const { accessToken, refresh } = await signedIn(issued);
    await change('PUT', issued, 'suspension');
    await worker.pass(HOUR);
    expect((await worker.api(accessToken)).status).toBe(401);
    expect((await worker.token(refresh)).status).toBe(401);
    expect((await worker.cron()).status).toBe(204);
    await change('DELETE', issued, 'suspension');
    await worker.pass(HOUR);
    expect((await worker.api(accessToken)).status).toBe(200);
    expect((await worker.token(refresh)).status).toBe(200);
  });

  test('is told to wait, and keeps everything, while nobody knows how its statement stands', async () => {
    const { client, accessToken, refresh } = await signedIn(await issuer.vouch(METADATA));
    worker.disconnect(true);
    await worker.pass(3 * HOUR);
    const wait = { status: 503, body: { error: 'temporarily_unavailable' } };
    expect(await worker.api(accessToken)).toMatchObject(wait);
    expect(await worker.token(refresh)).toMatchObject(wait);
    const query = new URLSearchParams({ client_id: refresh.client_id, redirect_uri: REDIRECT_URI });
    expect((await worker.authorize(query)).page).toMatchObject(wait);
    expect((await worker.cron()).status).toBe(204);
    worker.disconnect(false);
    await worker.pass(60);
    expect((await worker.api(accessToken)).status).toBe(200);
    expect((await worker.token(refresh)).status).toBe(200);
    expect((await worker.signIn(client)).status).toBe(200);
  });

  test('with a secret authenticates with it, and nobody keeps it', async () => {
    const issued = await issuer.vouch({ ...METADATA, token_endpoint_auth_method: 'client_secret_post' });
    const client = await registered(issued);
    expect((await worker.signIn(client)).status).toBe(200);
    expect(await worker.signIn({ ...client, client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await kept()).not.toContain(String(client['client_secret']));
  });

  test('reads and deletes its registration (RFC 7592), and its tokens go with it', async () => {
    const { client, accessToken } = await signedIn(await issuer.vouch(METADATA), 'Grace');
    const path = new URL(String(client['registration_client_uri'])).pathname;
    const headers = { authorization: `Bearer ${String(client['registration_access_token'])}` };
    expect(await worker.ask(path, { headers })).toMatchObject({
      status: 200,
      body: { client_name: 'Ledgerline' },
    });
    expect((await worker.ask(path, { method: 'DELETE', headers })).status).toBe(204);
    expect((await worker.ask(path, { headers })).status).toBe(401);
    expect((await worker.signIn(client)).status).toBe(401);
    expect((await worker.api(accessToken)).status).toBe(401);
    expect(await worker.keys()).not.toContainEqual(expect.stringContaining(':Grace:'));
  });

  test('gets no more than was approved, and only from a person who allows it', async () => {
    const client = await registered(await issuer.vouch(METADATA));
    const tokens = await worker.signIn(client, 'Ada: <the second>', 'notes:read admin');
    expect(tokens).toMatchObject({ status: 200, body: { scope: 'notes:read' } });
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: String(client['client_id']),
      redirect_uri: REDIRECT_URI,
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    const { page, back } = await worker.authorize(query, { person: 'Ada', decision: 'deny' });
    expect(page.body['text']).toContain(`vouched for by <strong>${issuer.issuer}`);
    expect(back?.searchParams.get('error')).toBe('access_denied');
    query.set('redirect_uri', 'https://attacker.example/callback');
    expect(await worker.authorize(query)).toMatchObject({ page: { status: 400 }, back: undefined });
  });

  test('registers while many installations of the same software do', async () => {
    const { registration_request: request } = await issuer.vouch(METADATA);
    const answers = await Promise.all(Array.from({ length: 30 }, () => worker.register(request)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  });

  test('openid-client discovers, registers, signs in, calls and refreshes', async () => {
    const { registration_request: request } = await issuer.vouch(METADATA);
    const fetch = async (url: string, init: { method: string; headers: object; body?: unknown }) => {
      const { method, headers, body } = init;
      const sent = { method, headers: { ...headers }, ...(body === undefined ? {} : { body: String(body) }) };
      const response = await worker.fetch(url, sent);
      return new Response(await response.text(), {
        status: response.status,
        headers: [...response.headers],
      });
    };
    const client = await dynamicClientRegistration(new URL(ORIGIN), request, None(), {
      algorithm: 'oauth2',
      [customFetch]: fetch,
    });
    const { registration_endpoint, token_endpoint_auth_methods_supported } = client.serverMetadata();
    expect(registration_endpoint).toBe(`${ORIGIN}/register`);
    expect(token_endpoint_auth_methods_supported).toContain('none');
    const pkceCodeVerifier = randomPKCECodeVerifier();
    const start = buildAuthorizationUrl(client, {
      redirect_uri: REDIRECT_URI,
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      resource: `${ORIGIN}/api`,
    });
    const { back } = await worker.authorize(start.searchParams);
    const tokens = await authorizationCodeGrant(client, back ?? start, { pkceCodeVerifier });
    const refreshed = await refreshTokenGrant(client, tokens.refresh_token ?? '');
    const url = new URL(`${ORIGIN}/api`);
    const called = await fetchProtectedResource(client, refreshed.access_token, url, 'GET');
    expect(await called.json()).toMatchObject({ person: 'Ada', client_name: 'Ledgerline' });
  });
});

describe('what is refused leaves nothing behind', () => {
  const requestOf = async (metadata: Metadata) => (await issuer.vouch(metadata)).registration_request;

  test.each([
    ['metadata without a statement', async () => METADATA, 'invalid_software_statement'],
    [
      'a statement of an issuer that is not trusted here',
      async () => (await stranger.vouch(METADATA)).registration_request,
      'unapproved_software_statement',
    ],
    [
      'a statement that was changed',
      async () => {
        const { software_statement: statement } = await issuer.vouch(METADATA);
        const [header, payload = '', signature] = statement.split('.');
        const claims = Buffer.from(payload, 'base64url').toString().replace('app.example', 'bad.example');
        return { software_statement: `${header}.${Buffer.from(claims).toString('base64url')}.${signature}` };
      },
      'invalid_software_statement',
    ],
    [
      'a method this server cannot check',
      () =>
        requestOf({
          ...METADATA,
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: 'https://app.example/jwks',
        }),
      'invalid_client_metadata',
    ],
    [
      'redirect URIs of which the provider would serve none',
      () =>
        requestOf({
          ...METADATA,
          application_type: 'native',
          redirect_uris: ['example.app.ledgerline:/callback'],
        }),
      'invalid_redirect_uri',
    ],
  ])('%s', async (_name, request, error) => {
    const body = await request();
    const before = await kept();
    expect(await worker.register(body)).toMatchObject({ status: 400, body: { error } });
    expect(await kept()).toBe(before);
  });

  test.each(['/register', '/REGISTER', '/register/', '//register', '/oauth/register', '/reg'])(
    'nothing registers without a statement at %s',
    async (path) => {
      const before = await kept();
      expect((await worker.send(path, METADATA)).status).toBeGreaterThanOrEqual(400);
      expect(await kept()).toBe(before);
    },
  );
});
