import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_MILLISECONDS = 30_000;

/** A server of the demonstration, in a process of its own. */
export type Served = { readonly url: string; readonly stop: () => Promise<void> };

/**
 * Starts a program of this repository and waits until it answers.
 *
 * @param probe path that answers 200 as soon as the server serves
 * @param environment what the program sees beside PATH and HOME; nothing of the caller's settings leaks in
 */
export async function startProgram(options: {
  readonly args: readonly string[];
  readonly url: string;
  readonly probe: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<Served> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, options.args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH, HOME, NODE_NO_WARNINGS: '1', ...options.environment },
    // A Ctrl-C in the terminal is for the demonstration, which stops its servers itself.
    detached: true,
  });
  process.once('exit', () => child.kill());
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const stop = () => end(child);
  for (const until = Date.now() + READY_MILLISECONDS; Date.now() < until; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`${options.args[0]} ended: ${said}`);
    if (await answers(`${options.url}${options.probe}`)) return { url: options.url, stop };
  }
  await stop();
  throw new Error(`${options.args[0]} does not answer: ${said}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(forced);
}

/** The preferred port if nobody listens there, else a free one. */
export async function freePort(preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => (preferred === 0 ? reject(new Error('no free port')) : resolve(freePort())));
    probe.listen(preferred, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : preferred;
      probe.close(() => resolve(port));
    });
  });
}
