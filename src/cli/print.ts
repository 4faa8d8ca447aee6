import type { Dependencies, Output } from './dependencies.ts';
import { cut, displayWidth, visible, wrap } from './terminal-text.ts';

export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warning';

const SGR: Readonly<Record<Exclude<Tone, 'plain'>, string>> = {
  strong: '1',
  faint: '2',
  good: '32',
  bad: '31',
  warning: '33',
};

/** Paragraphs wider than this are hard to read. */
const TEXT_WIDTH = 100;

/** Prints to one stream: safe text, fitted to its width, coloured only where a terminal wants it. */
export type Printer = {
  /** One line, as it is. */
  readonly line: (text: string, tone?: Tone) => void;
  /** Text wrapped to the terminal; `hang` indents continuation lines further than the first. */
  readonly paragraph: (text: string, tone?: Tone, indent?: number, hang?: number) => void;
  /** Names and values, aligned; undefined values are left out. */
  readonly fields: (rows: readonly (readonly [string, string | undefined])[]) => void;
  /** Rows under headings; where the terminal is narrow the columns in `shrink` give way, first named first. */
  readonly table: (
    headings: readonly string[],
    rows: readonly (readonly string[])[],
    shrink?: readonly number[],
  ) => void;
};

export function printer(output: Output, environment: Dependencies['environment']): Printer {
  const colours = output.isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  const width = output.columns ?? Number.POSITIVE_INFINITY;

  function line(text: string, tone: Tone = 'plain'): void {
    const safe = visible(text);
    output.write(colours && tone !== 'plain' ? `\u001b[${SGR[tone]}m${safe}\u001b[0m\n` : `${safe}\n`);
  }

  function paragraph(text: string, tone: Tone = 'plain', indent = 0, hang = 0): void {
    const room = Math.max(20, Math.min(width, TEXT_WIDTH) - indent - hang);
    for (const part of text.split('\n')) {
      const wrapped = output.columns === undefined ? [part] : wrap(visible(part), room);
      for (const [i, words] of wrapped.entries())
        line(' '.repeat(i === 0 ? indent : indent + hang) + words, tone);
    }
  }

  return {
    line,
    paragraph,
    fields: (rows) => {
      const present = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
      const longest = Math.max(0, ...present.map(([name]) => name.length));
      for (const [name, value] of present) line(`${name.padEnd(longest)}  ${value}`);
    },
    table: (headings, rows, shrink = []) => {
      const safe = [headings, ...rows].map((row) => row.map(visible));
      const widths = headings.map((_heading, i) =>
        Math.max(...safe.map((row) => displayWidth(row[i] ?? ''))),
      );
      fit(widths, width, shrink);
      for (const [n, row] of safe.entries())
        line(
          row
            .map((cell, i) => pad(cut(cell, widths[i] ?? 0), widths[i] ?? 0))
            .join('  ')
            .trimEnd(),
          n === 0 ? 'faint' : 'plain',
        );
    },
  };
}

/** Takes from the columns that may shrink, in order, until the row fits. */
function fit(widths: number[], total: number, shrink: readonly number[]): void {
  const NARROWEST = 8;
  for (const column of shrink) {
    const excess = widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)) - total;
    const width = widths[column] ?? 0;
    if (excess <= 0) return;
    widths[column] = Math.max(Math.min(width, NARROWEST), width - excess);
  }
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Tells how far long work has come, where somebody watches. */
export function progressOn(output: Output): {
  readonly show: (text: string) => void;
  readonly end: () => void;
} {
  if (!output.isTTY) return { show: () => undefined, end: () => undefined };
  let shown = false;
  return {
    show: (text) => {
      shown = true;
      output.write(`\r\u001b[K${cut(visible(text), (output.columns ?? 80) - 1)}`);
    },
    end: () => {
      if (shown) output.write('\r\u001b[K');
    },
  };
}
