import type { Action, Actor } from '../domain/access.ts';
import type { EntryKind } from '../domain/ledger/entry.ts';
import type { Publisher, PublisherState } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Change } from '../ports.ts';
import { authorize } from './authorize.ts';
import { decideAndCommit, entryOf, type Issuer } from './issuer.ts';
import { publisherOf } from './publishers.ts';
import type { Refusal } from './refusal.ts';

export type PublisherStanding = {
  readonly publisher: Publisher;
  /** Statements that were neither revoked nor expired when the standing changed. */
  readonly liveStatements: number;
};

const ACTION: Action = 'publishers:suspend';

/** Suspends a publisher: nothing is issued for it and all its statements read SUSPENDED until it is reinstated. */
export function suspendPublisher(issuer: Issuer, actor: Actor, id: string, reason: string) {
  return changeStanding(issuer, actor, id, reason, {
    from: ['active'],
    to: 'suspended',
    kind: 'publisher.suspended',
    changes: [],
  });
}

/** Lifts a suspension. Statements that were suspended or revoked by themselves stay so. */
export function reinstatePublisher(issuer: Issuer, actor: Actor, id: string, reason: string) {
  return changeStanding(issuer, actor, id, reason, {
    from: ['suspended'],
    to: 'active',
    kind: 'publisher.reinstated',
    changes: [],
  });
}

/** Ends a publisher for good: every statement becomes INVALID, nothing is issued again (invariant 7). */
export function revokePublisher(issuer: Issuer, actor: Actor, id: string, reason: string) {
  return changeStanding(issuer, actor, id, reason, {
    from: ['active', 'suspended'],
    to: 'revoked',
    kind: 'publisher.revoked',
    changes: [{ revokeStatements: 'publisher', id, reason, at: issuer.clock.now() }],
  });
}

async function changeStanding(
  issuer: Issuer,
  actor: Actor,
  id: string,
  reason: string,
  step: {
    readonly from: readonly PublisherState[];
    readonly to: PublisherState;
    readonly kind: EntryKind;
    readonly changes: readonly Change[];
  },
): Promise<Result<PublisherStanding, Refusal>> {
  const allowed = authorize(actor, ACTION, undefined);
  if (!allowed.ok) return allowed;
  const changed = await decideAndCommit(issuer, async () => {
    const found = await publisherOf(issuer, id);
    if (!found.ok) return found;
    const before = found.value;
    if (!step.from.includes(before.state))
      return err({
        code: 'publisher_state',
        publisherId: id,
        state: before.state,
        reason: before.stateReason,
      });
    const liveStatements = await issuer.store.countLiveStatements({ publisherId: id }, issuer.clock.now());
    const publisher: Publisher = {
      ...before,
      state: step.to,
      stateReason: step.to === 'active' ? null : reason,
      version: before.version + 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, step.kind, {
          subject: id,
          publisherId: id,
          data: { before: before.state, after: step.to, reason, live_statements: liveStatements },
        }),
      ],
      changes: [
        { replace: 'publisher', row: publisher },
        ...step.changes,
        { touch: 'statusList', ids: 'all' },
      ],
      value: { publisher, liveStatements },
    });
  });
  if (changed.ok) issuer.changed('status');
  return changed;
}
