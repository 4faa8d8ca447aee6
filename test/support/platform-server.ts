import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey as JoseKey, type JWK } from 'jose';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Fetcher } from '../../src/domain/network/fetcher.ts';
import { createNodeFetcher } from '../../src/fetcher/node-fetcher.ts';

const NAMES = ['ci.example', 'other-ci.example', 'spire.example', 'other-spire.example'];

/** A web server over TLS under several names, and the guarded fetcher that reaches it and nothing else. */
export type PlatformServer = {
  readonly url: (name: string) => string;
  /** What is served, by URL; text is JSON, undefined redirects elsewhere. */
  readonly documents: Map<string, JsonObject | 'redirect'>;
  /** URLs that were asked for. */
  readonly asked: string[];
  readonly fetcher: Fetcher;
  readonly close: () => void;
};

export async function startPlatformServer(): Promise<PlatformServer> {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-platform-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')}`;
  const make =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ci.example';
  execFileSync('openssl', [...make.split(' '), '-keyout', key, '-out', cert, '-addext', names], {
    stdio: 'ignore',
  });
  const ca = readFileSync(cert, 'utf8');
  const documents = new Map<string, JsonObject | 'redirect'>();
  const asked: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
    const url = `https://${request.headers.host ?? ''}${request.url ?? ''}`;
    asked.push(url);
    const document = documents.get(url);
    if (document === undefined) response.writeHead(404).end();
    else if (document === 'redirect') response.writeHead(302, { location: `${url}/moved` }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  const lookup = async (name: string) => (NAMES.includes(name) ? [{ address: '127.0.0.1', family: 4 }] : []);
  return {
    url: (name) => `https://${name}:${address.port}`,
    documents,
    asked,
    fetcher: createNodeFetcher({ allowPrivate: true, lookup, ca }),
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An OpenID Connect issuer like that of GitHub Actions: discovery, a key set that rotates, tokens for the jobs it runs. */
export type CiPlatform = {
  readonly issuer: string;
  /** Makes a token for a job. */
  readonly token: (claims: JsonObject, header?: Readonly<Record<string, string>>) => Promise<string>;
  /** Signs with a new key from now on. */
  readonly rotate: (options?: { readonly keepsOld?: boolean }) => Promise<void>;
};

export async function startCiPlatform(
  server: PlatformServer,
  name: string,
  options: { readonly audience: string; readonly now: () => number },
): Promise<CiPlatform> {
  const issuer = server.url(name);
  let signer: { readonly kid: string; readonly privateKey: JoseKey } | undefined;
  let published: readonly JWK[] = [];
  const rotate: CiPlatform['rotate'] = async ({ keepsOld = true } = {}) => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const kid = randomUUID();
    const jwk: JWK = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' };
    signer = { kid, privateKey };
    published = [...(keepsOld ? published : []), jwk];
    server.documents.set(`${issuer}/.well-known/jwks`, { keys: published.map((each) => ({ ...each })) });
  };
  await rotate();
  server.documents.set(`${issuer}/.well-known/openid-configuration`, {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    id_token_signing_alg_values_supported: ['RS256'],
  });
  return {
    issuer,
    rotate,
    token: async (claims, header = {}) => {
      if (signer === undefined) throw new Error('no key');
      const at = options.now();
      const whole = {
        iss: issuer,
        aud: options.audience,
        iat: at,
        nbf: at,
        exp: at + 300,
        jti: randomUUID(),
      };
      return new SignJWT({ ...whole, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signer.kid, ...header })
        .sign(signer.privateKey);
    },
  };
}
