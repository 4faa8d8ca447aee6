import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { fetchText } from '../../../src/kit/fetch-document.ts';
import { expectRefusal } from '../../support/issuer.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(cleanUp.splice(0).map((work) => work()));
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const get = (issuer: string) =>
  fetchText(`${issuer}/document`, { accept: '*/*', maxOctets: 1_000_000 }, { fetch, issuer });

test('the timeout holds for a body that drips without end', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new DOMException('late', 'TimeoutError')), 300);
    return abort.signal;
  });
  let closed = false;
  const issuer = await serve((_request, response) => {
    response.write('{');
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => {
      clearInterval(drip);
      closed = true;
    });
  });
  expect(expectRefusal(await get(issuer))).toContain('no answer in time');
  expect(timeout).toHaveBeenCalledWith(5_000);
  await vi.waitFor(() => expect(closed).toBe(true));
});

test.each([302, 404, 500])(
  'the body of an answer %i is not waited for, and its connection is let go',
  async (status) => {
    let closed = false;
    const issuer = await serve((_request, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/' });
      const drip = setInterval(() => response.write('x'.repeat(1_000)), 5);
      response.on('close', () => {
        clearInterval(drip);
        closed = true;
      });
    });
    expect(expectRefusal(await get(issuer))).toContain(
      status === 302 ? 'redirects elsewhere' : `answered ${status}`,
    );
    await vi.waitFor(() => expect(closed).toBe(true));
  },
);

test('an answer that breaks off', async () => {
  const issuer = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{', () => response.destroy());
  });
  expect(expectRefusal(await get(issuer))).toContain('the connection broke');
});

test('nothing listens', async () => {
  const issuer = await serve(() => undefined);
  await Promise.all(cleanUp.splice(0).map((work) => work()));
  expect(expectRefusal(await get(issuer))).toContain('nothing listens there');
});
