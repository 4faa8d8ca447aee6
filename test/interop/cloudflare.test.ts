import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { read, type Issued, type Metadata } from '../../examples/demo/issuer.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ORIGIN = 'https://api.example';
const REDIRECT_URI = 'https://app.example/callback';
const METADATA: Metadata = {
  client_name: 'Ledgerline',
  'client_name#de': 'Kontolinie',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

let issuer: RealIssuer;
let stranger: RealIssuer;
let worker: Miniflare;
let ahead = 0;

beforeAll(async () => {
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  [issuer, stranger] = await Promise.all([startRealIssuer(), startRealIssuer()]);
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'cloudflare-worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    alias: {
      'imprimatur/kit/workers': join(ROOT, 'src', 'kit-workers.ts'),
      'imprimatur/kit': join(ROOT, 'src', 'kit', 'kit.ts'),
    },
    write: false,
  });
  worker = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-07-01',
    compatibilityFlags: ['nodejs_compat'],
    d1Databases: ['REGISTRATIONS'],
    kvNamespaces: ['OAUTH_KV'],
    bindings: { ORIGIN, TRUSTED_ISSUER: issuer.issuer },
  });
  const database = await worker.getD1Database('REGISTRATIONS');
  const migration = readFileSync(join(ROOT, 'drizzle', 'registration', '0000_initial.sql'), 'utf8');
  for (const statement of migration.split('--> statement-breakpoint'))
    await database.prepare(statement).run();
});
afterAll(async () => {
  await worker.dispose();
  await Promise.all([issuer.stop(), stranger.stop()]);
});

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

async function ask(path: string, sent: Sent = {}) {
  const response = await worker.dispatchFetch(`${ORIGIN}${path}`, { redirect: 'manual', ...sent });
  const text = await response.text();
  const body: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body };
}

function register(body: object) {
  return ask('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function registered(issued: Issued) {
  const answer = await register(issued.registration_request);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

const clientOf = z.looseObject({ client_id: z.string(), client_secret: z.string().optional() });

/** Authorization code with PKCE, the page answered as a browser would; the answer of the token endpoint. */
async function signIn(registration: object) {
  const { client_id: clientId, client_secret: secret } = clientOf.parse(registration);
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'state-1',
  });
  const page = await ask(`/authorize?${query.toString()}`);
  const [, handle = ''] = /name="handle" value="([^"]+)"/.exec(String(page.body['text'])) ?? [];
  const cookies = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const answered = await ask('/authorize', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookies.join('; '),
      origin: ORIGIN,
    },
    body: new URLSearchParams({ handle, person: 'Ada' }).toString(),
  });
  const back = new URL(answered.headers.get('location') ?? 'about:blank');
  return token({
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
    client_id: clientId,
    ...(secret === undefined ? {} : { client_secret: secret }),
  });
}

function token(form: Record<string, string>) {
  return ask('/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

const api = (accessToken: unknown) =>
  ask('/api', { headers: { authorization: `Bearer ${String(accessToken)}` } });

async function revoke(jti: string): Promise<void> {
  read(await issuer.operator('POST', `/v1/statements/${jti}/revocation`, { reason: 'test' }), z.unknown());
  ahead += 3600;
  await ask('/test/clock', { method: 'PUT', body: String(ahead) });
}

/** Everything the Worker keeps. */
async function kept(): Promise<string> {
  const database = await worker.getD1Database('REGISTRATIONS');
  const { results } = await database.prepare('SELECT count(*) AS n FROM registration_clients').all();
  return JSON.stringify({ results, keys: (await ask('/test/kept')).body });
}

describe('workers-oauth-provider in workerd', () => {
  test('a client whose software was approved gets tokens until its statement is revoked', async () => {
    const issued = await issuer.vouch(METADATA);
    const client = await registered(issued);
    expect(client).toMatchObject({ ...METADATA, software_statement: issued.software_statement });
    const tokens = await signIn(client);
    expect(tokens).toMatchObject({ status: 200, body: { token_type: 'bearer' } });
    expect(await api(tokens.body['access_token'])).toMatchObject({
      status: 200,
      body: {
        person: 'Ada',
        client_name: 'Ledgerline',
        software_id: issued.software_id,
        vouched_for_by: issuer.issuer,
      },
    });
    const refresh = { grant_type: 'refresh_token', client_id: String(client['client_id']) };
    const refreshed = await token({ ...refresh, refresh_token: String(tokens.body['refresh_token']) });
    expect(refreshed.status).toBe(200);

    await revoke(issued.jti);
    expect((await api(refreshed.body['access_token'])).status).toBe(401);
    expect(await token({ ...refresh, refresh_token: String(refreshed.body['refresh_token']) })).toMatchObject(
      {
        status: 401,
        body: { error: 'invalid_client' },
      },
    );
    expect((await signIn(client)).status).toBe(401);
  });

  test('a client with a secret authenticates with it, and nobody keeps it', async () => {
    const client = await registered(
      await issuer.vouch({ ...METADATA, token_endpoint_auth_method: 'client_secret_post' }),
    );
    expect((await signIn(client)).status).toBe(200);
    expect(await signIn({ ...client, client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const database = await worker.getD1Database('REGISTRATIONS');
    const rows = JSON.stringify(await database.prepare('SELECT * FROM registration_clients').all());
    expect(rows).not.toContain(String(client['client_secret']));
  });

  test('a client reads and deletes its registration (RFC 7592)', async () => {
    const client = await registered(await issuer.vouch(METADATA));
    const path = new URL(String(client['registration_client_uri'])).pathname;
    const headers = { authorization: `Bearer ${String(client['registration_access_token'])}` };
    expect(await ask(path, { headers })).toMatchObject({ status: 200, body: { client_name: 'Ledgerline' } });
    expect((await ask(path, { method: 'DELETE', headers })).status).toBe(204);
    expect((await ask(path, { headers })).status).toBe(401);
    expect((await signIn(client)).status).toBe(401);
  });

  test('what the statement says takes precedence over the request', async () => {
    const issued = await issuer.vouch(METADATA);
    const asked = { client_name: 'Your Bank', redirect_uris: ['https://attacker.example/callback'] };
    const answer = await register({ ...issued.registration_request, ...asked });
    expect(answer).toMatchObject({ status: 201, body: METADATA });
  });

  test('the metadata announces the governed endpoint', async () => {
    const { body } = await ask('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({ issuer: ORIGIN, registration_endpoint: `${ORIGIN}/register` });
  });
});

describe('what is refused leaves nothing behind', () => {
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
      async () =>
        (
          await issuer.vouch({
            ...METADATA,
            token_endpoint_auth_method: 'private_key_jwt',
            jwks_uri: 'https://app.example/jwks',
          })
        ).registration_request,
      'invalid_client_metadata',
    ],
  ])('%s', async (_name, request, error) => {
    const body = await request();
    const before = await kept();
    expect(await register(body)).toMatchObject({ status: 400, body: { error } });
    expect(await kept()).toBe(before);
  });

  test.each(['/register', '/REGISTER', '/register/', '//register'])(
    'nothing registers without a statement at %s',
    async (path) => {
      const before = await kept();
      const answer = await ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(METADATA),
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await kept()).toBe(before);
    },
  );
});
