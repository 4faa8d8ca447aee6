import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createNodeFetcher } from '../../../../src/fetcher/node-fetcher.ts';
import type { RegistrationEndpointOptions } from '../../../../src/kit/registration/endpoint.ts';
import type { TrustedIssuer } from '../../../../src/kit/verifier/trusted-issuer.ts';
import { NOW, type Claims, type FakeIssuer } from '../../support/fake-issuer.ts';
import { clientOf, scene, type Answer, type Client, type Scene } from '../../support/scene.ts';

/** A Client ID Metadata Document on a real web server, and what may be changed about it. */
export type Published = {
  readonly origin: string;
  /** The client identifier. */
  readonly url: string;
  /** The octets that are served. */
  body: string | Uint8Array;
  /** Answers in place of the document. */
  instead: RequestListener | undefined;
  /** Requests that came, in order. */
  readonly asked: readonly IncomingMessage[];
  readonly close: () => Promise<void>;
};

/** Members that make a document register. */
export const DOCUMENT = {
  client_name: 'Reviewed',
  redirect_uris: ['https://app.example/callback'],
  token_endpoint_auth_method: 'none',
};

/** Publishes a document with changed members, `client_id` put first. */
export async function publish(changes: Claims = {}): Promise<Published> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    if (published.instead !== undefined) return published.instead(request, response);
    response.setHeader('content-type', 'application/json');
    response.end(published.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const url = `${origin}/client.json`;
  const published: Published = {
    origin,
    url,
    body: documentOf(url, changes),
    instead: undefined,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return published;
}

/** The text of a document about a client identifier. */
export function documentOf(url: string, changes: Claims = {}): string {
  return JSON.stringify({ client_id: url, ...DOCUMENT, ...changes }, null, 2);
}

/** The digest by another implementation than the one under test. */
export function digestOf(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** Signs a digest-bound statement that stands, with changes to claims and header. */
export function cimdStatement(
  issuer: FakeIssuer,
  about: { readonly url: string; readonly body: string | Uint8Array },
  changes: Claims = {},
  header: Claims = {},
): Promise<string> {
  const { iss, iat, exp, jti, status } = issuer.claims();
  return issuer.signTexts(
    JSON.stringify({ alg: 'ES256', kid: issuer.key().kid, typ: 'software-statement+jwt', ...header }),
    JSON.stringify({
      iss,
      iat,
      exp,
      jti,
      status,
      sub: about.url,
      cimd_digest: digestOf(about.body),
      ...changes,
    }),
  );
}

/** A registration endpoint that trusts an issuer for documents below one origin. */
export async function cimdScene(
  origin: string,
  options: Partial<RegistrationEndpointOptions> & { readonly trust?: Partial<TrustedIssuer> } = {},
): Promise<Scene> {
  return scene({
    fetcher: createNodeFetcher({ allowPrivate: true }),
    ...options,
    trust: {
      profiles: ['cimd'],
      mayVouchFor: { clientIdentifiers: [`${origin}/`] },
      ...options.trust,
    },
  });
}

/** Registers with a statement over what is published now. */
export async function registerWith(
  at: Scene,
  published: Published,
  claims: Claims = {},
  asked: Claims = {},
): Promise<Answer> {
  const software_statement = await cimdStatement(at.issuer, published, claims);
  return at.register(JSON.parse(JSON.stringify({ ...asked, software_statement })));
}

/** The same, for a client that is to go on. */
export async function registeredWith(at: Scene, published: Published, claims: Claims = {}): Promise<Client> {
  return clientOf(at.call, await registerWith(at, published, claims));
}

/** `iat` of a statement that was issued some seconds after the usual one. */
export const laterBy = (seconds: number): Claims => ({
  iat: NOW - 60 + seconds,
  jti: `statement-${seconds}`,
});
