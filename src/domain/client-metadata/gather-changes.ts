import type { JsonValue } from '../json.ts';
import type { MetadataChange } from './difference.ts';

/**
 * Changes for people to read: items that came to one list, or left it, stand together as one change of that list, so
 * that two hundred redirect URIs are one thing to look at. Order stays that of the first of each.
 */
export function gatherChanges(changes: readonly MetadataChange[]): readonly MetadataChange[] {
  const groups = Map.groupBy(changes, (change) => (isItem(change) ? keyOf(change) : change.pointer));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first !== undefined && isItem(first) && group.length > 1 ? [together(first, group)] : group;
  });
}

/** Whether a change is of one item of a list: added or removed, and not the whole member. */
function isItem({ kind, pointer, member }: MetadataChange): boolean {
  return kind !== 'changed' && (member === 'scope' || pointer.split('/').length > 2);
}

function keyOf({ member, kind, effect, reason }: MetadataChange): string {
  return JSON.stringify([member, kind, effect, reason]);
}

function together(first: MetadataChange, group: readonly MetadataChange[]): MetadataChange {
  const { member, kind, effect, reason } = first;
  const pointer = `/${first.pointer.split('/')[1] ?? ''}`;
  const values = (side: 'before' | 'after'): readonly JsonValue[] =>
    group.flatMap((change) => (change[side] === undefined ? [] : [change[side]]));
  return {
    pointer,
    member,
    kind,
    effect,
    reason,
    ...(kind === 'added' ? { after: values('after') } : { before: values('before') }),
  };
}
