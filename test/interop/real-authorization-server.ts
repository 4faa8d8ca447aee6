import { once } from 'node:events';
import { createServer } from 'node:http';
import { createAuthorizationServer } from '../../examples/oidc-provider/authorization-server.ts';

/** The authorization server of the examples, serving on a free port. */
export type RealAuthorizationServer = { readonly url: string; readonly stop: () => void };

/** @param fetch how it reaches the issuer; the real network unless a test stands in between */
export async function startRealAuthorizationServer(
  trustedIssuer: string,
  fetch?: typeof globalThis.fetch,
): Promise<RealAuthorizationServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  const issuerUrl = `http://localhost:${address.port}`;
  const options = { issuerUrl, trustedIssuer, ...(fetch === undefined ? {} : { fetch }) };
  server.on('request', createAuthorizationServer(options).callback());
  return {
    url: issuerUrl,
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
