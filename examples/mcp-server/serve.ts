import { createMcpServer } from './server.ts';

/** `node examples/mcp-server/serve.ts PORT TRUSTED_ISSUER_URL` serves on loopback until it is told to stop. */
const [port, trustedIssuer] = process.argv.slice(2);
if (port === undefined || trustedIssuer === undefined) {
  process.stderr.write('usage: node examples/mcp-server/serve.ts PORT TRUSTED_ISSUER_URL\n');
  process.exitCode = 2;
} else {
  const url = `http://localhost:${port}`;
  // Revocations show within a second, for trying things out; otherwise the issuer's ttl decides (five minutes).
  const { app } = createMcpServer({ url, trustedIssuer, status: { maxAgeSeconds: 1 } });
  const server = app.listen(Number(port), '127.0.0.1', () =>
    process.stdout.write(`${url}/mcp lets in what ${trustedIssuer} vouches for\n`),
  );
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
  });
}
