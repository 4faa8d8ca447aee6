import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';
import { drizzleInside } from '../../docs/make-program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const readyLine = z.object({
  url: z.string(),
  issuer: z.string(),
  founding: z.discriminatedUnion('founded', [
    z.object({ founded: z.literal(false) }),
    z.object({ founded: z.literal(true), kid: z.string(), setupToken: z.string().optional() }),
  ]),
});

/** A script that Node runs as it is: the sources put into one file. */
export type Script = { readonly path: string; readonly remove: () => void };

/** What a server process said on its way to listening. */
export type Ready = z.infer<typeof readyLine>;

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A child that serves, or ends before it does. */
export type ServerProcess = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Rejects with the standard error when the process ends before it listens. */
  readonly ready: Promise<Ready>;
  readonly exited: Promise<Exit>;
  /** What it wrote to standard error so far. */
  readonly stderr: () => string;
};

/**
 * Puts a script and the sources it imports into one file, so that a child starts as fast as the built program does.
 *
 * @param entry path from the project's root
 */
export async function bundle(entry: string): Promise<Script> {
  // Two folders below the root, as `dist/store` is: the migrations are looked for from there.
  const directory = join(ROOT, 'dist', `script-${process.pid}-${bundles++}`);
  const path = join(directory, 'script.js');
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    plugins: [drizzleInside],
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
  });
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

let bundles = 0;

/**
 * Starts a child that serves.
 *
 * @param options.command what stands before Node in the command line, for example `prlimit` with its arguments
 */
export function startServer(options: {
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  readonly command?: readonly string[];
}): ServerProcess {
  const node = [...(options.nodeArguments ?? []), options.script];
  const [program, ...rest] = options.command ?? [];
  const [file, argv] =
    program === undefined ? [process.execPath, node] : [program, [...rest, process.execPath, ...node]];
  const child = spawn(file, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...options.environment },
  });
  alive.add(child);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(() => {
    alive.delete(child);
    return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
  });
  const ready = new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      if (line.startsWith('{')) resolve(readyLine.parse(JSON.parse(line)));
    });
    void exited.then(() => reject(new Error(`the server ended before it listened: ${stderr}`)));
  });
  // Whoever starts a server only to see it refuse never looks at `ready`.
  ready.catch(() => undefined);
  return { child, pid: child.pid ?? 0, ready, exited, stderr: () => stderr };
}

// A test that fails half-way leaves no server behind.
const alive = new Set<ChildProcess>();
process.once('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

/** Ends a server with a signal and waits until it is gone. */
export async function end(server: ServerProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
  if (server.child.exitCode === null && server.child.signalCode === null) server.child.kill(signal);
  return server.exited;
}
