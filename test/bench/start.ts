import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Bench } from './bench.ts';
import { REAL_SERVER, scriptOf } from './child.ts';
import { sizeOnDisk } from './dataset.ts';
import { alternate, megabytes, memoryOf, milliseconds, type Measurement } from './measure.ts';

const BAR_MILLISECONDS = 1_000;
const BAR_OCTETS = 200 * 2 ** 20;

/** From the start of the process to the first JWK Set, with a large database on disk. */
export async function start(bench: Bench): Promise<readonly Measurement[]> {
  const dataset = await bench.large();
  const script = await scriptOf(REAL_SERVER);
  const bare = await scriptOf('test/bench/bare-server.ts');
  const port = await freePort();
  let memory = 0;
  const ours = async () => {
    const environment = { ...dataset.environment, IMPRIMATUR_PORT: String(port) };
    const started = performance.now();
    const child = spawn(process.execPath, [script], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], ...environment },
    });
    const exited = once(child, 'exit');
    for (;;) {
      const status = await fetch(`http://127.0.0.1:${port}/jwks`, { headers: { connection: 'close' } }).then(
        async (response) => (await response.text(), response.status),
        () => 0,
      );
      if (status === 200) break;
      if (child.exitCode !== null) throw new Error('the server ended');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const took = performance.now() - started;
    memory = Math.max(memory, memoryOf(child.pid ?? 0).peak);
    child.kill('SIGTERM');
    await exited;
    return took;
  };
  const baseline = async () => {
    const started = performance.now();
    const child = spawn(process.execPath, [bare, JSON.stringify({ body: '', headers: {} })], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    const took = performance.now() - started;
    child.kill('SIGTERM');
    await exited;
    return took;
  };
  const seen = await alternate(bench.rounds + 2, { ours, baseline });
  const statements = dataset.size.statements.toLocaleString('en');
  return [
    {
      work: `start to the first JWK Set, ${statements} statements (${megabytes(sizeOnDisk(dataset))})`,
      ours: milliseconds(seen.ours),
      baseline: `${milliseconds(BAR_MILLISECONDS)}, fixed`,
      ratio: seen.ours / BAR_MILLISECONDS,
      bar: 1,
      wanted: 'at most',
      note: `an empty node:http process listens after ${milliseconds(seen.baseline)}`,
    },
    {
      work: 'memory by then, at most',
      ours: megabytes(memory),
      baseline: `${megabytes(BAR_OCTETS)}, fixed`,
      ratio: memory / BAR_OCTETS,
      bar: 1,
      wanted: 'at most',
    },
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
