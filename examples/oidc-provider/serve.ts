import { createServer } from 'node:http';
import { createAuthorizationServer } from './authorization-server.ts';

/** `node examples/oidc-provider/serve.ts PORT TRUSTED_ISSUER_URL` serves on loopback until it is told to stop. */
const [port, trustedIssuer] = process.argv.slice(2);
if (port === undefined || trustedIssuer === undefined) {
  process.stderr.write('usage: node examples/oidc-provider/serve.ts PORT TRUSTED_ISSUER_URL\n');
  process.exitCode = 2;
} else {
  const issuerUrl = `http://localhost:${port}`;
  // Revocations show within a second, for trying things out; otherwise the issuer's ttl decides (five minutes).
  const { provider } = createAuthorizationServer({ issuerUrl, trustedIssuer, status: { maxAgeSeconds: 1 } });
  const handle = provider.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.listen(Number(port), '127.0.0.1', () =>
    process.stdout.write(`${issuerUrl} registers what ${trustedIssuer} vouches for\n`),
  );
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
  });
}
