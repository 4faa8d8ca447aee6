import { decodeJwt } from 'jose';
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  discovery,
  dynamicClientRegistration,
  fetchUserInfo,
  None,
  refreshTokenGrant,
  type Configuration,
  type DynamicClientRegistrationRequestOptions,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { approve, issue, read, type Issued, type Metadata } from '../../examples/demo/issuer.ts';
import { signIn } from '../../examples/demo/sign-in.ts';
import { readMetadata } from '../../examples/demo/vouch.ts';
import {
  post,
  startRealAuthorizationServer,
  type RealAuthorizationServer,
} from './real-authorization-server.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';

/** Status lists are kept for their ttl: time passes by moving the authorization server's clock. */
let ahead = 0;
let issuer: RealIssuer;
let server: RealAuthorizationServer;

const credentials = z.looseObject({
  client_id: z.string(),
  registration_access_token: z.string(),
  registration_client_uri: z.string(),
});
type Credentials = z.infer<typeof credentials>;

beforeAll(async () => {
  issuer = await startRealIssuer();
  server = await startRealAuthorizationServer(issuer.issuer, {
    now: () => Date.now() / 1000 + ahead,
    policy: { classes: [{ name: 'attested', requires: 'software_statement', mayGrow: ['contacts'] }] },
  });
});
afterAll(async () => {
  server.stop();
  await issuer.stop();
});

const insecure: DynamicClientRegistrationRequestOptions = {
  algorithm: 'oauth2',
  execute: [allowInsecureRequests],
};

async function register(issued: Issued): Promise<Configuration> {
  return dynamicClientRegistration(new URL(server.url), issued.registration_request, None(), insecure);
}

async function registered(issued: Issued): Promise<Credentials> {
  const answer = await post(server, issued.registration_request);
  expect(answer.status).toBe(201);
  return credentials.parse(answer.body);
}

