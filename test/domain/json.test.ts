import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJsonObject, parseJson, type JsonProblem } from '../../src/domain/json.ts';

const limits = { maxDepth: 32 };

function expectRefusal(text: string, error: Partial<JsonProblem>, maxDepth = 32): void {
  expect(parseJson(text, { maxDepth })).toMatchObject({ ok: false, error });
}

// RFC 7493 values that fit in the limits; JSON.parse is the oracle.
const noncharacter = /\p{Noncharacter_Code_Point}/u;
const texts = fc
  .json({ stringUnit: 'binary', maxDepth: 12 })
  .filter((text) => !noncharacter.test(text) && !text.includes('"__proto__"'));

test('agrees with JSON.parse on text without duplicate members', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(0, 1, 3), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent);
      expect(parseJson(spaced, limits)).toEqual({ ok: true, value: JSON.parse(spaced) });
    }),
    { numRuns: 1_000 },
  );
});

test('agrees with JSON.parse on what is no JSON', () => {
  const pieces = fc.array(
    fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', '-', '.', 'e', 'null', '\n'),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(pieces, (words) => {
      const parsed = parseJson(words.join(''), limits);
      let oracle = true;
      try {
        JSON.parse(words.join(''));
      } catch {
        oracle = false;
      }
      expect(!parsed.ok && parsed.error.code === 'not_json').toBe(!oracle);
    }),
    { numRuns: 5_000 },
  );
});

/** A spelling of `name` in which every character may be escaped. */
function spelt(name: string, escapes: readonly boolean[]): string {
  const characters = Array.from({ length: name.length }, (_, i) => {
    const plain = JSON.stringify(name.charAt(i)).slice(1, -1);
    return escapes[i] === true ? `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}` : plain;
  });
  return `"${characters.join('')}"`;
}

test('finds a duplicate injected at any depth, however it is escaped', () => {
  const names = fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__');
  const wrappers = fc.array(fc.constantFrom('[0,@]', '{"x":@}', '{"y":[],"z":{"w":@}}'), { maxLength: 8 });
  fc.assert(
    fc.property(names, fc.array(fc.boolean()), wrappers, texts, (name, escapes, around, between) => {
      const twice = `{${spelt(name, [])}:${between},${spelt(name, escapes)}:1}`;
      const once = `{${spelt(name, escapes)}:${between}}`;
      const wrap = (inner: string) =>
        around.reduce((text, wrapper) => wrapper.replace('@', () => text), inner);
      expectRefusal(wrap(twice), { code: 'duplicate_member' }, 64);
      expect(parseJson(wrap(once), { maxDepth: 64 }).ok).toBe(true);
    }),
  );
});

test('points at the second of two equal names', () => {
  expectRefusal('{"a":1,"\\u0061":2}', { code: 'duplicate_member', position: 7 });
});

test.each([
  ['the same name in two objects', '[{"a":1},{"a":1}]'],
  ['the same name inside itself', '{"a":{"a":{"a":1}},"b":{"a":1}}'],
  ['a value equal to a name', '{"a":"a","b":["a","a"]}'],
  ['names that differ in case or form', '{"a":1,"A":1,"\u00e9":1,"e\u0301":1}'],
  ['a string that looks like structure', '{"a":"{\\"a\\":[,\\\\","b":"}]"}'],
  ['an escaped pair', '["\\ud83d\\ude00"]'],
  ['names of the prototype of an object', '{"constructor":1,"toString":2,"hasOwnProperty":3}'],
  ['the largest doubles', '[1.7976931348623157e308,-1e-400,0]'],
  ['depth at the limit', '['.repeat(32) + ']'.repeat(32)],
])('takes %s', (_, text) => {
  expect(parseJson(text, limits)).toEqual({ ok: true, value: JSON.parse(text) });
});

test.each([
  ['one level too deep', '['.repeat(33) + ']'.repeat(33), 'too_deep', 32],
  ['a million levels', '{"a":'.repeat(1_000_000) + '1' + '}'.repeat(1_000_000), 'too_deep', 160],
  ['an escaped lone high surrogate', '["\\ud83d"]', 'not_i_json', 1],
  ['an escaped lone low surrogate', '["a\\ude00"]', 'not_i_json', 1],
  ['a lone surrogate in a name', '{"\\ud83d":1}', 'not_i_json', 1],
  ['an escaped noncharacter', '["\\uffff"]', 'not_i_json', 1],
  ['a member __proto__', '{"a":{"__proto__":{}}}', 'not_i_json', 6],
  ['an escaped member __proto__', '{"\\u005f_proto__":1}', 'not_i_json', 1],
  ['a number past a double', '[1,-1e400]', 'not_i_json', 3],
  ['a very long number', `[${'9'.repeat(400)}]`, 'not_i_json', 1],
] as const)('refuses %s', (_, text, code, position) => {
  expectRefusal(text, { code, position });
});

test.each([
  ['a lone surrogate', '["\ud83d"]'],
  ['a noncharacter', '["\ufdd0"]'],
  ['a noncharacter of another plane', '["\u{1fffe}"]'],
])('refuses %s', (_, text) => {
  expectRefusal(text, { code: 'not_i_json' });
});

test.each(['', ' ', '{', '{"a":1,}', "{'a':1}", '[1] 2', '\ufeff{}', 'NaN', '01', '"\t"'])(
  'refuses %j as no JSON',
  (text) => {
    expectRefusal(text, { code: 'not_json' });
  },
);

test('says where JSON ends to be JSON', () => {
  expectRefusal('{"a":1,}', { code: 'not_json', position: 7 });
});

test('tells objects from arrays and null', () => {
  expect([{}, [], null, 'a', undefined].map((value) => isJsonObject(value))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
