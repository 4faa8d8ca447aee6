import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { processorTimeOf } from './measure.ts';

const AUTOCANNON = fileURLToPath(new URL('../../node_modules/autocannon/autocannon.js', import.meta.url));
const CONNECTIONS = 32;

const report = z.object({
  requests: z.object({ total: z.number() }),
  duration: z.number(),
  non2xx: z.number(),
  errors: z.number(),
  statusCodeStats: z.record(z.string(), z.object({ count: z.number() })),
});

export type Load = {
  readonly perSecond: number;
  /** Microseconds of the server's processor time a request. */
  readonly processorMicroseconds: number;
};

/**
 * Keep-alive connections, 32 of them, each asking again as soon as it is answered, from a process of its own.
 *
 * @param request.pid of the server, for its processor time
 * @param request.status what every answer must be
 */
export async function load(request: {
  readonly url: string;
  readonly pid: number;
  readonly seconds: number;
  readonly status: number;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}): Promise<Load> {
  const { url, pid, seconds, status, method = 'GET', headers = {}, body } = request;
  const before = processorTimeOf(pid);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      AUTOCANNON,
      '--json',
      '--no-progress',
      `--connections=${CONNECTIONS}`,
      `--duration=${seconds}`,
      `--method=${method}`,
      ...Object.entries(headers).flatMap(([name, value]) => ['--headers', `${name}=${value}`]),
      ...(body === undefined ? [] : ['--body', body]),
      url,
    ],
    { maxBuffer: 2 ** 24 },
  );
  const used = processorTimeOf(pid) - before;
  const seen = report.parse(JSON.parse(stdout));
  const answered = seen.statusCodeStats[String(status)]?.count ?? 0;
  const others = Object.keys(seen.statusCodeStats).filter((code) => code !== String(status));
  if (seen.errors > 0 || others.length > 0 || answered === 0)
    throw new Error(`${url}: ${seen.errors} errors, ${JSON.stringify(seen.statusCodeStats)}`);
  return { perSecond: answered / seen.duration, processorMicroseconds: used / answered };
}
