import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scene, type Scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openTo } from '../management/support/clients.ts';
import { bodyOf, endlessly, post, streamed } from './support/streamed.ts';

const MAX_OCTETS = 64 * 1024;
const TEXT = JSON.stringify({ redirect_uris: [CALLBACK] });

const open = () => scene({ policy: openTo() });

/** Posts a text that is to be refused, and gives the status. */
async function refusedText(at: Scene, body: string): Promise<number> {
  return (await changingNothing(at, () => at.call('POST', '', { body }))).status;
}

describe('the size of a body', () => {
  it('may be 64 KiB and not an octet more', async () => {
    const at = await open();
    expect((await post(at, bodyOf(MAX_OCTETS))).status).toBe(201);
    expect((await post(at, bodyOf(MAX_OCTETS + 1))).status).toBe(413);
    expect(await at.registrar.inventory({})).toHaveLength(1);
  });

  it.each([String(MAX_OCTETS + 1), '9'.repeat(30), 'Infinity'])(
    'is refused unread when content-length says %s',
    async (length) => {
      const at = await open();
      const { body, taken } = streamed(endlessly(new Uint8Array(1024)));
      const response = await post(at, body, { 'content-length': length });
      expect(response.status).toBe(413);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ error: 'invalid_request' });
      expect(taken()).toBe(0);
    },
  );

  it.each([{}, { 'content-length': '10' }, { 'content-length': '-1' }, { 'content-length': 'ten' }])(
    'is counted while it is read, whatever the headers say: %j',
    async (headers) => {
      const at = await open();
      const { body, taken, isCancelled } = streamed(endlessly(new Uint8Array(1024).fill(0x20)));
      expect((await post(at, body, headers)).status).toBe(413);
      expect(taken()).toBe(MAX_OCTETS + 1024);
      expect(isCancelled()).toBe(true);
    },
  );
});

describe('the media type of a body', () => {
  it.each(['application/json', 'Application/JSON', 'application/json;charset=utf-8', 'application/json ; x'])(
    'may be %s',
    async (type) => {
      const at = await open();
      const { status } = await at.call('POST', '', { body: TEXT, headers: { 'content-type': type } });
      expect(status).toBe(201);
    },
  );

  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application/jsonp',
    'application/merge-patch+json',
    'text/plain; application/json',
    'text/plain, application/json',
  ])('is refused when it is %j', async (type) => {
    const at = await open();
    const sent = { body: TEXT, headers: { 'content-type': type } };
    const { status, body } = await changingNothing(at, () => at.call('POST', '', sent));
    expect(status).toBe(415);
    expect(body['error']).toBe('invalid_request');
  });
});

describe('the JSON of a body', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)},${TEXT.slice(1)}`;

  it('is twenty levels deep at most', async () => {
    const at = await open();
    expect(await refusedText(at, nested(21))).toBe(400);
    expect(await refusedText(at, nested(20_000))).toBe(400);
    expect((await at.call('POST', '', { body: nested(20) })).status).toBe(201);
  });

  it.each([
    ['a member twice', `{"scope":"a","scope":"b",${TEXT.slice(1)}`],
    ['a member twice, once escaped', `{"scope":"a","\\u0073cope":"b",${TEXT.slice(1)}`],
    ['a member twice inside', `{"jwks":{"keys":[],"keys":[]},${TEXT.slice(1)}`],
    ['a member __proto__', `{"__proto__":{"scope":"admin"},${TEXT.slice(1)}`],
    ['a lone surrogate', `{"client_name":"\\ud800",${TEXT.slice(1)}`],
    ['a number beyond any', `{"default_max_age":1e999,${TEXT.slice(1)}`],
    ['text after its end', `${TEXT}x`],
    ['two values', `${TEXT}${TEXT}`],
    ['a comment', `${TEXT}// x`],
    ['a comma too many', `${TEXT.slice(0, -1)},}`],
    ['no end', TEXT.slice(0, -1)],
    ['nothing but space', '  '],
    ['nothing', ''],
  ])('does not hold %s', async (_what, text) => {
    const at = await open();
    expect(await refusedText(at, text)).toBe(400);
  });
});

describe('the encoding of a body', () => {
  it.each([
    ['UTF-16', Buffer.from(TEXT, 'utf16le')],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TEXT, 'utf16le')])],
    ['Latin-1', Buffer.from(`{"client_name":"Caf\u00e9",${TEXT.slice(1)}`, 'latin1')],
    ['overlong UTF-8', Buffer.concat([Buffer.from([0xc0, 0xaf]), Buffer.from(TEXT)])],
    ['UTF-8 that breaks off', Buffer.concat([Buffer.from(TEXT), Buffer.from([0xe2, 0x82])])],
    ['gzip', gzipSync(TEXT)],
  ])('is not %s', async (_what, octets) => {
    const at = await open();
    const response = await post(at, new Uint8Array(octets));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_client_metadata' });
    expect(await at.registrar.inventory({})).toEqual([]);
  });

  it('may be cut anywhere between its octets', async () => {
    const at = await open();
    const client_name = '\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8 \u{1f511}';
    const octets = new TextEncoder().encode(JSON.stringify({ client_name, redirect_uris: [CALLBACK] }));
    const response = await post(at, streamed(Array.from(octets, (octet) => Uint8Array.of(octet))).body);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ client_name });
  });

  it('is given up when the client breaks off', async () => {
    const at = await open();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('aborted')),
    });
    expect((await post(at, body)).status).toBe(400);
  });
});

it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('a %s is not how to register', async (method) => {
  const at = await open();
  const { status, headers } = await at.call(method, '');
  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('POST');
});

it('clients in browsers may register from any origin, without cookies', async () => {
  const at = await open();
  const headers = { origin: 'https://client.example.org', 'access-control-request-method': 'POST' };
  const preflight = await at.call('OPTIONS', '', { headers });
  const answer = await at.call('POST', '', { body: TEXT, headers });
  expect(preflight.headers.get('access-control-allow-headers')).toBe('Authorization,Content-Type');
  for (const sent of [preflight, answer]) {
    expect(sent.headers.get('access-control-allow-origin')).toBe('*');
    expect(sent.headers.get('access-control-allow-credentials')).toBeNull();
  }
});
