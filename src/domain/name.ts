/** Characters of a name, whoever or whatever it is of. */
export const MAX_NAME_CHARACTERS = 200;
/** C0 and C1 controls, lone surrogates, and the characters that turn the direction of the text around them (UAX #9 §2). */
const UNREADABLE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
/** What leaves a mark on a page; a name of blanks and joiners would be an empty cell. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * What is wrong with a name as people choose one: 1 to 200 characters on one line, at least one of them to be seen.
 *
 * @param name without white space around it
 * @returns what it must be; undefined when it is that
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (name.length > MAX_NAME_CHARACTERS) return `must have at most ${MAX_NAME_CHARACTERS} characters`;
  if (UNREADABLE.test(name)) return 'must not hold control characters';
  return VISIBLE.test(name) ? undefined : 'must hold a character that can be seen';
}
