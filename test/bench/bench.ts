import { copyDataset, makeDataset, QUICK, LARGE, removeDataset, SMALL, type Dataset } from './dataset.ts';

/** What every benchmark of one run shares. */
export type Bench = {
  readonly quick: boolean;
  /** Seconds of load in one piece. */
  readonly seconds: number;
  /** How many times works are alternated. */
  readonly rounds: number;
  /** A small dataset of the caller's own. */
  readonly small: () => Promise<Dataset>;
  /** The large dataset, made once and shared. */
  readonly large: () => Promise<Dataset>;
  readonly progress: (text: string) => void;
  readonly close: () => void;
};

export function createBench(quick: boolean, progress: (text: string) => void): Bench {
  const made: Dataset[] = [];
  const pristine = new Map<'small' | 'large', Promise<Dataset>>();
  function dataset(name: 'small' | 'large'): Promise<Dataset> {
    const known = pristine.get(name);
    if (known !== undefined) return known;
    const size = name === 'small' ? SMALL : quick ? QUICK : LARGE;
    progress(
      `making a database with ${size.statements.toLocaleString('en')} statements and ${size.submissions.toLocaleString('en')} submissions`,
    );
    const making = makeDataset(size).then((ready) => {
      made.push(ready);
      return ready;
    });
    pristine.set(name, making);
    return making;
  }
  return {
    quick,
    seconds: quick ? 1 : 4,
    rounds: quick ? 2 : 3,
    small: async () => {
      const copy = copyDataset(await dataset('small'));
      made.push(copy);
      return copy;
    },
    large: () => dataset('large'),
    progress,
    close: () => made.forEach(removeDataset),
  };
}
