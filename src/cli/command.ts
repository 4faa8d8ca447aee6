import type { Dependencies } from './dependencies.ts';
import type { ExitCode } from './exit-code.ts';
import { count, flag, option, type Get, type Input } from './inputs.ts';

/** One command: declared once; parsing, help, completion and documentation are made from it. */
export type CommandDefinition = {
  /** One word, or a noun and a verb: `publisher create`. */
  readonly path: string;
  /** Whether the group's name alone means this command. */
  readonly isDefault?: true;
  readonly summary: string;
  /** Paragraphs under the summary. */
  readonly description?: string;
  readonly inputs: readonly Input<unknown>[];
  /** Whole command lines without `imprimatur`. */
  readonly examples: readonly [string, ...string[]];
  /** Whether it talks to a running server, and so takes --url and --token-file. */
  readonly remote: boolean;
  readonly run: (get: Get, deps: Dependencies) => Promise<ExitCode>;
};

/** Inputs of every command that talks to a server. */
export const URL_OPTION = option(
  '--url <url>',
  'server (default IMPRIMATUR_URL, else http://localhost:8787)',
);
export const TOKEN_FILE = option(
  '--token-file <file>',
  'file that holds the API token (default IMPRIMATUR_TOKEN, else IMPRIMATUR_TOKEN_FILE)',
);
export const JSON_FLAG = flag('--json', 'print the answer as JSON');

/** Inputs of every list. */
export const LIMIT = count('--limit <number>', 'items a page, at most 200', { min: 1, max: 200 });
export const AFTER = option('--after <cursor>', 'go on after this, as the page before says');

export const YES = flag('--yes', 'do not ask');
export const IDEMPOTENCY_KEY = option(
  '--idempotency-key <key>',
  'name this request, so that repeating it creates nothing twice',
);
