import { findingOf, quoted, type Finding } from './finding.ts';

const MAX_NAME_CHARACTERS = 200;
// Controls, direction overrides and isolates, marks, zero-width characters and other invisible ones.
const HIDDEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
/** Alphabets whose letters are mistaken for each other; Han, Kana and Hangul are not among them. */
const ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
] as const;
const EMAIL =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** A name people read. */
export function nameFindings(name: string, pointer: string): readonly Finding[] {
  const findings: Finding[] = [];
  const hidden = HIDDEN.exec(name)?.[0];
  if (hidden !== undefined) {
    const code = (hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    findings.push(
      findingOf('name-characters', pointer, `The name holds the invisible character U+${code}; remove it.`),
    );
  }
  const length = Array.from(name).length;
  if (length > MAX_NAME_CHARACTERS)
    findings.push(
      findingOf(
        'name-length',
        pointer,
        `The name has ${length} characters; shorten it to ${MAX_NAME_CHARACTERS}.`,
      ),
    );
  const mixed = name
    .split(/[^\p{L}\p{M}]+/u)
    .find((word) => ALPHABETS.filter((alphabet) => alphabet.test(word)).length > 1);
  if (mixed !== undefined)
    findings.push(
      findingOf(
        'name-mixed-scripts',
        pointer,
        `The word ${quoted(mixed)} mixes alphabets; a reviewer will ask why.`,
      ),
    );
  if (name.normalize('NFC') !== name)
    findings.push(findingOf('name-not-normalised', pointer, 'Send the name in Unicode normal form C.'));
  return findings;
}

/** Whether a contact is an e-mail address servers accept. */
export function isEmailAddress(text: string): boolean {
  return text.length <= 254 && EMAIL.test(text);
}

/** A `scope` value (RFC 6749 §3.3), and that it stays within what is allowed. */
export function scopeFindings(scope: string, allowed: readonly string[] | undefined): readonly Finding[] {
  const tokens = scope.split(' ');
  if (!tokens.every((token) => SCOPE_TOKEN.test(token)))
    return [
      findingOf(
        'scope-syntax',
        '/scope',
        'scope is a list of tokens with one space between, none at the ends.',
      ),
    ];
  const beyond = allowed === undefined ? [] : tokens.filter((token) => !allowed.includes(token));
  return [
    ...(new Set(tokens).size < tokens.length
      ? [findingOf('duplicate-value', '/scope', 'A scope token stands in the list twice.')]
      : []),
    ...(beyond.length > 0
      ? [
          findingOf(
            'scope-not-allowed',
            '/scope',
            `This publisher may not ask for ${beyond.map(quoted).join(', ')}. Remove it, or ask an operator to allow it.`,
          ),
        ]
      : []),
  ];
}
