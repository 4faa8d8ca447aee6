import { InvalidArgumentError } from 'commander';

/** One argument or option of a command: how it is declared, and how what was typed becomes a value. */
export type Input<T> = {
  readonly kind: 'argument' | 'option';
  /** Key of the raw value: the argument's name, or the option as commander camel-cases it. */
  readonly key: string;
  /** For options as commander writes them: `--reason <text>`. */
  readonly flags: string;
  readonly description: string;
  readonly required: boolean;
  readonly choices?: readonly string[] | undefined;
  readonly repeatable?: boolean | undefined;
  /** Turns one typed text into a value; throws InvalidArgumentError, which is commander's way to refuse. */
  readonly parseText?: ((text: string) => unknown) | undefined;
  readonly read: (raw: unknown) => T;
};

/** Reads the value of a declared input. */
export type Get = <T>(input: Input<T>) => T;

export function argument(name: string, description: string): Input<string> {
  return { kind: 'argument', key: name, flags: `<${name}>`, description, required: true, read: textOf };
}

export function optionalArgument(name: string, description: string): Input<string | undefined> {
  return {
    kind: 'argument',
    key: name,
    flags: `[${name}]`,
    description,
    required: false,
    read: maybeTextOf,
  };
}

/** An argument that is one of a few words. */
export function chosenArgument(name: string, description: string, choices: readonly string[]): Input<string> {
  return { ...argument(name, description), choices };
}

/** An option that may be left out. */
export function option(flags: string, description: string): Input<string | undefined> {
  return { ...base(flags, description), required: false, read: maybeTextOf };
}

/** An option that must be given. */
export function neededOption(flags: string, description: string): Input<string> {
  return { ...base(flags, description), required: true, read: textOf };
}

/** An option that is one of a few words. */
export function choice<T extends string>(
  flags: string,
  description: string,
  choices: readonly T[],
): Input<T | undefined> {
  return {
    ...base(flags, description),
    required: false,
    choices,
    read: (raw) => choices.find((known) => known === raw),
  };
}

/** An option that may be repeated. */
export function many(
  flags: string,
  description: string,
  choices?: readonly string[],
): Input<readonly string[]> {
  return { ...base(flags, description), required: false, repeatable: true, choices, read: textsOf };
}

export function flag(flags: string, description: string): Input<boolean> {
  return { ...base(flags, description), required: false, read: (raw) => raw === true };
}

/** A whole number within bounds. */
export function count(
  flags: string,
  description: string,
  bounds: { readonly min: number; readonly max: number },
): Input<number | undefined> {
  return {
    ...base(flags, description),
    required: false,
    parseText: (text) => {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
      throw new InvalidArgumentError(`It must be a whole number from ${bounds.min} to ${bounds.max}.`);
    },
    read: maybeNumberOf,
  };
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
};

/** A duration such as `90d`, `12h` or `3600s`; gives seconds. */
export function duration(flags: string, description: string): Input<number | undefined> {
  return {
    ...base(flags, description),
    required: false,
    parseText: (text) => {
      const [, digits, unit = 's'] = /^(\d{1,10})([smhdwy])?$/.exec(text) ?? [];
      const seconds = Number(digits) * (UNITS[unit] ?? Number.NaN);
      if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
      throw new InvalidArgumentError('It must be a number and s, m, h, d, w or y, such as 90d.');
    },
    read: maybeNumberOf,
  };
}

function base(
  flags: string,
  description: string,
): Pick<Input<unknown>, 'kind' | 'key' | 'flags' | 'description'> {
  const [, long = ''] = /--([a-z-]+)/.exec(flags) ?? [];
  const key = long.replaceAll(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return { kind: 'option', key, flags, description };
}

function textOf(raw: unknown): string {
  if (typeof raw !== 'string') throw new TypeError('a required input was not given');
  return raw;
}

function maybeTextOf(raw: unknown): string | undefined {
  return typeof raw === 'string' ? raw : undefined;
}

function textsOf(raw: unknown): readonly string[] {
  return Array.isArray(raw) ? raw.filter((item) => typeof item === 'string') : [];
}

function maybeNumberOf(raw: unknown): number | undefined {
  return typeof raw === 'number' ? raw : undefined;
}
