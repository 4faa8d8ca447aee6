import { describe, expect, test } from 'vitest';
import { createWebFetcher } from '../../src/fetcher/web-fetcher.ts';

const WANTED = { accept: ['application/json'], maxOctets: 100, timeoutMilliseconds: 300 };
const URL_TEXT = 'https://app.example/jwks';

function answering(answer: (init: RequestInit | undefined) => Response | Promise<Response>) {
  const asked: string[] = [];
  const fetcher = createWebFetcher({
    fetch: async (input, init) => {
      asked.push(input instanceof Request ? input.url : String(input));
      return answer(init);
    },
  });
  return { asked, fetcher };
}

const json = (text: string, headers: Record<string, string> = {}) =>
  new Response(text, { headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });

describe('guarded fetch over the platform’s own', () => {
  test('gives a document with how long it may be kept', async () => {
    const { fetcher } = answering(() => json('{}', { etag: '"1"', 'cache-control': 'public, max-age=60' }));
    expect(await fetcher(URL_TEXT, WANTED)).toEqual({
      ok: true,
      value: {
        url: URL_TEXT,
        status: 200,
        contentType: 'application/json',
        octets: new TextEncoder().encode('{}'),
        etag: '"1"',
        maxAgeSeconds: 60,
      },
    });
  });

  test('asks with its etag only, and takes 304 for an answer then', async () => {
    let sent: Headers | undefined;
    const { fetcher } = answering((init) => {
      sent = new Headers(init?.headers);
      return new Response(null, { status: 304 });
    });
    expect(await fetcher(URL_TEXT, { ...WANTED, etag: '"1"' })).toMatchObject({
      ok: true,
      value: { status: 304 },
    });
    expect([...(sent?.keys() ?? [])].toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'if-none-match',
      'user-agent',
    ]);
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ ok: false, error: { code: 'redirect' } });
  });

  test.each([
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://169.254.169.254/' } }),
      'redirect',
    ],
    ['an error', () => new Response('', { status: 500 }), 'status'],
    ['another type', () => new Response('<p>', { headers: { 'content-type': 'text/html' } }), 'content_type'],
    ['no type', () => new Response(new Uint8Array(2)), 'content_type'],
    ['too much, as it says itself', () => json('{}', { 'content-length': '101' }), 'too_large'],
    ['too much', () => json('x'.repeat(101)), 'too_large'],
    ['nothing', () => Promise.reject(new TypeError('fetch failed')), 'unreachable'],
  ])('%s is refused', async (_name, answer, code) => {
    const { fetcher } = answering(answer);
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ ok: false, error: { code } });
  });

  test('a body without end is not read to its end', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(50));
      },
    });
    const { fetcher } = answering(
      () => new Response(endless, { headers: { 'content-type': 'application/json' } }),
    );
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ error: { code: 'too_large' } });
    expect(pulled).toBeLessThan(6);
  });

  test('whoever does not answer in time is left', async () => {
    const { fetcher } = answering(
      (init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ error: { code: 'timeout' } });
  });

  test('a body that stalls meets the deadline, whether the platform heeds the signal or not', async () => {
    let cancelled = false;
    const stalled = new ReadableStream<Uint8Array>({
      pull: () => new Promise(() => undefined),
      cancel: () => {
        cancelled = true;
        return new Promise(() => undefined);
      },
    });
    const { fetcher } = answering(
      () => new Response(stalled, { headers: { 'content-type': 'application/json' } }),
    );
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ error: { code: 'timeout' } });
    expect(cancelled).toBe(true);
  });

  test('a platform that never answers meets the deadline', async () => {
    const { fetcher } = answering(() => new Promise(() => undefined));
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ error: { code: 'timeout' } });
  });

  test('a refused body is let go of, whatever becomes of it', async () => {
    const failing = new ReadableStream<Uint8Array>({ cancel: () => Promise.reject(new Error('lost')) });
    const { fetcher } = answering(() => new Response(failing, { status: 500 }));
    expect(await fetcher(URL_TEXT, WANTED)).toMatchObject({ error: { code: 'status' } });
  });

  test('what is not public is not asked', async () => {
    const { fetcher, asked } = answering(() => json('{}'));
    for (const text of [
      'http://app.example/',
      'https://localhost/',
      'https://10.0.0.1/',
      'https://u@app.example/',
    ])
      expect((await fetcher(text, WANTED)).ok).toBe(false);
    expect(asked).toEqual([]);
  });
});
