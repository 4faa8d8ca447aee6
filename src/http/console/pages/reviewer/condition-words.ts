import type { Conditions } from '../../../../domain/review/conditions.ts';
import { duration } from '../../components/text.tsx';

/** What conditions demand of statements, a sentence; undefined for none. */
export function conditionWords(conditions: Conditions | null): string | undefined {
  if (conditions === null) return undefined;
  const { maxLifetimeSeconds, audience } = conditions;
  const parts = [
    ...(maxLifetimeSeconds === undefined ? [] : [`last at most ${lifetimeWords(maxLifetimeSeconds)}`]),
    ...(audience === undefined ? [] : [`are only for ${audience.join(', ')}`]),
  ];
  return `Statements ${parts.join(' and ')}.`;
}

const DAY = 86_400;

/** Days where it is a whole number of them, so that 90 days are not said to be 3 months. */
function lifetimeWords(seconds: number): string {
  if (seconds % DAY === 0) return seconds === DAY ? '1 day' : `${seconds / DAY} days`;
  return duration(seconds) ?? `${seconds} seconds`;
}
