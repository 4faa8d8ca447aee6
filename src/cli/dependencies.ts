import type { Result } from '../domain/result.ts';
import type { LocalIssuer } from './local.ts';
import type { LocalRegistrar } from './local-registrar.ts';

/** A stream people or programs read. */
export type Output = {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  /** Characters a line; undefined where nothing wraps (a file, a pipe). */
  readonly columns: number | undefined;
};

/** Files of this machine; refusals are sentences such as "there is no file x". */
export type Files = {
  /** Whole text, at most `maxOctets`; `-` is standard input. */
  readonly read: (path: string, maxOctets: number) => Promise<Result<string, string>>;
  /** Lines of a text file, read again from its start by every call. */
  readonly lines: (path: string) => AsyncIterable<string>;
  /** Makes a new file that only its owner can read; never overwrites. */
  readonly create: (path: string, text: AsyncIterable<string>) => Promise<Result<void, string>>;
};

/** What commands ask of the world, so that a test can call them in its own process. */
export type Dependencies = {
  readonly fetch: typeof fetch;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly files: Files;
  /** NumericDate, seconds. */
  readonly now: () => number;
  readonly randomUuid: () => string;
  /** Lets so many seconds pass. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Asks a yes-or-no question; undefined where nobody can answer (no TTY). */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Resolves when the process is told to stop. */
  readonly untilStopped: () => Promise<void>;
  /** The adapters of this machine, loaded when first asked for: most commands need no database. */
  readonly local: () => Promise<LocalIssuer>;
  /** The same for the registration server of this machine. */
  readonly registrar: () => Promise<LocalRegistrar>;
};
