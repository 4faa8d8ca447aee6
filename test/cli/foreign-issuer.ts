import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync } from 'node:zlib';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

/** 2026-11-20T20:00:00Z */
export const NOW = 1_795_204_800;

/** An issuer of somebody else's making on a real port, whose every answer a test can replace. */
export type ForeignIssuer = {
  readonly issuer: string;
  readonly listUri: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  /** Answers by path; a test replaces what it is about. */
  readonly answers: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Puts every answer back to what a sound issuer gives. */
  readonly reset: () => Promise<void>;
  readonly claims: () => Record<string, unknown>;
  readonly sign: (
    claims: Record<string, unknown>,
    header?: Record<string, unknown>,
    key?: CryptoKey | Uint8Array,
  ) => Promise<string>;
  readonly statusList: (changes?: {
    readonly claims?: Record<string, unknown>;
    readonly header?: Record<string, unknown>;
    readonly key?: CryptoKey;
    readonly octets?: Uint8Array;
  }) => Promise<string>;
  readonly close: () => Promise<void>;
};

export const METADATA_PATH = '/.well-known/oauth-authorization-server/tenant';
export const JWKS_PATH = '/tenant/jwks';
export const LIST_PATH = '/tenant/status/1';

export async function foreignIssuer(): Promise<ForeignIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
  const answers: ForeignIssuer['answers'] = new Map();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers.get(path);
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const issuer = `http://127.0.0.1:${address.port}/tenant`;
  const listUri = `http://127.0.0.1:${address.port}${LIST_PATH}`;

  const made: ForeignIssuer = {
    issuer,
    listUri,
    privateKey,
    publicJwk,
    answers,
    asked,
    claims: () => ({
      iss: issuer,
      iat: NOW - 60,
      exp: NOW + 3600,
      jti: 'statement-1',
      software_id: 'software-1',
      software_version: '1.0.0',
      client_name: 'Example',
      status: { status_list: { idx: 5, uri: listUri } },
    }),
    sign: (claims, header = {}, key = privateKey) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'ES256', kid: 'key-1', typ: 'JWT', ...header })
        .sign(key),
    // Place 5 VALID, place 6 INVALID, place 7 SUSPENDED, place 4 a value of nobody's.
    statusList: ({
      claims = {},
      header = {},
      key = privateKey,
      octets = Uint8Array.of(0, 0b10_01_00_11),
    } = {}) =>
      made.sign(
        {
          sub: listUri,
          iat: NOW - 10,
          exp: NOW + 3600,
          ttl: 300,
          status_list: { bits: 2, lst: deflateSync(octets).toString('base64url') },
          ...claims,
        },
        { typ: 'statuslist+jwt', ...header },
        key,
      ),
    reset: async () => {
      asked.length = 0;
      answers.clear();
      answers.set(METADATA_PATH, json({ issuer, jwks_uri: `${issuer}/jwks` }));
      answers.set(JWKS_PATH, json({ keys: [publicJwk] }));
      answers.set(LIST_PATH, plain(await made.statusList()));
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  await made.reset();
  return made;
}

export function json(value: unknown) {
  return plain(JSON.stringify(value));
}

export function plain(text: string) {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { connection: 'close' }).end(text);
  };
}
