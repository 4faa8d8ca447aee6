/** Rows of a page of the console. */
export const PAGE_ROWS = 50;

/** The page to read next: one row more than is shown says whether another page follows. */
export function pageAfter(query: URLSearchParams): {
  readonly after: string | undefined;
  readonly limit: number;
} {
  return { after: query.get('after') ?? undefined, limit: PAGE_ROWS + 1 };
}

/** The rows to be shown, and where the next page begins. */
export function paged<T>(
  rows: readonly T[],
  idOf: (row: T) => string,
): { readonly rows: readonly T[]; readonly next: string | undefined } {
  const shown = rows.slice(0, PAGE_ROWS);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > PAGE_ROWS && last !== undefined ? idOf(last) : undefined };
}

/** A filter of a list: what was written into it, or undefined when it is empty. */
export function filterOf(query: URLSearchParams, name: string): string | undefined {
  const text = (query.get(name) ?? '').trim();
  return text === '' ? undefined : text;
}

/** A filter that must be one of these; anything else is no filter. */
export function choiceOf<T extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly T[],
): T | undefined {
  return choices.find((choice) => choice === query.get(name));
}
