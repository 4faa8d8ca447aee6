import {
  discoverAuthorizationServerMetadata,
  registerClient,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { OAuthClientMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readMetadata } from '../../examples/demo/vouch.ts';
import { startRealAuthorizationServer, type RealAuthorizationServer } from './real-authorization-server.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';

let issuer: RealIssuer;
let server: RealAuthorizationServer;

beforeAll(async () => {
  issuer = await startRealIssuer();
  server = await startRealAuthorizationServer(issuer.issuer);
});
afterAll(async () => {
  server.stop();
  await issuer.stop();
});

/**
 * What an MCP client would send: the SDK keeps the members it knows and drops the rest, `application_type` among them,
 * without which only web redirect URIs are left for a server to accept (OpenID Connect Registration 1.0 §2).
 */
function asTheSdkSeesIt() {
  const redirect_uris = ['http://127.0.0.1/callback'];
  return OAuthClientMetadataSchema.parse({ ...readMetadata('mcp-client'), redirect_uris });
}

async function register(clientMetadata: ReturnType<typeof asTheSdkSeesIt>) {
  const metadata = await discoverAuthorizationServerMetadata(server.url);
  if (metadata === undefined) throw new Error('the SDK does not discover the authorization server');
  return registerClient(server.url, { metadata, clientMetadata });
}

test('metadata that went through the SDK breaks no rule, and its statement registers through the SDK', async () => {
  const clientMetadata = asTheSdkSeesIt();
  const issued = await issuer.vouch(z.record(z.string(), z.json()).parse(clientMetadata));
  const { software_statement } = issued;
  const asked = { ...clientMetadata, client_name: 'Your Bank', software_statement };
  const client = await register(asked);
  expect(client).toMatchObject({ ...clientMetadata, software_statement });
  expect(client.client_id).not.toBe('');
});

test('the statement restores what the SDK dropped from the registration request', async () => {
  const issued = await issuer.vouch(readMetadata('mcp-client'));
  const clientMetadata = OAuthClientMetadataSchema.parse(issued.registration_request);
  expect(clientMetadata).not.toHaveProperty('application_type');
  expect(clientMetadata.redirect_uris).toContain('example.app.quillfeather:/callback');
  expect(await register(clientMetadata)).toMatchObject({
    software_statement: issued.software_statement,
    redirect_uris: clientMetadata.redirect_uris,
  });
});

test('the SDK is refused without a statement', async () => {
  await expect(register(asTheSdkSeesIt())).rejects.toThrow('needs a software_statement');
});
