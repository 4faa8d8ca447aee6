import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { MAX_NAME_CHARACTERS, nameProblem } from '../../domain/name.ts';
import { ACTION_NAMES, isAction, ISSUER_ROLES } from '../../domain/access.ts';

/** Shapes that several endpoints share. */
export const text = (max: number) =>
  z.string().trim().min(1, 'must not be empty').max(max, `must have at most ${max} characters`);
/** Names of people, publishers and software; the use cases look at them again. */
export const name = text(MAX_NAME_CHARACTERS).superRefine((value, { issues }) => {
  const problem = nameProblem(value);
  if (problem !== undefined && issues.length === 0)
    issues.push({ code: 'custom', message: problem, input: value });
});
export const reason = text(2_000).describe('why; kept in the ledger');
export const id = z.string().max(200);
export const seconds = z.int();
export const numericDate = z.int().describe('NumericDate, seconds since the epoch');

export const scope = z.string().refine(isAction, `must be one of ${ACTION_NAMES.join(', ')}`);
export const role = z.enum(ISSUER_ROLES);

/** `limit` and `after` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('items a page, at most 200'),
  after: z.string().max(200).optional().describe('`next` of the page before'),
};

export const pageOf = (item: z.ZodType) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('pass as `after`; null on the last page'),
  });

/** Any JSON object, in a reply. */
export const jsonObject = z.record(z.string(), z.unknown());

/** Any JSON value, in a request: it came out of `parseJson`, so that its depth and size are bounded. */
export const jsonValue = z.custom<JsonValue>((value) => value !== undefined, 'is missing');

/** A JSON object of any members, in a request: bounded like `jsonValue`. */
export const givenObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

/**
 * One page out of `limit + 1` rows: the extra row only says that there is another page.
 *
 * @param idOf names the item after which the next page begins
 */
export function page<T, U>(
  rows: readonly T[],
  limit: number,
  idOf: (row: T) => string,
  represent: (row: T) => U,
): { readonly items: readonly U[]; readonly next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(represent), next: rows.length > limit && last !== undefined ? idOf(last) : null };
}

/** The ETag of a thing with a version, as If-Match takes it back. */
export function versionTag(version: number): Readonly<Record<string, string>> {
  return { etag: `"${version}"` };
}
