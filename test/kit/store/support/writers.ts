import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundle, type Script } from '../../../support/server-process.ts';

export type Writer = {
  /** Resolves once the store is open, or the process ended before. */
  readonly ready: Promise<void>;
  /** Resolves once so many ids were answered, or the process ended before. */
  readonly wrote: (ids: number) => Promise<void>;
  readonly kill: () => void;
  /** The ids that were answered, once the process is gone. */
  readonly answered: Promise<{
    readonly ids: readonly string[];
    readonly code: number | null;
    readonly errors: string;
  }>;
};

/** Makes what such a process runs. */
export function writerScript(): Promise<Script> {
  return bundle('test/kit/store/support/writer.ts');
}

/** Starts a process that registers clients: see writer.ts. */
export function startWriter(script: Script, path: string, name: string, count: number): Writer {
  const child = spawn(process.execPath, [script.path, path, name, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const lines = (wanted: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (output.split('\n').length > wanted) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.once('close', () => resolve());
    });
  const closed = once(child, 'close');
  return {
    ready: lines(1),
    wrote: (ids) => lines(ids + 1),
    kill: () => child.kill('SIGKILL'),
    answered: closed.then(() => ({
      ids: output
        .split('\n')
        .slice(0, -1)
        .filter((line) => line !== 'ready'),
      code: child.exitCode,
      errors,
    })),
  };
}