async function manage(client: Credentials, method: 'GET' | 'PUT' | 'DELETE', body?: object) {
  const response = await fetch(client.registration_client_uri, {
    method,
    headers: {
      authorization: `Bearer ${client.registration_access_token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body: parsed };
}

async function revoke(jti: string): Promise<void> {
  read(await issuer.operator('POST', `/v1/statements/${jti}/revocation`, { reason: 'test' }), z.unknown());
  ahead += 3600;
}

/** Another version of a software, approved and issued. */
async function nextVersion(softwareId: string, version: string, metadata: Metadata): Promise<Issued> {
  const { developer, reviewer } = issuer.people;
  const answer = await developer('POST', `/v1/software/${softwareId}/submissions`, {
    software_version: version,
    client_metadata: metadata,
  });
  read(await approve(reviewer, read(answer, z.looseObject({ id: z.string() })).id), z.unknown());
  // A statement that takes another's place is issued later, by the second.
  await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(Math.floor(Date.now() / 1000));
  return issue(issuer.people, softwareId);
}

const CONFIDENTIAL: Metadata = {
  client_name: 'Ledgerline',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'profile',
};

describe('a client that registered with a statement', () => {
  test('gets tokens until the statement is revoked, and none after', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const client = await register(issued);
    const tokens = await signIn(client, 'ada');
    const { sub } = decodeJwt(tokens.id_token ?? '');
    expect(await fetchUserInfo(client, tokens.access_token, sub ?? '')).toMatchObject({ sub: 'ada' });
    const refreshed = await refreshTokenGrant(client, tokens.refresh_token ?? '');

    await revoke(issued.jti);
    await expect(refreshTokenGrant(client, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_client',
    });
    await expect(fetchUserInfo(client, refreshed.access_token, sub ?? '')).rejects.toThrow();
    await expect(signIn(client, 'ada')).rejects.toThrow();
    expect(await server.registrar.sweep()).toMatchObject({
      swept: [{ outcome: 'ended', because: 'statement' }],
    });
  });

  test('is read and deleted by its registration access token', async () => {
    const client = await registered(await issuer.vouch(readMetadata('native-app')));
    const answer = await manage(client, 'GET');
    expect(answer).toMatchObject({
      status: 200,
      body: { client_id: client.client_id, client_name: 'Wayfarer Transit' },
    });
    expect((await manage({ ...client, registration_access_token: 'wrong' }, 'GET')).status).toBe(401);
    expect((await manage(client, 'DELETE')).status).toBe(204);
    expect((await manage(client, 'GET')).status).toBe(401);
    expect(await server.registrar.standing(client.client_id)).toMatchObject({
      outcome: 'ended',
      because: 'deleted',
    });
  });

  test('may update what the statement leaves open, and the statement still wins', async () => {
    const { scope: _scope, ...metadata } = readMetadata('native-app');
    const client = await registered(await issuer.vouch(metadata));
    const asked = {
      client_id: client.client_id,
      client_name: 'Your Bank',
      redirect_uris: ['https://attacker.example/'],
    };
    const updated = await manage(client, 'PUT', asked);
    expect(updated).toMatchObject({ status: 200, body: { ...metadata, client_id: client.client_id } });
    const token = String(updated.body['registration_access_token']);
    expect(token).not.toBe(client.registration_access_token);
    const shown = await manage({ ...client, registration_access_token: token }, 'GET');
    expect(shown.body).toMatchObject(metadata);
  });

  test('gains no authority by an update', async () => {
    const { scope: _scope, ...metadata } = readMetadata('native-app');
    const client = await registered(await issuer.vouch(metadata));
    const before = await manage(client, 'GET');
    const asked = { client_id: client.client_id, scope: 'openid profile email' };
    expect(await manage(client, 'PUT', asked)).toMatchObject({
      status: 400,
      body: { error: 'invalid_client_metadata', error_description: expect.stringContaining('scope') },
    });
    expect(await manage(client, 'GET')).toEqual(before);
  });

  test('gains what a newer statement allows, and an older one does not come back', async () => {
    const metadata = readMetadata('native-app');
    const first = await issuer.vouch(metadata);
    const client = await registered(first);
    const wider = { ...metadata, scope: 'openid profile email' };
    const second = await nextVersion(first.software_id, '2.0.0', wider);
    const renewed = await manage(client, 'PUT', {
      client_id: client.client_id,
      software_statement: second.software_statement,
    });
    expect(renewed).toMatchObject({
      status: 200,
      body: {
        scope: 'openid profile email',
        software_statement: second.software_statement,
        software_version: '2.0.0',
      },
    });
    const token = String(renewed.body['registration_access_token']);
    const back = await manage({ ...client, registration_access_token: token }, 'PUT', {
      client_id: client.client_id,
      software_statement: first.software_statement,
    });
    expect(back).toMatchObject({ status: 400, body: { error: 'unapproved_software_statement' } });
  });

  test('whose statement was revoked comes back with a newer one', async () => {
    const metadata = readMetadata('mcp-client');
    const first = await issuer.vouch(metadata);
    const answer = await post(server, first.registration_request);
    const client = credentials.parse(answer.body);
    await revoke(first.jti);
    expect(await server.registrar.standing(client.client_id)).toMatchObject({
      outcome: 'lapsed',
      because: 'revoked',
    });
    expect((await manage(client, 'GET')).status).toBe(200);
    const second = await nextVersion(first.software_id, '1.0.1', metadata);
    const renewed = await manage(client, 'PUT', {
      client_id: client.client_id,
      software_statement: second.software_statement,
    });
    expect(renewed.status).toBe(200);
    expect(await server.registrar.standing(client.client_id)).toMatchObject({ outcome: 'live' });
  });
});

describe('a client with a secret', () => {
  test('authenticates with it, and nobody keeps it', async () => {
    const client = await register(await issuer.vouch(CONFIDENTIAL));
    const { client_secret: secret, client_id: id } = client.clientMetadata();
    expect(secret).toMatch(/^imp_cs_/);
    const authorized = await discovery(new URL(server.url), id, secret, undefined, insecure);
    expect((await clientCredentialsGrant(authorized)).access_token).not.toBe('');
    for (const wrong of [`${String(secret)}x`, 'kept as a digest', '']) {
      const guess = await discovery(new URL(server.url), id, wrong, undefined, insecure);
      await expect(clientCredentialsGrant(guess)).rejects.toThrow();
    }
    const kept = JSON.stringify(await server.registrar.inventory({}));
    expect(kept).toContain(id);
    expect(kept).not.toContain(secret);
  });

  test('may repeat it in an update, and is not shown it again', async () => {
    const answer = await post(server, (await issuer.vouch(CONFIDENTIAL)).registration_request);
    const client = credentials.parse(answer.body);
    const secret = z.looseObject({ client_secret: z.string() }).parse(answer.body).client_secret;
    const shown = await manage(client, 'GET');
    expect(shown.body).not.toHaveProperty('client_secret');
    expect(shown.body['client_secret_expires_at']).toBe(0);

    const { client_id } = client;
    const wrong = await manage(client, 'PUT', { client_id, client_secret: 'kept as a digest' });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
    const repeated = await manage(client, 'PUT', {
      client_id,
      client_secret: secret,
      contacts: ['a@app.example'],
    });
    expect(repeated).toMatchObject({ status: 200, body: { contacts: ['a@app.example'] } });
    expect(repeated.body).not.toHaveProperty('client_secret');
    const authorized = await discovery(new URL(server.url), client_id, secret, undefined, insecure);
    expect((await clientCredentialsGrant(authorized)).access_token).not.toBe('');
  });
});

describe('what is refused leaves nothing behind', () => {
  const UNKNOWN_TO_THE_SERVER: Metadata = { ...CONFIDENTIAL, scope: 'profile admin' };
  test.each([['a scope that oidc-provider does not know', UNKNOWN_TO_THE_SERVER, /scope/]])(
    '%s',
    async (_name, metadata, description) => {
      const issued = await issuer.vouch(metadata);
      expect(await post(server, issued.registration_request)).toMatchObject({
        status: 400,
        body: { error: 'invalid_client_metadata', error_description: expect.stringMatching(description) },
      });
      expect(await server.registrar.inventory({ softwareId: issued.software_id })).toEqual([]);
    },
  );
});
