import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isEmailAddress, nameFindings, scopeFindings } from './check-texts.ts';
import { findingOf, pointerTo, quoted, type Finding } from './finding.ts';
import { isLanguageTag, splitLanguageTag } from './language-tag.ts';
import { memberOf, MEMBERS, RESERVED, SERVER_ASSIGNED, type Shape } from './members.ts';
import type { MetadataPolicy } from './policy.ts';

/** Every member by itself: known, of its type, not empty, well-formed. */
export function checkMembers(
  metadata: JsonObject,
  options: { readonly policy: MetadataPolicy; readonly allowedScopes?: readonly string[] | undefined },
): readonly Finding[] {
  const tags = new Map<string, string>();
  return Object.entries(metadata).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const { member, tag } = splitLanguageTag(name);
    const refused = refusedName(name, member, options.policy);
    if (refused !== undefined) return [refused];
    const findings = [...(tag === undefined ? [] : tagFindings(metadata, name, member, tag, tags))];
    const shape = memberOf(member)?.shape;
    return [
      ...findings,
      ...emptyFindings(value, pointerTo(name)),
      ...(shape === undefined ? [] : shapeFindings(shape, value, name, options.allowedScopes)),
    ];
  });
}

function refusedName(name: string, member: string, policy: MetadataPolicy): Finding | undefined {
  const pointer = pointerTo(name);
  if (member === 'software_id' || member === 'software_version')
    return findingOf(
      'reserved-member',
      pointer,
      `${member} is set by the issuer from the submission; remove it here.`,
    );
  if (RESERVED.has(member))
    return findingOf('reserved-member', pointer, `${quoted(member)} is the issuer’s to set; remove it.`);
  if (SERVER_ASSIGNED.has(member))
    return findingOf(
      'server-assigned-member',
      pointer,
      `${member} is given by an authorization server at registration; remove it.`,
    );
  if (memberOf(member) !== undefined || policy.extraMembers.includes(member)) return undefined;
  const near = nearest(member);
  return findingOf(
    'unknown-member',
    pointer,
    near === undefined
      ? `${quoted(member)} is not registered and this issuer’s policy does not name it; remove it, or ask an operator to allow it.`
      : `${quoted(member)} is not registered; did you mean ${near}?`,
  );
}

function tagFindings(
  metadata: JsonObject,
  name: string,
  member: string,
  tag: string,
  seen: Map<string, string>,
): readonly Finding[] {
  const pointer = pointerTo(name);
  if (memberOf(member)?.tagged !== true)
    return [
      findingOf(
        'language-tag-not-allowed',
        pointer,
        `${quoted(member)} is not read by people; remove #${tag}.`,
      ),
    ];
  if (!isLanguageTag(tag))
    return [
      findingOf(
        'language-tag-invalid',
        pointer,
        `${quoted(tag)} is not a language tag; write for example ${member}#ja or ${member}#pt-BR.`,
      ),
    ];
  const key = name.toLowerCase();
  const earlier = seen.get(key);
  seen.set(key, name);
  return [
    ...(earlier === undefined
      ? []
      : [
          findingOf(
            'language-tag-duplicate',
            pointer,
            `${quoted(earlier)} names the same language; keep one.`,
          ),
        ]),
    ...(metadata[member] === undefined
      ? [
          findingOf(
            'language-untagged-missing',
            pointer,
            `Add ${member} without a tag: many servers keep only that one.`,
          ),
        ]
      : []),
  ];
}

/** Null and empty values at any depth that a statement could carry. */
function emptyFindings(value: JsonValue | undefined, pointer: string, depth = 0): readonly Finding[] {
  if (depth > 16)
    return [findingOf('too-deep', pointer, 'This is nested deeper than 16 levels; flatten it.')];
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0))
    return [findingOf('empty-value', pointer, 'This is empty; leave the member out.')];
  if (Array.isArray(value))
    return value.flatMap((item, i) => emptyFindings(item, `${pointer}/${i}`, depth + 1));
  if (!isJsonObject(value)) return [];
  const members = Object.entries(value);
  if (members.length === 0)
    return [findingOf('empty-value', pointer, 'This is empty; leave the member out.')];
  return members.flatMap(([name, member]) =>
    emptyFindings(member, `${pointer}${pointerTo(name)}`, depth + 1),
  );
}

