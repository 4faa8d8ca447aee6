import type { Form } from '../../form.ts';

/** Characters of a reason, as the API takes them. */
export const MAX_REASON_CHARACTERS = 2_000;

export const REASON_MISSING = `Say why, in at most ${MAX_REASON_CHARACTERS.toLocaleString('en')} characters.`;

/** The reason that was given; undefined when there is none, or it is too long to be kept. */
export function reasonOf(form: Form): string | undefined {
  const text = form.text('reason');
  return text === '' || text.length > MAX_REASON_CHARACTERS ? undefined : text;
}
