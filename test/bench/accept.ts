import type { Result } from '../../src/domain/result.ts';

/** Gives a success, or ends the benchmark with the refusal. */
export function accept<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}
