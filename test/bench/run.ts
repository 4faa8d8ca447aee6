import { parseArgs } from 'node:util';
import { createBench } from './bench.ts';
import { removeScripts } from './child.ts';
import { exchange } from './exchange.ts';
import { growth } from './growth.ts';
import { issueAlone } from './issue-alone.ts';
import { issue } from './issue.ts';
import { jwks } from './jwks.ts';
import { ledger } from './ledger.ts';
import { isMet, type Measurement } from './measure.ts';
import { pages } from './pages.ts';
import { start } from './start.ts';
import { statusList } from './status-list.ts';
import { verify } from './verify.ts';

const BENCHMARKS = {
  jwks,
  issue,
  exchange,
  'issue-alone': issueAlone,
  'status-list': statusList,
  ledger,
  verify,
  start,
  growth,
  pages,
} as const;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const wanted = values.only?.split(',');
const unknown = wanted?.filter((name) => !Object.hasOwn(BENCHMARKS, name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}\n`,
  );
  process.exit(1);
}

const bench = createBench(values.quick, (text) => process.stderr.write(`${text}\n`));
const measurements: Measurement[] = [];
try {
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    bench.progress(`measuring ${name}`);
    measurements.push(...(await run(bench)));
  }
} finally {
  bench.close();
  await removeScripts();
}

if (values.json)
  process.stdout.write(
    `${JSON.stringify(measurements.map(({ work, ratio, bar, wanted: side, ...row }) => ({ work, ratio, bar, wanted: side, met: isMet({ work, ratio, bar, wanted: side, ...row }) })))}\n`,
  );
else process.stdout.write(table(measurements));

/** A Markdown table, so that it reads in a terminal and in docs/benchmarks.md. */
function table(rows: readonly Measurement[]): string {
  const cells = [
    ['work', 'ours', 'baseline', 'ratio', 'bar', ''],
    ...rows.map((row) => [
      row.work,
      row.ours,
      row.baseline,
      row.ratio.toFixed(2),
      `${row.wanted === 'at least' ? '≥' : '≤'} ${row.bar}`,
      isMet(row) ? 'met' : 'NOT met',
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  const notes = rows.flatMap(({ work, note }) => (note === undefined ? [] : [`${work}: ${note}`]));
  return `${lines.join('\n')}\n\n${notes.join('\n')}\n`;
}
