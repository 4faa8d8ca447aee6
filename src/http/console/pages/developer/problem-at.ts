import type { Refusal } from '../../../../services/refusal.ts';
import type { EdgeProblem } from '../../../problem-types.ts';

/**
 * What a refusal says of one member of what was sent, for the field it was typed into.
 *
 * @param pointer JSON Pointer into the request, as services name it; those below it count as well
 */
export function problemAt(refusal: Refusal | EdgeProblem | undefined, pointer: string): string | undefined {
  if (refusal?.code !== 'invalid_input') return undefined;
  const found = refusal.problems.filter(
    (problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`),
  );
  return found.length === 0 ? undefined : found.map(({ detail }) => detail).join(' ');
}
