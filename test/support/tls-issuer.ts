import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createApp } from '../../src/http/app.ts';
import { testIssuer, type TestIssuer } from './issuer.ts';

/** An issuer that is served over TLS under a name of its own, where other people's libraries look it up over the network. */
export type TlsIssuer = TestIssuer & { readonly identifier: string };

const NAME = 'issuer.example';

/**
 * Serves an issuer at `https://issuer.example:<port><path>` to every client in this process that uses the agent of Node for https: the agent takes
 * the certificate and finds the name on this machine until the issuer is closed.
 *
 * @param options.path of the identifier, with a leading slash
 */
export async function tlsIssuer(
  options: { readonly path?: string; readonly trustDomain?: string } = {},
): Promise<TlsIssuer> {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const make = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${NAME}`;
  const names = ['-addext', `subjectAltName=DNS:${NAME}`];
  execFileSync('openssl', [...make.split(' '), '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' });
  const ca = readFileSync(cert, 'utf8');
  const server = createServer({ key: readFileSync(key), cert: ca });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  const { path = '', trustDomain } = options;
  const identifier = `https://${NAME}:${address.port}${path}`;
  const test = await testIssuer({ identifier, ...(trustDomain === undefined ? {} : { trustDomain }) });
  const app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  const listener = getRequestListener(app.fetch);
  server.on('request', (request, response) => void listener(request, response));
  const before = { ...globalAgent.options };
  globalAgent.options = {
    ...before,
    ca,
    // In all, as the agent asks for every address of a name.
    lookup: (_name, wanted, found) => {
      if (wanted.all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
      else found(null, '127.0.0.1', 4);
    },
  };
  return {
    ...test,
    identifier,
    close: () => {
      globalAgent.options = before;
      globalAgent.destroy();
      server.close();
      server.closeAllConnections();
      test.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
