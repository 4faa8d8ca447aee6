import type { Conditions } from '../../../../domain/review/conditions.ts';
import { Notice } from '../../components/parts.tsx';
import { Code, duration } from '../../components/text.tsx';

/** What the reviewers of an approval demand of statements; nothing when they demand nothing. */
export function ConditionsNote({ conditions }: { readonly conditions: Conditions | null }) {
  if (conditions === null) return null;
  const { maxLifetimeSeconds, audience } = conditions;
  return (
    <Notice tone="waiting" title="Approved under conditions">
      {maxLifetimeSeconds === undefined ? null : (
        <p>A statement lasts at most {duration(maxLifetimeSeconds) ?? `${maxLifetimeSeconds} seconds`}.</p>
      )}
      {audience === undefined ? null : (
        <p>
          It is for{' '}
          {audience.map((server) => (
            <>
              <Code>{server}</Code>{' '}
            </>
          ))}
          alone.
        </p>
      )}
    </Notice>
  );
}
