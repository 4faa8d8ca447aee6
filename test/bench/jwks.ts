import type { Bench } from './bench.ts';
import { REAL_SERVER, scriptOf, startChild } from './child.ts';
import { load } from './load.ts';
import { alternate, median, perSecond, type Measurement } from './measure.ts';

/** `GET /jwks` on the whole server against a bare `node:http` that answers the same bytes and headers. */
export async function jwks(bench: Bench): Promise<readonly Measurement[]> {
  const { environment } = await bench.small();
  const ours = await startChild(await scriptOf(REAL_SERVER), { environment });
  const sample = await fetch(`${ours.url}/jwks`, { headers: { connection: 'close' } });
  const body = await sample.text();
  const headers = Object.fromEntries(
    [...sample.headers].filter(([name]) => !['connection', 'date', 'keep-alive'].includes(name)),
  );
  const bare = await startChild(await scriptOf('test/bench/bare-server.ts'), {
    arguments: [JSON.stringify({ body, headers })],
  });
  const microseconds: Record<string, number[]> = {};
  const run = (name: string, server: typeof ours, etag?: string) => async () => {
    const seen = await load({
      url: `${server.url}/jwks`,
      pid: server.pid,
      seconds: bench.seconds,
      status: etag === undefined ? 200 : 304,
      ...(etag === undefined ? {} : { headers: { 'if-none-match': etag } }),
    });
    (microseconds[name] ??= []).push(seen.processorMicroseconds);
    return seen.perSecond;
  };
  const etag = sample.headers.get('etag') ?? '';
  // The first pieces only let both compile.
  await load({ url: `${ours.url}/jwks`, pid: ours.pid, seconds: 1, status: 200 });
  await load({ url: `${bare.url}/jwks`, pid: bare.pid, seconds: 1, status: 200 });
  const seen = await alternate(bench.rounds, {
    ours: run('ours', ours),
    bare: run('bare', bare),
    ours304: run('ours304', ours, etag),
    bare304: run('bare304', bare, etag),
  });
  await Promise.all([ours.stop(), bare.stop()]);
  const cost = (name: string) => `${median(microseconds[name] ?? []).toFixed(1)} µs`;
  return [
    {
      work: 'GET /jwks, 32 connections',
      ours: perSecond(seen.ours),
      baseline: `${perSecond(seen.bare)} bare node:http`,
      ratio: seen.ours / seen.bare,
      bar: 0.85,
      wanted: 'at least',
      note: `processor time a request: ${cost('ours')}, bare ${cost('bare')}`,
    },
    {
      work: 'GET /jwks, If-None-Match, 304',
      ours: perSecond(seen.ours304),
      baseline: `${perSecond(seen.bare304)} bare node:http`,
      ratio: seen.ours304 / seen.bare304,
      bar: 0.85,
      wanted: 'at least',
      note: `processor time a request: ${cost('ours304')}, bare ${cost('bare304')}; 304 against our own 200: ${(seen.ours304 / seen.ours).toFixed(2)}`,
    },
  ];
}
