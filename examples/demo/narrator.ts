/** Tells the story line by line; a step that does not hold ends it and is named. */
export type Narrator = {
  readonly chapter: (title: string) => void;
  /** Numbers a step, says why it matters, runs it, and tells what it found through `fact`. */
  readonly step: <T>(title: string, why: string, run: (fact: Fact) => Promise<T>) => Promise<T>;
  readonly steps: () => number;
};

export type Fact = (text: string) => void;

/** A step of the story that did not hold. */
export class StepFailed extends Error {}

/** @param write takes one line without its end */
export function createNarrator(write: (line: string) => void, colours: boolean): Narrator {
  const paint = (code: number, text: string) => (colours ? `\u001B[${code}m${text}\u001B[0m` : text);
  let steps = 0;
  return {
    steps: () => steps,
    chapter: (title) => write(`\n${paint(1, title)}`),
    step: async (title, why, run) => {
      steps += 1;
      const number = `${steps}.`.padStart(3);
      const facts: string[] = [];
      try {
        const value = await run((text) => facts.push(text));
        write(`${paint(32, number)} ${title}`);
        write(`    ${why}`);
        for (const fact of facts) write(paint(2, `      ${fact}`));
        return value;
      } catch (cause) {
        write(`${paint(31, number)} ${title}`);
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new StepFailed(`step ${steps} did not hold (${title}): ${reason}`, { cause });
      }
    },
  };
}

/** Ends the step it is called in unless the condition holds. */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
