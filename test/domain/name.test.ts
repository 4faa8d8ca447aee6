import { describe, expect, it } from 'vitest';
import { nameProblem } from '../../src/domain/name.ts';

describe('a name', () => {
  it.each([
    'Northwind Mail',
    'مؤسسة النور',
    'שלום',
    '株式会社',
    'C++',
    '🚀',
    '<b>',
    'नमस्ते',
    'a\u200Db',
    'x'.repeat(200),
  ])('may be %j', (name) => expect(nameProblem(name)).toBeUndefined());

  it.each([
    ['', 'must not be empty'],
    ['x'.repeat(201), 'must have at most 200 characters'],
    ['a\u0000b', 'must not hold control characters'],
    ['a\nb', 'must not hold control characters'],
    ['\u202Eevil\u202C', 'must not hold control characters'],
    ['a\uD800', 'must not hold control characters'],
    ['\u200B\u200B', 'must hold a character that can be seen'],
    ['\u00AD\u034F', 'must hold a character that can be seen'],
  ])('%j %s', (name, problem) => expect(nameProblem(name)).toBe(problem));
});
