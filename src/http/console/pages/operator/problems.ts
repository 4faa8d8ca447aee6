import type { z } from 'zod';
import type { Refusal } from '../../../../services/refusal.ts';

/** What is wrong with a form: a sentence for each field, by the field's name. */
export type FieldProblems = Readonly<Record<string, string>>;

/**
 * What a schema finds wrong, by the longest field name that the place begins with; the rest of the place is told in the
 * sentence: an item of a list by its line.
 *
 * @param fields names of the fields, members joined by dots
 */
export function problemsOf(error: z.ZodError, fields: readonly string[]): FieldProblems {
  return firstOfEach(
    error.issues.map(({ path, message }) => ({ path: path.map(String), detail: message })),
    fields,
  );
}

/** The same of a refusal: where `invalid_input` points to. Undefined for every other refusal. */
export function problemsOfRefusal(refusal: Refusal, fields: readonly string[]): FieldProblems | undefined {
  if (refusal.code !== 'invalid_input') return undefined;
  return firstOfEach(
    refusal.problems.map(({ pointer, detail }) => ({ path: pointer.split('/').slice(1), detail })),
    fields,
  );
}

type Placed = { readonly path: readonly string[]; readonly detail: string };

/** Problems that belong to no field are kept under the empty name. */
function firstOfEach(problems: readonly Placed[], fields: readonly string[]): FieldProblems {
  const found: Record<string, string> = {};
  for (const { path, detail } of problems) {
    const length = path.findLastIndex((_, i) => fields.includes(path.slice(0, i + 1).join('.'))) + 1;
    const rest = path.slice(length);
    found[path.slice(0, length).join('.')] ??= `${placeIn(rest)}${detail}`;
  }
  return found;
}

function placeIn(rest: readonly string[]): string {
  const [first] = rest;
  if (first === undefined) return '';
  return /^\d+$/.test(first) ? `Line ${Number(first) + 1}: ` : `${rest.join('.')}: `;
}
