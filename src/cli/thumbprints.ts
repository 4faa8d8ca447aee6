/**
 * A `kid` is a SHA-256 in base64url (RFC 7638), and one in 64 begins with a dash: the parser would take it for an option. It is marked before
 * parsing with a character that no argument can hold, and shown as it was afterwards.
 */
const MARK = '\u0000';
const DASHED = /^-[A-Za-z0-9_-]{42}$/;

/** Marks what is a thumbprint and looks like an option. */
export function markThumbprint(argument: string): string {
  return DASHED.test(argument) ? `${MARK}${argument}` : argument;
}

/** Takes the mark off a value; any other value stays as it is. */
export function unmarkThumbprint(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : value;
}
