import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printer, progressOn } from '../../src/cli/print.ts';
import { age, cut, displayWidth, visible, wrap } from '../../src/cli/terminal-text.ts';

function onto(columns: number | undefined, environment: Record<string, string> = {}) {
  let text = '';
  const output = { write: (more: string) => void (text += more), isTTY: columns !== undefined, columns };
  return { out: printer(output, environment), output, text: () => text };
}

const ROWS = [
  ['01900000-0000-7000-8000-000000000001', 'A name that is rather long', 'x'],
  ['01900000-0000-7000-8000-000000000002', '旅行アプリケーション', 'y'],
];

describe('tables', () => {
  it('shrink the columns that may until they fit, never the others', () => {
    const narrow = onto(60, { NO_COLOR: '1' });
    narrow.out.table(['id', 'name', 'z'], ROWS, [1]);
    const lines = narrow.text().trimEnd().split('\n');
    expect(lines.map(displayWidth).every((width) => width <= 60)).toBe(true);
    expect(lines[1]).toContain(ROWS[0]?.[0]);
    expect(lines[1]).toContain('…');
  });

  it('are whole where nothing wraps', () => {
    const piped = onto(undefined);
    piped.out.table(['id', 'name', 'z'], ROWS, [1]);
    expect(piped.text()).toContain('A name that is rather long');
    expect(piped.text()).not.toContain('…');
  });
});

it('paragraphs hang under what they explain', () => {
  const to = onto(30, { NO_COLOR: '1' });
  to.out.paragraph('✓ key  The issuer publishes this key.', 'plain', 0, 7);
  expect(to.text()).toBe('✓ key  The issuer\n       publishes this key.\n');
});

describe('colour', () => {
  it.each<[string, number | undefined, Record<string, string>, boolean]>([
    ['on a terminal', 80, {}, true],
    ['not in a pipe', undefined, {}, false],
    ['not with NO_COLOR', 80, { NO_COLOR: '1' }, false],
    ['not on a dumb terminal', 80, { TERM: 'dumb' }, false],
  ])('%s', (_where, columns, environment, expected) => {
    const to = onto(columns, environment);
    to.out.line('x', 'good');
    expect(to.text()).toBe(expected ? '\u001b[32mx\u001b[0m\n' : 'x\n');
  });

  it('progress shows on a terminal alone, and leaves nothing', () => {
    const [terminal, pipe] = [onto(20), onto(undefined)];
    for (const { output } of [terminal, pipe]) {
      const progress = progressOn(output);
      progress.show('recomputed 10000 entries of many');
      progress.end();
    }
    expect(pipe.text()).toBe('');
    expect(terminal.text()).toBe('\r\u001b[Krecomputed 10000 e…\r\u001b[K');
  });
});

describe('text from elsewhere', () => {
  it('holds no control character once it is made visible', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('is cut and wrapped to what it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width);
        expect(wrap(text, width).join(' ')).toBe(text);
      }),
    );
  });
});

it.each([
  [0, '0 s'],
  [59, '59 s'],
  [3_661, '1 h 1 min'],
  [183_600, '2 d 3 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(age(seconds)).toBe(words);
});
