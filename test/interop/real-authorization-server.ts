import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Registrar } from 'imprimatur/kit';
import { createAuthorizationServer } from '../../examples/oidc-provider/authorization-server.ts';

/** The authorization server of the examples, serving on a free port. */
export type RealAuthorizationServer = {
  readonly url: string;
  readonly registrar: Registrar;
  readonly stop: () => void;
};

/** @param options how it reaches the issuer, its policy, its clock: whatever the test is about */
export async function startRealAuthorizationServer(
  trustedIssuer: string,
  options: Partial<Parameters<typeof createAuthorizationServer>[0]> = {},
): Promise<RealAuthorizationServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  const issuerUrl = `http://localhost:${address.port}`;
  const { provider, registrar } = createAuthorizationServer({ issuerUrl, trustedIssuer, ...options });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    url: issuerUrl,
    registrar,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Posts a registration request as it is, and gives status and body. */
export async function post(
  server: RealAuthorizationServer,
  body: object,
  path = '/reg',
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
