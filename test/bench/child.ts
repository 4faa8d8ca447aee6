import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { bundle } from '../support/server-process.ts';

/** A server in a process of its own. */
export type Child = { readonly url: string; readonly pid: number; readonly stop: () => Promise<void> };

const listening = z.object({ url: z.string() });

/** Starts a script that prints one JSON line with its `url` when it listens. Its log goes nowhere. */
export async function startChild(
  script: string,
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly arguments?: readonly string[];
  } = {},
): Promise<Child> {
  const profile = process.env['BENCH_CPU_PROFILE'];
  const nodeArguments = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...nodeArguments, script, ...(options.arguments ?? [])], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ...options.environment },
  });
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(listening.parse(JSON.parse(line)).url);
    });
    void exited.then(() => reject(new Error(`${script} ended before it listened`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

const scripts = new Map<string, ReturnType<typeof bundle>>();

/** The path of a script put into one file; made once a run. */
export async function scriptOf(entry: string): Promise<string> {
  const made = scripts.get(entry) ?? bundle(entry);
  scripts.set(entry, made);
  return (await made).path;
}

/** Removes what `scriptOf` made. */
export async function removeScripts(): Promise<void> {
  for (const script of scripts.values()) (await script).remove();
}

export const REAL_SERVER = 'test/support/serve.ts';
