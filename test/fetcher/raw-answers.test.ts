import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createNodeFetcher } from '../../src/fetcher/node-fetcher.ts';

/** What a hostile server can say that node:http would not: octets as they are. */
const WANTED = { accept: ['application/json'], maxOctets: 100, timeoutMilliseconds: 300 };
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** Asks a server that sends these pieces, one every 20 milliseconds. */
async function ask(pieces: readonly string[]) {
  const listening = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const left = pieces.values();
      const timer = setInterval(() => {
        const { done, value } = left.next();
        if (done === true || socket.destroyed) clearInterval(timer);
        else socket.write(value);
      }, 20);
    });
  });
  server = listening;
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  return createNodeFetcher({ allowPrivate: true })(`http://127.0.0.1:${address.port}/`, WANTED);
}

test.each([
  [
    'a change of protocol',
    ['HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    'unreachable',
  ],
  ['a broken chunk', [`${HEAD}transfer-encoding: chunked\r\n\r\n`, '2\r\n{}\r\n', 'zz\r\n'], 'unreachable'],
  ['chunks without an end', [`${HEAD}transfer-encoding: chunked\r\n\r\n`, '2\r\n{}\r\n'], 'timeout'],
  [
    'two lengths',
    [`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    'unreachable',
  ],
  ['early hints without end', Array.from({ length: 40 }, () => 'HTTP/1.1 103 Hints\r\n\r\n'), 'timeout'],
  [
    'headers drop by drop',
    ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 40 }, () => 'x: y\r\n')],
    'timeout',
  ],
  ['headers beyond all measure', [`${HEAD}x: ${'y'.repeat(20_000)}\r\n\r\n{}`], 'unreachable'],
  ['another protocol', ['SSH-2.0-OpenSSH_9.6\r\n'], 'unreachable'],
])('%s is refused', async (_name, pieces, code) => {
  const started = performance.now();
  expect(await ask(pieces)).toMatchObject({ ok: false, error: { code } });
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('what comes after the document is not part of it', async () => {
  expect(await ask([`${HEAD}content-length: 2\r\n\r\n{}`, 'HTTP/1.1 200 OK\r\n\r\n'])).toMatchObject({
    ok: true,
    value: { octets: new TextEncoder().encode('{}') },
  });
});
