import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { clientRegistrationHandler } from '@modelcontextprotocol/sdk/server/auth/handlers/register.js';
import { OAuthClientMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import express from 'express';
import type { Registrar } from 'imprimatur/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { read, type Issued } from '../../examples/demo/issuer.ts';
import { readMetadata } from '../../examples/demo/vouch.ts';
import { connectAsClient } from '../../examples/mcp-server/client.ts';
import { registeredClients } from '../../examples/mcp-server/registered-clients.ts';
import { createMcpServer } from '../../examples/mcp-server/server.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';

/** Status lists are kept for their ttl: time passes by moving the authorization server's clock. */
let ahead = 0;
let issuer: RealIssuer;
let stranger: RealIssuer;
let server: Server;
let url: string;
let registrar: Registrar;

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startRealIssuer(), startRealIssuer()]);
  server = createServer();
  url = await listening(server);
  const made = createMcpServer({
    url,
    trustedIssuer: issuer.issuer,
    now: () => Date.now() / 1000 + ahead,
  });
  registrar = made.registrar;
  server.on('request', made.app);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await Promise.all([issuer.stop(), stranger.stop()]);
});

async function listening(on: Server): Promise<string> {
  on.listen(0, '127.0.0.1');
  await once(on, 'listening');
  const address = on.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  return `http://localhost:${address.port}`;
}

/** The request an MCP client sends: on a loopback port of its own. */
function requestOf(issued: Issued, more: object = {}) {
  const request = { ...issued.registration_request, ...more };
  return OAuthClientMetadataSchema.parse(request);
}

function connect(registrationRequest: ReturnType<typeof requestOf>) {
  return connectAsClient({ serverUrl: `${url}/mcp`, registrationRequest, person: 'Ada' });
}

async function revoke(jti: string): Promise<void> {
  read(await issuer.operator('POST', `/v1/statements/${jti}/revocation`, { reason: 'test' }), z.unknown());
  ahead += 3600;
}

async function post(base: string, body: object) {
  const response = await fetch(`${base}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: Record<string, unknown> = JSON.parse(await response.text());
  return { status: response.status, body: answer };
}

describe('an MCP client whose software was approved', () => {
  test('gets in, and is out when its statement is revoked', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const client = await connect(requestOf(issued));
    expect(await client.whoami()).toBe(
      `Ada through Quillfeather Desktop, software ${issued.software_id}, vouched for by ${issuer.issuer}`,
    );
    expect(await registrar.standing(client.clientId)).toMatchObject({ outcome: 'live' });

    await revoke(issued.jti);
    await expect(client.whoami()).rejects.toThrow();
    expect(await registeredClients(registrar).getClient(client.clientId)).toBeUndefined();
    await client.close();
    await expect(connect(requestOf(issued))).rejects.toThrow('revoked');
  });

  test('cannot register more than was reviewed', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const client = await connect(
      requestOf(issued, { client_name: 'Your Bank', redirect_uris: ['https://attacker.example/callback'] }),
    );
    expect(await client.whoami()).toContain('through Quillfeather Desktop,');
    const standing = await registrar.standing(client.clientId);
    expect(JSON.stringify(standing)).not.toContain('attacker.example');
    await client.close();
  });

  test('reads and deletes its registration (RFC 7592), and is out then', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const { status, body } = await post(url, issued.registration_request);
    expect(status).toBe(201);
    const at = String(body['registration_client_uri']);
    const headers = { authorization: `Bearer ${String(body['registration_access_token'])}` };
    expect((await fetch(at, { headers })).status).toBe(200);
    expect((await fetch(at, { method: 'DELETE', headers })).status).toBe(204);
    expect(await registeredClients(registrar).getClient(String(body['client_id']))).toBeUndefined();
  });
});

describe('who does not get in', () => {
  const before = async () => (await registrar.inventory({}, undefined, 1000)).length;

  test('without a statement', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const known = await before();
    const { software_statement: _statement, ...plain } = requestOf(issued);
    await expect(connect(plain)).rejects.toThrow('software_statement');
    expect(await before()).toBe(known);
  });

  test('with a statement of an issuer that is not trusted here', async () => {
    const known = await before();
    const issued = await stranger.vouch(readMetadata('mcp-client'));
    await expect(connect(requestOf(issued))).rejects.toThrow('not approved');
    expect(await before()).toBe(known);
  });

  test('with a statement that was changed', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const known = await before();
    const [header, payload = '', signature] = issued.software_statement.split('.');
    const claims = Buffer.from(payload, 'base64url').toString().replace('Quillfeather', 'Quickfeather');
    const software_statement = `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`;
    await expect(connect(requestOf(issued, { software_statement }))).rejects.toThrow('signature');
    expect(await before()).toBe(known);
  });

  test('with software that needs a secret, which this router could not check', async () => {
    const metadata = { ...readMetadata('mcp-client'), token_endpoint_auth_method: 'client_secret_post' };
    const issued = await issuer.vouch(metadata);
    await expect(connect(requestOf(issued))).rejects.toThrow('client_secret_post');
  });

  test('without a token, or with one of nobody', async () => {
    for (const headers of [{}, { authorization: 'Bearer nobody' }]) {
      const response = await fetch(`${url}/mcp`, { method: 'POST', headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('resource_metadata=');
    }
  });
});

describe('the clients store alone, behind the SDK’s own registration endpoint', () => {
  let alone: Server;
  let base: string;
  beforeAll(async () => {
    alone = createServer(
      express().use('/register', clientRegistrationHandler({ clientsStore: registeredClients(registrar) })),
    );
    base = await listening(alone);
  });
  afterAll(() => {
    alone.close();
    alone.closeAllConnections();
  });

  test('registers under the registrar’s identifier, with the statement', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const { status, body } = await post(base, issued.registration_request);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { client_name: 'Quillfeather Desktop', software_statement: issued.software_statement },
    });
    expect(body).not.toHaveProperty('client_secret');
    expect(await registrar.standing(String(body['client_id']))).toMatchObject({ outcome: 'live' });
  });

  test('refuses with the codes of RFC 7591', async () => {
    const { software_statement: _statement, ...plain } = requestOf(
      await issuer.vouch(readMetadata('mcp-client')),
    );
    expect(await post(base, plain)).toMatchObject({
      status: 400,
      body: { error: 'invalid_software_statement' },
    });
    const foreign = await stranger.vouch(readMetadata('mcp-client'));
    expect(await post(base, foreign.registration_request)).toMatchObject({
      status: 400,
      body: { error: 'unapproved_software_statement' },
    });
  });
});