function shapeFindings(
  shape: Shape,
  value: JsonValue,
  name: string,
  allowedScopes: readonly string[] | undefined,
): readonly Finding[] {
  const pointer = pointerTo(name);
  // Emptiness has a finding of its own; one is enough for one mistake.
  if (value === null || value === '') return [];
  switch (shape) {
    case 'redirect-uris':
    case 'uris':
    case 'texts':
    case 'contacts':
      if (!Array.isArray(value)) return [wrongType(pointer, `${name} is a list of strings.`)];
      return value.flatMap((item, i) => itemFindings(shape, item, name, i, value));
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrongType(pointer, `${name} is true or false.`)];
    case 'seconds':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
        ? []
        : [wrongType(pointer, `${name} is a whole number of seconds.`)];
    case 'jwks':
      return isJsonObject(value) ? [] : [wrongType(pointer, `${name} is a JWK Set object.`)];
    case 'text':
    case 'name':
    case 'uri':
    case 'web-uri':
    case 'scope':
    case 'alg':
    case 'encryption-alg':
      if (typeof value !== 'string')
        return [
          wrongType(
            pointer,
            shape === 'scope'
              ? 'scope is one string with a space between its tokens.'
              : `${name} is a string.`,
          ),
        ];
      return textFindings(shape, value, pointer, allowedScopes);
  }
}

function itemFindings(
  shape: Shape,
  item: JsonValue,
  name: string,
  i: number,
  list: readonly JsonValue[],
): readonly Finding[] {
  const pointer = pointerTo(name, i);
  if (item === null || item === '') return [];
  if (typeof item !== 'string') return [wrongType(pointer, `Each item of ${name} is a string.`)];
  if (shape === 'contacts' && !isEmailAddress(item))
    return [
      findingOf(
        'contact-invalid',
        pointer,
        `${quoted(item)} is not an e-mail address; servers refuse the whole registration.`,
      ),
    ];
  if (shape === 'uris' && (!URL.canParse(item) || /\s/.test(item)))
    return [findingOf('web-uri-invalid', pointer, `${quoted(item)} is not an absolute URI.`)];
  return shape !== 'redirect-uris' && list.indexOf(item) < i
    ? [findingOf('duplicate-value', pointer, `${quoted(item)} is listed before; remove it here.`)]
    : [];
}

function textFindings(
  shape: Shape,
  text: string,
  pointer: string,
  allowedScopes: readonly string[] | undefined,
): readonly Finding[] {
  if (shape === 'name') return nameFindings(text, pointer);
  if (shape === 'scope') return scopeFindings(text, allowedScopes);
  if (shape === 'web-uri' && !isWebUri(text))
    return [
      findingOf('web-uri-invalid', pointer, `${quoted(text)} is not an https URL; write https://host/path.`),
    ];
  if (shape === 'uri' && !URL.canParse(text))
    return [findingOf('web-uri-invalid', pointer, `${quoted(text)} is not an absolute URI.`)];
  return shape === 'text' && /\p{Cc}/u.test(text)
    ? [findingOf('name-characters', pointer, 'This holds a control character; remove it.')]
    : [];
}

function isWebUri(text: string): boolean {
  if (!/^https:\/\/[^/?#@\\\s]+(?:[/?#]|$)/i.test(text) || /[\s\p{Cc}\\]/u.test(text) || text.length > 2_000)
    return false;
  return URL.canParse(text);
}

function wrongType(pointer: string, detail: string): Finding {
  return findingOf('wrong-type', pointer, detail);
}

/** A registered member that differs by few letters: `redirect_uri`, `client-name`. */
function nearest(name: string): string | undefined {
  if (name.length > 64) return undefined;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const wanted = plain(name);
  return Object.keys(MEMBERS).find((known) => distance(plain(known), wanted) <= 2);
}

/** Levenshtein distance, bounded by the lengths of member names. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 3;
}
