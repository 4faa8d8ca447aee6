import { err, ok, type Result } from './result.ts';

/** Any value JSON can express (RFC 8259 §3). */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object (RFC 8259 §4). Reads of unknown members give `undefined`. */
export type JsonObject = { readonly [member: string]: JsonValue | undefined };

/** Whether a JSON value is an object, and neither an array nor null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON text with members in order, so that two equal values have one text; absent and null have the same. */
export function canonicalText(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value).toSorted();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(',')}}`;
}

/** A member that holds a string; the empty string for anything else. */
export function textMember(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

/** Why a text was not taken as JSON. `position` counts UTF-16 code units from the start of the text. */
export type JsonProblem = {
  readonly code: 'not_json' | 'duplicate_member' | 'too_deep' | 'not_i_json';
  readonly detail: string;
  readonly position?: number;
};

/**
 * Parses a JSON text and refuses what two readers could understand differently: `not_json`; `duplicate_member` (names
 * compared after unescaping, RFC 7493 §2.3); `too_deep` (more than `maxDepth` arrays and objects inside each other);
 * `not_i_json` (lone surrogates and noncharacters, RFC 7493 §2.1; numbers beyond a double, §2.2; a member `__proto__`).
 * Linear in the length of the text and never recursive; bound that length before calling.
 */
export function parseJson(
  text: string,
  limits: { readonly maxDepth: number },
): Result<JsonValue, JsonProblem> {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const problem = { code: 'not_json', detail: 'the text is not JSON (RFC 8259)' } as const;
    return err(position === undefined ? problem : { ...problem, position: Number(position) });
  }
  if (!isInterchangeable(text))
    return refuse('not_i_json', 'a string holds a lone surrogate or a noncharacter');
  const problem = scan(text, limits.maxDepth);
  return problem === undefined ? ok(value) : err(problem);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NUMBER_CHARACTERS = new Set(Array.from('0123456789+-.eE', (character) => character.charCodeAt(0)));
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

// The text is known to be JSON here, which is why structure alone needs looking at.
function scan(text: string, maxDepth: number): JsonProblem | undefined {
  // Member names of each open object; undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  let names: Set<string> | undefined;
  let expectsName = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) {
      const end = endOfString(text, i);
      const problem = checkString(text, i, end, expectsName ? names : undefined);
      if (problem !== undefined) return problem;
      expectsName = false;
      i = end;
    } else if (character === COMMA) {
      expectsName = names !== undefined;
    } else if (character === OPENING_BRACE || character === OPENING_BRACKET) {
      if (open.length >= maxDepth) return problemAt('too_deep', `more than ${maxDepth} levels`, i);
      names = character === OPENING_BRACE ? new Set() : undefined;
      expectsName = names !== undefined;
      open.push(names);
    } else if (character === CLOSING_BRACE || character === CLOSING_BRACKET) {
      open.pop();
      names = open.at(-1);
      expectsName = false;
    } else if (character === MINUS || isDigit(character)) {
      const end = endOfNumber(text, i);
      if (!Number.isFinite(Number(text.slice(i, end + 1)))) {
        return problemAt('not_i_json', 'a number is larger than a double can hold', i);
      }
      i = end;
    }
  }
  return undefined;
}

// `names` is given when the string is a member name.
function checkString(
  text: string,
  start: number,
  end: number,
  names: Set<string> | undefined,
): JsonProblem | undefined {
  const raw = text.slice(start + 1, end);
  const escaped = raw.includes('\\');
  if (names === undefined && !escaped) return undefined;
  const string = escaped ? String(JSON.parse(text.slice(start, end + 1))) : raw;
  if (escaped && !isInterchangeable(string)) {
    return problemAt('not_i_json', 'a string holds a lone surrogate or a noncharacter', start);
  }
  if (names === undefined) return undefined;
  if (string === '__proto__') return problemAt('not_i_json', 'a member is named __proto__', start);
  if (names.has(string)) {
    return problemAt(
      'duplicate_member',
      `the member ${JSON.stringify(string.slice(0, 64))} occurs twice`,
      start,
    );
  }
  names.add(string);
  return undefined;
}

// The quotation mark that no odd run of backslashes stands before.
function endOfString(text: string, start: number): number {
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1);
    let i = end;
    while (text.charCodeAt(i - 1) === BACKSLASH) i--;
    if ((end - i) % 2 === 0) return end;
  }
}

function endOfNumber(text: string, start: number): number {
  let i = start;
  while (NUMBER_CHARACTERS.has(text.charCodeAt(i + 1))) i++;
  return i;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

// RFC 7493 §2.1: no surrogates, no noncharacters.
function isInterchangeable(text: string): boolean {
  return text.isWellFormed() && !/\p{Noncharacter_Code_Point}/u.test(text);
}

function problemAt(code: JsonProblem['code'], detail: string, position: number): JsonProblem {
  return { code, detail, position };
}

function refuse(code: JsonProblem['code'], detail: string): Result<never, JsonProblem> {
  return err({ code, detail });
}
