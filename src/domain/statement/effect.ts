import type { PublisherState } from '../publisher.ts';
import type { Software } from '../software.ts';
import { effectiveState, type StatementState } from './statement.ts';

/** Live statements alike in what decides whether they stand. */
export type StandingGroup = {
  readonly state: StatementState;
  readonly software: Software['state'];
  readonly publisher: PublisherState;
  readonly statements: number;
};

/** What an act does to the statements that depend on its object. */
export type Effect = {
  /** They verify now, and will not. */
  readonly stop: number;
  /** They do not verify now, and will again. */
  readonly resume: number;
  /** They are suspended now, and nothing will lift that any more. */
  readonly end: number;
  /** Neither revoked nor expired now. */
  readonly live: number;
};

/**
 * What changing these states does to live statements.
 *
 * @param change the states as they will be; what is left out stays
 */
export function effectOf(
  groups: readonly StandingGroup[],
  change: Partial<Pick<StandingGroup, 'state' | 'software' | 'publisher'>>,
): Effect {
  const steps = groups.map((group) => {
    const next = { ...group, ...change };
    return {
      statements: group.statements,
      before: effectiveState(group.state, group.software, group.publisher),
      after: effectiveState(next.state, next.software, next.publisher),
    };
  });
  const sum = (applies: (before: StatementState, after: StatementState) => boolean) =>
    steps.reduce((total, step) => total + (applies(step.before, step.after) ? step.statements : 0), 0);
  return {
    stop: sum((before, after) => before === 'valid' && after !== 'valid'),
    resume: sum((before, after) => before === 'suspended' && after === 'valid'),
    end: sum((before, after) => before === 'suspended' && after === 'revoked'),
    live: sum(() => true),
  };
}
