import { decodeJwt } from 'jose';
import {
  allowInsecureRequests as allowInsecureRequestsOf,
  discoveryRequest,
  dynamicClientRegistrationRequest,
  processDiscoveryResponse,
  processDynamicClientRegistrationResponse,
} from 'oauth4webapi';
import { allowInsecureRequests, dynamicClientRegistration, None } from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../examples/demo/processes.ts';
import { signIn } from '../../examples/demo/sign-in.ts';
import { readMetadata } from '../../examples/demo/vouch.ts';
import {
  post,
  startRealAuthorizationServer,
  type RealAuthorizationServer,
} from './real-authorization-server.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';

const EXAMPLES = ['mcp-client', 'web-application', 'native-app'];

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

function registerWithOpenidClient(body: Parameters<typeof dynamicClientRegistration>[1]) {
  return dynamicClientRegistration(new URL(server.url), body, None(), {
    algorithm: 'oauth2',
    execute: [allowInsecureRequests],
  });
}

describe('openid-client registers at oidc-provider', () => {
  test.each(EXAMPLES)('%s with the registration request that came with its statement', async (name) => {
    const metadata = readMetadata(name);
    const issued = await issuer.vouch(metadata);
    const client = (await registerWithOpenidClient(issued.registration_request)).clientMetadata();
    expect(client).toMatchObject(metadata);
    expect(client['software_statement']).toBe(issued.software_statement);
    expect(client['software_id']).toBe(issued.software_id);
    expect(client['client_secret']).toBeUndefined();
  });

  test('the statement alone, without plain metadata beside it', async () => {
    const metadata = readMetadata('web-application');
    const { software_statement } = await issuer.vouch(metadata);
    const client = await registerWithOpenidClient({ software_statement });
    expect(client.clientMetadata()).toMatchObject(metadata);
  });

  test('what the statement says takes precedence over the request', async () => {
    const metadata = readMetadata('web-application');
    const { software_statement } = await issuer.vouch(metadata);
    const client = await registerWithOpenidClient({
      client_name: 'Your Bank',
      'client_name#de': 'Ihre Bank',
      redirect_uris: ['https://attacker.example/callback'],
      grant_types: ['implicit'],
      response_types: ['id_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      jwks_uri: 'https://attacker.example/jwks.json',
      application_type: 'native',
      software_statement,
    });
    expect(client.clientMetadata()).toMatchObject(metadata);
    expect(client.clientMetadata()['client_name#de']).toBeUndefined();
    expect(client.clientMetadata()['client_secret']).toBeUndefined();
  });

  test('and a person signs in with the registered client', async () => {
    const issued = await issuer.vouch(readMetadata('mcp-client'));
    const tokens = await signIn(await registerWithOpenidClient(issued.registration_request), 'ada');
    expect(decodeJwt(tokens.id_token ?? '').sub).toBe('ada');
    expect(tokens.refresh_token).toBeTypeOf('string');
  });
});

test('oauth4webapi registers at oidc-provider and reads the statement back unmodified', async () => {
  const issued = await issuer.vouch(readMetadata('native-app'));
  const insecure = { [allowInsecureRequestsOf]: true };
  const url = new URL(server.url);
  const discovered = await discoveryRequest(url, { algorithm: 'oauth2', ...insecure });
  const metadata = await processDiscoveryResponse(url, discovered);
  const response = await dynamicClientRegistrationRequest(metadata, issued.registration_request, insecure);
  const client = await processDynamicClientRegistrationResponse(response);
  expect(client).toMatchObject(readMetadata('native-app'));
  expect(client['software_statement']).toBe(issued.software_statement);
});

test('an issuer below a path is discovered by the path-inserted well-known URL', async () => {
  const port = await freePort();
  const identifier = `http://localhost:${port}/tenants/example`;
  const below = await startRealIssuer({ IMPRIMATUR_PORT: String(port), IMPRIMATUR_ISSUER: identifier });
  const trusting = await startRealAuthorizationServer(identifier);
  try {
    const issued = await below.vouch(readMetadata('mcp-client'));
    expect(await post(trusting, issued.registration_request)).toMatchObject({
      status: 201,
      body: { client_name: 'Quillfeather Desktop', software_statement: issued.software_statement },
    });
  } finally {
    trusting.stop();
    await below.stop();
  }
});
