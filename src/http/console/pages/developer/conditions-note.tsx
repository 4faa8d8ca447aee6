import type { Conditions } from '../../../../domain/review/conditions.ts';
import { Notice } from '../../components/parts.tsx';
import { conditionWords } from '../reviewer/condition-words.ts';

/** What the reviewers of an approval demand of statements; nothing when they demand nothing. */
export function ConditionsNote({ conditions }: { readonly conditions: Conditions | null }) {
  const words = conditionWords(conditions);
  return words === undefined ? null : (
    <Notice tone="waiting" title="Approved under conditions">
      {words}
    </Notice>
  );
}
