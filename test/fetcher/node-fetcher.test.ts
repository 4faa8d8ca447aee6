import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createNodeFetcher, type Lookup } from '../../src/fetcher/node-fetcher.ts';

const WANTED = { accept: ['application/json'], maxOctets: 1_000, timeoutMilliseconds: 500 };
const directory = mkdtempSync(join(tmpdir(), 'imprimatur-fetcher-'));

let server: Server;
let port = 0;
let ca = '';
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
let connections = 0;

beforeAll(async () => {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = 'subjectAltName=DNS:app.example,IP:127.0.0.1,IP:::1';
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=app.example',
      '-addext',
      names,
    ],
    { stdio: 'ignore' },
  );
  ca = readFileSync(cert, 'utf8');
  server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  port = address.port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  requests = [];
  connections = 0;
  answer = (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}');
});

/** Resolves app.example to this machine; only development lets the fetcher go there. */
const here: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const ask = (path = '/jwks', wanted: Parameters<ReturnType<typeof createNodeFetcher>>[1] = WANTED) =>
  createNodeFetcher({ allowPrivate: true, lookup: here, ca })(`https://app.example:${port}${path}`, wanted);

describe('guarded fetch on Node', () => {
  test.each(['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fe80::1', 'fd00:ec2::254'])(
    'asks no metadata service of a cloud, not even in development: %s',
    async (address) => {
      const lookup: Lookup = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
      const fetcher = createNodeFetcher({ allowPrivate: true, lookup, ca });
      expect(await fetcher(`https://app.example:${port}/`, WANTED)).toMatchObject({
        ok: false,
        error: { code: 'not_public' },
      });
    },
  );

  test('gives a document, sends no credential, and keeps no connection', async () => {
    answer = (_request, response) =>
      response
        .writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          etag: '"7"',
          'cache-control': 'max-age=90',
        })
        .end('{"keys":[]}');
    const fetched = await ask();
    expect(fetched).toMatchObject({
      ok: true,
      value: { status: 200, contentType: 'application/json', etag: '"7"', maxAgeSeconds: 90 },
    });
    await ask();
    expect(connections).toBe(2);
    const names = Object.keys(requests[0]?.headers ?? {}).toSorted();
    expect(names).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
    expect(requests[0]?.headers.host).toBe(`app.example:${port}`);
  });

  test('takes 304 for an answer when it asked with an etag', async () => {
    answer = (_request, response) => response.writeHead(304).end();
    expect(await ask('/jwks', { ...WANTED, etag: '"7"' })).toMatchObject({
      ok: true,
      value: { status: 304 },
    });
    expect(requests[0]?.headers['if-none-match']).toBe('"7"');
    expect(await ask()).toMatchObject({ error: { code: 'redirect' } });
  });

  const REFUSED: readonly (readonly [string, (response: ServerResponse) => void, string])[] = [
    [
      'a redirect, wherever it leads',
      (r) => r.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'redirect',
    ],
    ['an error', (r) => r.writeHead(404).end(), 'status'],
    ['another type', (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('{}'), 'content_type'],
    ['no type', (r) => r.writeHead(200).end('{}'), 'content_type'],
    [
      'too much, as it says',
      (r) => r.writeHead(200, { 'content-type': 'application/json', 'content-length': '1001' }).write('{'),
      'too_large',
    ],
    [
      'too much',
      (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('x'.repeat(1_001)),
      'too_large',
    ],
    [
      'what is compressed',
      (r) =>
        r
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(gzipSync('0'.repeat(1e6))),
      'content_type',
    ],
    [
      'an answer cut short',
      (r) => {
        r.writeHead(200, { 'content-type': 'application/json', 'content-length': '50' }).write('{');
        setTimeout(() => r.destroy(), 20);
      },
      'unreachable',
    ],
    ['no answer', () => undefined, 'timeout'],
    ['a connection closed', (r) => void r.destroy(), 'unreachable'],
  ];
  test.each(REFUSED)('%s is refused', async (_name, respond, code) => {
    answer = (_request, response) => respond(response);
    expect(await ask()).toMatchObject({ ok: false, error: { code } });
  });

  test('a body that comes drop by drop meets the deadline', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drops = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drops));
    };
    const started = performance.now();
    expect(await ask()).toMatchObject({ error: { code: 'timeout' } });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('a name that does not resolve in time meets the deadline', async () => {
    const fetcher = createNodeFetcher({ lookup: () => new Promise(() => undefined) });
    expect(await fetcher('https://app.example/', WANTED)).toMatchObject({ error: { code: 'timeout' } });
  });

  test('a certificate for another name, or of nobody, is refused', async () => {
    const lookup = here;
    const other = createNodeFetcher({ allowPrivate: true, lookup, ca });
    expect(await other(`https://other.example:${port}/`, WANTED)).toMatchObject({
      error: { code: 'unreachable' },
    });
    const untrusting = createNodeFetcher({ allowPrivate: true, lookup });
    expect(await untrusting(`https://app.example:${port}/`, WANTED)).toMatchObject({
      error: { code: 'unreachable' },
    });
    expect(requests).toEqual([]);
  });
});

describe('nobody is asked', () => {
  test.each([
    ['a private address', [{ address: '10.0.0.1', family: 4 }]],
    ['this machine', [{ address: '127.0.0.1', family: 4 }]],
    ['this machine over IPv6', [{ address: '::1', family: 6 }]],
    [
      'one public and one private address',
      [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    ],
    ['a mapped address', [{ address: '::ffff:127.0.0.1', family: 6 }]],
  ])('when the name leads to %s', async (_name, addresses) => {
    const fetcher = createNodeFetcher({ lookup: async () => addresses, ca });
    const refused = await fetcher(`https://app.example:${port}/`, WANTED);
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_public' } });
    // What the name resolved to is nobody's business.
    expect(JSON.stringify(refused)).not.toMatch(/\d+\.\d+\.\d+|::/);
    expect(connections).toBe(0);
  });

  test.each(['https://127.0.0.1', 'https://localhost', 'https://[::1]', 'https://2130706433'])(
    'at %s',
    async (base) => {
      const fetcher = createNodeFetcher({ ca });
      expect(await fetcher(`${base}:${port}/`, WANTED)).toMatchObject({ error: { code: 'not_public' } });
      expect(connections).toBe(0);
    },
  );

  test('when a name has no address', async () => {
    const none = createNodeFetcher({ lookup: async () => [] });
    expect(await none('https://app.example/', WANTED)).toMatchObject({ error: { code: 'unreachable' } });
    const unknown = createNodeFetcher({ lookup: async () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await unknown('https://app.example/', WANTED)).toMatchObject({ error: { code: 'unreachable' } });
  });
});

test('a name is resolved once: a second answer cannot lead elsewhere', async () => {
  let lookups = 0;
  const rebinding: Lookup = async () => {
    lookups += 1;
    // TEST-NET would answer never; what counts is that nobody asks a second time.
    return lookups === 1 ? [{ address: '8.8.8.8', family: 4 }] : [{ address: '127.0.0.1', family: 4 }];
  };
  const fetcher = createNodeFetcher({ lookup: rebinding, ca });
  const fetched = await fetcher(`https://app.example:${port}/`, { ...WANTED, timeoutMilliseconds: 300 });
  expect(fetched.ok).toBe(false);
  expect(lookups).toBe(1);
  expect(connections).toBe(0);
});
