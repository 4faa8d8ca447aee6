import { deflateSync } from 'node:zlib';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import {
  createStatementVerifier,
  type StatementVerifier,
  type StatementVerifierOptions,
} from '../../../src/kit/verifier/statement-verifier.ts';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';

/** 2026-11-20T20:00:00Z */
export const NOW = 1_795_204_800;

export const ISSUER = 'https://issuer.example/tenant';
export const LIST_URI = `${ISSUER}/status-lists/1`;

/** One of the three documents an issuer publishes. */
export type Document = 'metadata' | 'jwks' | 'list';
export type Claims = Readonly<Record<string, unknown>>;
export type Key = { readonly kid: string; readonly privateKey: CryptoKey; readonly publicJwk: JWK };

/** What a test may change between two requests. */
export type World = {
  /** Every request fails as it does when nothing listens. */
  down: boolean;
  /** Requests are answered once the promise for their document is. */
  gates: Partial<Record<Document, Promise<void>>>;
  metadata: Claims;
  jwks: unknown;
  headers: Record<Document, Record<string, string>>;
  /** Answers of a test's own, in place of the document. */
  instead: Partial<Record<Document, () => Response | Promise<Response>>>;
  /** The status list: width of an entry, its octets, and the times of its token in seconds. */
  bits: number;
  octets: Uint8Array;
  ttl: number | undefined;
  lifetime: number | undefined;
  listClaims: Claims;
  listHeader: Claims;
};

/** An issuer inside the process of the test: real keys and real documents, with a clock that moves only when told. */
export type FakeIssuer = {
  /** Its issuer identifier. */
  readonly issuer: string;
  readonly clock: { readonly now: () => number; readonly advance: (seconds: number) => void };
  readonly fetch: typeof fetch;
  readonly world: World;
  /** How often a document was asked for. */
  readonly asked: (document: Document) => number;
  /** Every address that was asked for. */
  readonly addresses: readonly string[];
  /** Claims of a statement that stands, place 5 of the list, with changes; undefined takes a claim away. */
  readonly claims: (changes?: Claims) => Claims;
  /** Signs a statement that stands, with changes to claims and header. */
  readonly statement: (changes?: Claims, header?: Claims, key?: Key) => Promise<string>;
  /** Signs any two texts with ES256, whatever they say. */
  readonly signTexts: (header: string, payload: string, key?: Key) => Promise<string>;
  /** The key that signs now. */
  readonly key: () => Key;
  /** Publishes a further key and signs with it from now on. */
  readonly rotate: () => Promise<Key>;
  readonly setStatus: (idx: number, value: number) => void;
  /** Does not answer for a document until the function it gives is called. */
  readonly hold: (document: Document) => () => void;
  readonly verifier: (
    trust?: Partial<TrustedIssuer>,
    options?: Partial<StatementVerifierOptions>,
  ) => StatementVerifier;
};

/** Makes a key pair under a name of the test's own. */
export async function makeKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Signs with any algorithm. */
export async function signWith(key: Key | Uint8Array, header: Claims, claims: Claims): Promise<string> {
  const alg = typeof header['alg'] === 'string' ? header['alg'] : 'ES256';
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ ...header, alg })
    .sign(key instanceof Uint8Array ? key : key.privateKey);
}

/** base64url of a text or of the JSON of anything else. */
export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** An issuer with one published key and a list of 16 places of 2 bits. */
export async function fakeIssuer(issuer: string = ISSUER): Promise<FakeIssuer> {
  const urls = urlsOf(issuer);
  const documentAt = (url: string) => DOCUMENTS.find((document) => urls[document] === url);
  let seconds = NOW;
  let current = await makeKey('key-1');
  const published = [current.publicJwk];
  const addresses: string[] = [];
  const world: World = {
    down: false,
    gates: {},
    metadata: { issuer, jwks_uri: urls.jwks },
    jwks: { keys: published },
    headers: { metadata: {}, jwks: {}, list: {} },
    instead: {},
    bits: 2,
    octets: new Uint8Array(4),
    ttl: 300,
    lifetime: 86_400,
    listClaims: {},
    listHeader: {},
  };

  async function signTexts(header: string, payload: string, key: Key = current): Promise<string> {
    const input = `${encode(header)}.${encode(payload)}`;
    const octets = new TextEncoder().encode(input);
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, octets);
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  }

  function listToken(): Promise<string> {
    const { ttl, lifetime, bits, octets, listClaims, listHeader } = world;
    const claims = {
      sub: urls.list,
      iat: seconds,
      exp: lifetime === undefined ? undefined : seconds + lifetime,
      ttl,
      status_list: { bits, lst: deflateSync(octets).toString('base64url') },
      ...listClaims,
    };
    const header = { alg: 'ES256', kid: current.kid, typ: 'statuslist+jwt', ...listHeader };
    return signTexts(JSON.stringify(header), JSON.stringify(claims));
  }

  async function answer(url: string): Promise<Response> {
    const document = documentAt(url);
    if (document === undefined) return new Response('', { status: 404 });
    const instead = world.instead[document];
    if (instead !== undefined) return instead();
    const headers = world.headers[document];
    if (document === 'list') return new Response(await listToken(), { headers });
    return Response.json(document === 'jwks' ? world.jwks : world.metadata, { headers });
  }

  const fetcher: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    addresses.push(url);
    if (world.down)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
    const document = documentAt(url);
    const gate = document === undefined ? undefined : world.gates[document];
    const gated = (gate ?? Promise.resolve()).then(() => answer(url));
    return Promise.race([gated, aborted(init?.signal ?? undefined)]);
  };

  const claims = (changes: Claims = {}): Claims => ({
    iss: issuer,
    iat: NOW - 60,
    exp: NOW + 30 * 86_400,
    jti: 'statement-1',
    software_id: 'software-1',
    software_version: '1.0.0',
    client_name: 'Example',
    redirect_uris: ['https://app.example/callback'],
    status: { status_list: { idx: 5, uri: urls.list } },
    ...changes,
  });

  return {
    issuer,
    clock: {
      now: () => seconds,
      advance: (by) => {
        seconds += by;
      },
    },
    fetch: fetcher,
    world,
    asked: (document) => addresses.filter((url) => url === urls[document]).length,
    addresses,
    claims,
    statement: (changes, header = {}, key = current) =>
      signTexts(
        JSON.stringify({ alg: 'ES256', kid: key.kid, typ: 'JWT', ...header }),
        JSON.stringify(claims(changes)),
        key,
      ),
    signTexts,
    key: () => current,
    rotate: async () => {
      current = await makeKey(`key-${published.length + 1}`);
      published.push(current.publicJwk);
      return current;
    },
    setStatus: (idx, value) => {
      const [at, shift] = [Math.floor((idx * world.bits) / 8), (idx * world.bits) % 8];
      const mask = (2 ** world.bits - 1) << shift;
      world.octets[at] = ((world.octets[at] ?? 0) & ~mask) | (value << shift);
    },
    hold: (document) => {
      let release = (): void => undefined;
      world.gates[document] = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        delete world.gates[document];
        release();
      };
    },
    verifier: (trust = {}, options = {}) =>
      createStatementVerifier({
        issuers: [{ issuer, ...trust }],
        fetch: fetcher,
        now: () => seconds,
        ...options,
      }),
  };
}

const DOCUMENTS = ['metadata', 'jwks', 'list'] as const;

function urlsOf(issuer: string): Readonly<Record<Document, string>> {
  const { origin, pathname } = new URL(issuer);
  return {
    metadata: `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`,
    jwks: `${issuer}/jwks`,
    list: `${issuer}/status-lists/1`,
  };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}
