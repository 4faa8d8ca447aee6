import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Dependencies } from '../../src/cli/dependencies.ts';
import { main } from '../../src/cli/main.ts';
import { err, ok } from '../../src/domain/result.ts';
import { createApp } from '../../src/http/app.ts';
import { localIssuer } from '../../src/node/local-issuer.ts';
import { localRegistrar } from '../../src/node/registrar/local-registrar.ts';
import type { TestIssuer } from '../support/issuer.ts';

export type Ran = { readonly code: number; readonly out: string; readonly error: string };

export type World = {
  readonly fetch: typeof fetch;
  readonly now?: () => number;
  readonly token?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What somebody at the terminal answers; nobody is there when it is left out. */
  readonly answer?: boolean;
  readonly columns?: number;
  /** What happens while a command waits. */
  readonly wait?: (seconds: number) => Promise<void>;
  /** When a server is told to stop; as soon as it serves unless said. */
  readonly untilStopped?: () => Promise<void>;
};

/** A person at a command line with files of their own, in this process. */
export type CommandLine = {
  readonly files: Map<string, string>;
  /** Questions that were asked. */
  readonly questions: string[];
  readonly run: (...args: readonly string[]) => Promise<Ran>;
};

export function commandLine(world: World): CommandLine {
  const files = new Map<string, string>();
  const questions: string[] = [];
  return {
    files,
    questions,
    run: async (...args) => {
      let [out, error] = ['', ''];
      const isTTY = world.columns !== undefined;
      const deps: Dependencies = {
        fetch: world.fetch,
        stdout: { write: (text) => void (out += text), isTTY, columns: world.columns },
        stderr: { write: (text) => void (error += text), isTTY: false, columns: undefined },
        environment: {
          ...(world.token === undefined ? {} : { IMPRIMATUR_TOKEN: world.token }),
          ...world.environment,
        },
        files: {
          read: async (path) => {
            const text = files.get(path);
            return text === undefined ? err(`there is no file ${path}`) : ok(text);
          },
          lines: (path) => linesOf(files.get(path) ?? ''),
          create: async (path, text) => {
            if (files.has(path)) return err(`${path} exists; nothing is overwritten`);
            let whole = '';
            for await (const piece of text) whole += piece;
            files.set(path, whole);
            return ok(undefined);
          },
        },
        now: world.now ?? (() => Math.floor(Date.now() / 1000)),
        randomUuid: () => randomUUID(),
        wait: world.wait ?? (() => setImmediate()),
        confirm:
          world.answer === undefined
            ? undefined
            : async (question) => {
                questions.push(question);
                return world.answer === true;
              },
        untilStopped: world.untilStopped ?? (() => setImmediate()),
        registrar: async () => localRegistrar,
        local: async () => localIssuer,
      };
      const code = await main(args, deps);
      return { code, out, error };
    },
  };
}

/** The real application, reached without a network. */
export function appFetch(test: TestIssuer): typeof fetch {
  const app = createApp(test);
  return async (input, init) => app.fetch(new Request(input, init));
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}
