import { once } from 'node:events';
import { createServer } from 'node:http';
import { createNodeFetcher } from '../../../../src/fetcher/node-fetcher.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import {
  createStatementVerifier,
  type StatementVerifier,
  type StatementVerifierOptions,
} from '../../../../src/kit/verifier/statement-verifier.ts';
import type { TrustedTrustDomain } from '../../../../src/kit/verifier/trust-domains.ts';
import { makeKey, NOW, signWith, type Claims, type Key } from '../../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER, REGISTER } from '../../support/scene.ts';

export const DOMAIN = 'prod.example.org';
export const WORKLOAD = `spiffe://${DOMAIN}/ci/release`;

/** A CA of one trust domain, with a bundle endpoint on a real web server. */
export type TrustDomain = {
  readonly url: string;
  readonly key: Key;
  bundle: JsonObject;
  isDown: boolean;
  /** An SVID for the registration endpoint that stands, with changes. */
  readonly svid: (claims?: Claims, header?: Claims, key?: Key) => Promise<string>;
  readonly verifier: (
    trust?: Partial<TrustedTrustDomain>,
    options?: Partial<StatementVerifierOptions>,
  ) => StatementVerifier;
  readonly close: () => Promise<void>;
};

/** A key as a bundle lists it. */
export const bundled = ({ publicJwk, kid }: Key, use = 'jwt-svid'): JsonObject => {
  const { kty, crv = '', x = '', y = '' } = publicJwk;
  return { kty: kty ?? '', crv, x, y, kid, use };
};

export async function trustDomain(): Promise<TrustDomain> {
  const key = await makeKey('authority-1');
  const server = createServer((_request, response) => {
    if (domain.isDown) return response.writeHead(503).end();
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(domain.bundle));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const domain: TrustDomain = {
    url: `http://127.0.0.1:${address.port}/bundle`,
    key,
    bundle: { keys: [bundled(key)], spiffe_sequence: 1, spiffe_refresh_hint: 300 },
    isDown: false,
    svid: (claims = {}, header = {}, signer = key) =>
      signWith(
        signer,
        { alg: 'ES256', kid: signer.kid, typ: 'JWT', ...header },
        {
          sub: WORKLOAD,
          aud: [REGISTER],
          iat: NOW - 10,
          exp: NOW + 290,
          client_name: 'Release job',
          grant_types: ['client_credentials'],
          ...claims,
        },
      ),
    verifier: (trust = {}, options = {}) =>
      createStatementVerifier({
        issuers: [],
        trustDomains: [
          {
            trustDomain: DOMAIN,
            bundleEndpoint: domain.url,
            audience: REGISTER,
            spiffeIds: [`spiffe://${DOMAIN}/ci/*`],
            ...trust,
          },
        ],
        audience: AUTHORIZATION_SERVER,
        fetcher: createNodeFetcher({ allowPrivate: true }),
        now: () => NOW,
        ...options,
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return domain;
}
