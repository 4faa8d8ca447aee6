import { err, ok, type Result } from '../../domain/result.ts';
import type { Refusal } from '../refusal.ts';

const MAX_CHARACTERS = 200;
/** C0 and C1 controls, and the characters that turn the direction of the text around them (UAX #9 §2). */
const UNREADABLE = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/**
 * A name as people may choose one, for themselves or for a passkey: without white space around it, 1 to 200 characters, on one line.
 *
 * @param pointer where it stands in what was sent (RFC 6901)
 */
export function readName(text: string, pointer: string): Result<string, Refusal> {
  const name = text.trim();
  const detail =
    name === ''
      ? 'must not be empty'
      : name.length > MAX_CHARACTERS
        ? `must have at most ${MAX_CHARACTERS} characters`
        : UNREADABLE.test(name)
          ? 'must not hold control characters'
          : undefined;
  return detail === undefined ? ok(name) : err({ code: 'invalid_input', problems: [{ pointer, detail }] });
}
