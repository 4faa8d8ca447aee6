import { nameProblem } from '../domain/name.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Refusal } from './refusal.ts';

/**
 * A name as people may choose one, for themselves or what is theirs, without white space around it.
 *
 * @param pointer where it stands in what was sent (RFC 6901)
 */
export function readName(text: string, pointer: string): Result<string, Refusal> {
  const name = text.trim();
  const detail = nameProblem(name);
  return detail === undefined ? ok(name) : err({ code: 'invalid_input', problems: [{ pointer, detail }] });
}
