import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  createStatementVerifier,
  type StatementVerifier,
  type StatementVerifierOptions,
} from '../../../../src/kit/verifier/statement-verifier.ts';
import type { TrustedIssuer } from '../../../../src/kit/verifier/trusted-issuer.ts';
import { makeKey, NOW, signWith, type Claims, type Key } from '../../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER } from '../../support/scene.ts';

/** An issuer of W3C credentials on a real web server, reachable by https-like identifier and by did:web. */
export type CredentialIssuer = {
  readonly url: string;
  readonly did: string;
  readonly key: Key;
  /** Bits of the lists by purpose: the first is the most significant bit of the first octet. */
  readonly lists: Record<string, Uint8Array>;
  /** What the DID document has beside its id. */
  didDocument: Claims;
  /** Answers of a test's own by path. */
  readonly instead: Map<string, (request: IncomingMessage, response: ServerResponse) => unknown>;
  /** Changes to the credential of a list, and to its subject. */
  listClaims: Claims;
  listSubject: Claims;
  readonly asked: string[];
  /** A credential that stands, with changes to its payload, its subject and its header. */
  readonly credential: (changes?: Changes) => Promise<string>;
  readonly status: (purpose: string, index: string) => Claims;
  readonly verifier: (
    trust?: Partial<TrustedIssuer>,
    options?: Partial<StatementVerifierOptions>,
  ) => StatementVerifier;
  readonly close: () => Promise<void>;
};

type Changes = {
  readonly claims?: Claims;
  readonly subject?: Claims;
  readonly header?: Claims;
  readonly by?: 'did';
  readonly key?: Key;
};

export const CONTEXT = 'https://www.w3.org/ns/credentials/v2';
const instant = (seconds: number) => new Date(seconds * 1000).toISOString();

export async function credentialIssuer(): Promise<CredentialIssuer> {
  const key = await makeKey('key-1');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void answer(request, response);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://localhost:${address.port}`;
  const did = `did:web:localhost%3A${address.port}`;

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? '';
    const own = issuer.instead.get(path);
    if (own !== undefined) return own(request, response);
    const json = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (path === '/.well-known/oauth-authorization-server')
      return json({ issuer: url, jwks_uri: `${url}/jwks` });
    if (path === '/jwks') return json({ keys: [key.publicJwk] });
    if (path === '/.well-known/did.json') return json({ id: did, ...issuer.didDocument });
    const purpose = path.startsWith('/lists/') ? path.slice('/lists/'.length) : '';
    const octets = issuer.lists[purpose];
    if (octets === undefined) return response.writeHead(404).end();
    return response
      .setHeader('content-type', 'application/vc+jwt')
      .end(await listCredential(purpose, octets));
  }

  function listCredential(purpose: string, octets: Uint8Array) {
    const listUrl = `${url}/lists/${purpose}`;
    return signWith(
      key,
      { alg: 'ES256', typ: 'vc+jwt', kid: 'key-1' },
      {
        '@context': [CONTEXT],
        id: listUrl,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        issuer: url,
        validFrom: instant(NOW - 60),
        credentialSubject: {
          id: `${listUrl}#list`,
          type: 'BitstringStatusList',
          statusPurpose: purpose,
          encodedList: `u${gzipSync(octets).toString('base64url')}`,
          ...issuer.listSubject,
        },
        ...issuer.listClaims,
      },
    );
  }

  const issuer: CredentialIssuer = {
    url,
    did,
    key,
    lists: { revocation: new Uint8Array(16_384), suspension: new Uint8Array(16_384) },
    didDocument: {
      verificationMethod: [
        {
          id: `${did}#key-1`,
          type: 'JsonWebKey',
          controller: did,
          publicKeyJwk: { ...key.publicJwk, kid: 'other' },
        },
      ],
      assertionMethod: ['#key-1'],
    },
    instead: new Map(),
    listClaims: {},
    listSubject: {},
    asked,
    status: (purpose, statusListIndex) => ({
      type: 'BitstringStatusListEntry',
      statusPurpose: purpose,
      statusListIndex,
      statusListCredential: `${url}/lists/${purpose}`,
    }),
    credential: ({ claims = {}, subject = {}, header = {}, by, key: signer = key } = {}) => {
      const name = by === 'did' ? did : url;
      return signWith(
        signer,
        { alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: `${name}#key-1`, ...header },
        {
          '@context': [CONTEXT, 'https://issuer.example/contexts/client/v1'],
          id: 'urn:uuid:0192f1a2-7d3c-7b4e-9f10-5a6b7c8d9e0f',
          type: ['VerifiableCredential', 'OAuthClientMetadataCredential'],
          issuer: name,
          iat: NOW - 60,
          exp: NOW + 86_400,
          validFrom: instant(NOW - 60),
          validUntil: instant(NOW + 86_400),
          credentialSubject: {
            id: 'urn:software:app',
            software_id: 'software-1',
            client_name: 'Credentialed',
            redirect_uris: ['https://app.example/callback'],
            token_endpoint_auth_method: 'none',
            ...subject,
          },
          credentialStatus: issuer.status('revocation', '94567'),
          ...claims,
        },
      );
    },
    verifier: (trust = {}, options = {}) =>
      createStatementVerifier({
        issuers: [{ issuer: url, profiles: ['vc+jwt'], ...trust }],
        audience: AUTHORIZATION_SERVER,
        now: () => NOW,
        ...options,
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
