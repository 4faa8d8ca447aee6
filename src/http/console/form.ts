/** What a form sent: every value is text, and a field that is not there is empty. */
export type Form = {
  /** The first value of a field, without white space around it; empty when it is not there. */
  readonly text: (name: string) => string;
  /** The first value as it was typed, line ends as `\n`. */
  readonly raw: (name: string) => string;
  /** Every value of a field. */
  readonly all: (name: string) => readonly string[];
  /** The lines of a field that are not empty, each without white space around it. */
  readonly lines: (name: string) => readonly string[];
  readonly has: (name: string) => boolean;
};

export const NO_FORM: Form = formOf(new URLSearchParams());

/** Reads application/x-www-form-urlencoded (URL Standard §5.1). */
export function formOf(parameters: URLSearchParams): Form {
  const raw = (name: string) => (parameters.get(name) ?? '').replaceAll(/\r\n?/g, '\n');
  return {
    raw,
    text: (name) => raw(name).trim(),
    all: (name) => parameters.getAll(name),
    lines: (name) =>
      raw(name)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    has: (name) => parameters.has(name),
  };
}
