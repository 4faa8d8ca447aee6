import {
  allowInsecureRequests,
  dynamicClientRegistration,
  None,
  ResponseBodyError,
  type Configuration,
} from 'openid-client';
import { expectThat } from './narrator.ts';
import { freePort, startProgram, type Served } from './processes.ts';
import type { Issued } from './issuer.ts';

/** Starts the real authorization server of `examples/oidc-provider`, told nothing but the issuer URL. */
export async function startAuthorizationServer(
  trustedIssuer: string,
  preferredPort: number,
): Promise<Served> {
  const port = await freePort(preferredPort);
  return startProgram({
    args: ['examples/oidc-provider/serve.ts', String(port), trustedIssuer],
    url: `http://localhost:${port}`,
    probe: '/.well-known/oauth-authorization-server',
    environment: {},
  });
}

/** Discovers the registration endpoint and registers (RFC 7591 §3). */
export async function register(
  server: Served,
  request: Issued['registration_request'],
): Promise<Configuration> {
  return dynamicClientRegistration(new URL(server.url), request, None(), {
    algorithm: 'oauth2',
    // Plain http, because everything here is on the loopback interface.
    execute: [allowInsecureRequests],
  });
}

/** Registers where that must be refused, and gives the error code (RFC 7591 §3.2.2) with its description. */
export async function refusal(
  server: Served,
  request: Issued['registration_request'],
): Promise<{ readonly error: string; readonly description: string }> {
  try {
    const client = await register(server, request);
    throw new Error(`it was registered as ${client.clientMetadata().client_id}`);
  } catch (error) {
    expectThat(error instanceof ResponseBodyError, String(error));
    return { error: error.error, description: error.error_description ?? '' };
  }
}
