import { readFileSync } from 'node:fs';

/** One row of the table: our work against a baseline of the same run. */
export type Measurement = {
  readonly work: string;
  readonly ours: string;
  readonly baseline: string;
  /** Ours divided by the baseline. */
  readonly ratio: number;
  readonly bar: number;
  /** Whether the ratio must be at least, or at most, the bar. */
  readonly wanted: 'at least' | 'at most';
  /** What else was seen. */
  readonly note?: string;
};

/** Whether a ratio keeps its bar. */
export function isMet({ ratio, bar, wanted }: Measurement): boolean {
  return wanted === 'at least' ? ratio >= bar : ratio <= bar;
}

/** The value at a share of the sorted list; 0.5 is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/**
 * Runs works in turn, A B A B …, so that what else the machine does falls on all of them; gives the median of each.
 *
 * @param rounds how many times each runs
 */
export async function alternate<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = namesOf(works);
  const seen = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) seen.get(name)?.push(await works[name]());
  const medians: { [K in Name]?: number } = {};
  for (const name of names) medians[name] = median(seen.get(name) ?? []);
  if (!hasAll(medians, names)) throw new Error('a work was not measured');
  return medians;
}

function namesOf<Name extends string>(works: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(works).filter((name): name is Name => Object.hasOwn(works, name));
}

function hasAll<Name extends string>(
  medians: { readonly [K in Name]?: number },
  names: readonly Name[],
): medians is Readonly<Record<Name, number>> {
  return names.every((name) => medians[name] !== undefined);
}

/** Milliseconds that a work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Octets of memory a process holds (`VmRSS`) and held at most (`VmHWM`), from Linux. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const octets = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
  return { now: octets('VmRSS'), peak: octets('VmHWM') };
}

/** Microseconds of processor time a process has used, from Linux; clock ticks are hundredths of a second. */
export function processorTimeOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`;
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en')} ms`;
}

export function megabytes(octets: number): string {
  return `${Math.round(octets / 2 ** 20)} MiB`;
}
