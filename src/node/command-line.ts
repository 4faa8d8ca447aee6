import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { Dependencies, Files, Output } from '../cli/dependencies.ts';
import { main } from '../cli/main.ts';
import { err, ok } from '../domain/result.ts';

/** The `imprimatur` command on this machine. Gives the exit code. */
export function runCommandLine(args: readonly string[]): Promise<number> {
  return main(args, nodeDependencies());
}

function nodeDependencies(): Dependencies {
  return {
    fetch,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    environment: process.env,
    files,
    now: () => Math.floor(Date.now() / 1000),
    randomUuid: () => randomUUID(),
    wait: (seconds) => setTimeout(seconds * 1_000),
    confirm: process.stdin.isTTY && process.stderr.isTTY ? confirmOnTerminal : undefined,
    untilStopped,
    // Loaded on demand: most commands only talk to a server and should start at once.
    local: async () => (await import('./local-issuer.ts')).localIssuer,
    registrar: async () => (await import('./registrar/local-registrar.ts')).localRegistrar,
  };
}

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    columns: stream.isTTY ? stream.columns : undefined,
  };
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function confirmOnTerminal(question: string): Promise<boolean> {
  return new Promise((resolve) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    terminal.question(`${question} [y/N] `, (answer) => {
      terminal.close();
      resolve(/^y(es)?$/i.test(answer.trim()));
    });
  });
}

const files: Files = {
  read: async (path, maxOctets) => {
    try {
      if (path === '-') return await readStandardInput(maxOctets);
      const { size } = await stat(path);
      return size > maxOctets
        ? err(`${path} has ${size} octets; at most ${maxOctets} are read`)
        : ok(await readFile(path, 'utf8'));
    } catch (error) {
      return err(sentenceOf(path, error));
    }
  },
  lines: (path) =>
    createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY }),
  create: async (path, text) => {
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const piece of text) await file.write(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      return ok(undefined);
    } catch (error) {
      return err(sentenceOf(path, error));
    }
  },
};

async function readStandardInput(maxOctets: number) {
  const pieces: Buffer[] = [];
  let octets = 0;
  for await (const piece of process.stdin) {
    const buffer = Buffer.from(piece);
    octets += buffer.length;
    if (octets > maxOctets) return err(`standard input has more than ${maxOctets} octets`);
    pieces.push(buffer);
  }
  return ok(Buffer.concat(pieces).toString('utf8'));
}

function sentenceOf(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `there is no file ${path}`;
  if (code === 'EEXIST') return `${path} exists; nothing is overwritten`;
  if (code === 'EISDIR') return `${path} is a directory`;
  if (code === 'EACCES') return `${path} may not be opened`;
  return `${path}: ${error instanceof Error ? error.message : String(error)}`;
}
