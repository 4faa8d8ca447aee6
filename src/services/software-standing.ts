import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Software } from '../domain/software.ts';
import { nextState } from '../domain/submission.ts';
import type { Change } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { decideAndCommit, entryOf, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';

export type SoftwareChange = {
  readonly software: Software;
  /** Statements that were neither revoked nor expired when the standing changed. */
  readonly liveStatements: number;
};

/** Suspends a software: nothing is issued for it and its statements read SUSPENDED until it is reinstated. */
export function suspendSoftware(issuer: Issuer, actor: Actor, id: string, reason: string) {
  return setState(issuer, actor, id, reason, 'suspended');
}

/** Lifts a suspension. Statements that were suspended or revoked by themselves stay so. */
export function reinstateSoftware(issuer: Issuer, actor: Actor, id: string, reason: string) {
  return setState(issuer, actor, id, reason, 'active');
}

/**
 * Revokes every statement of a software and withdraws its approval: what comes next is submitted and reviewed anew.
 * The software itself stays, so that its publisher can put the matter right.
 */
export async function revokeSoftware(
  issuer: Issuer,
  actor: Actor,
  id: string,
  reason: string,
): Promise<Result<SoftwareChange, Refusal>> {
  const changed = await decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, id);
    if (!found.ok) return concealUnknown(actor, 'software:revoke', found.error);
    const { software: before, approved } = found.value;
    const allowed = authorize(actor, 'software:revoke', before.publisherId);
    if (!allowed.ok) return allowed;
    const now = issuer.clock.now();
    const liveStatements = await issuer.store.countLiveStatements({ softwareId: id }, now);
    const software: Software = { ...before, approvedSubmissionId: null, version: before.version + 1 };
    const withdrawn = approved === undefined ? undefined : nextState(approved.state, { type: 'withdrawn' });
    const approval: readonly Change[] =
      approved === undefined || withdrawn === undefined
        ? []
        : [
            {
              replace: 'submission',
              row: { ...approved, state: withdrawn, closedAt: now, version: approved.version + 1 },
            },
          ];
    return ok({
      entries: [
        entryOf(issuer, actor, 'software.revoked', {
          subject: id,
          publisherId: before.publisherId,
          softwareId: id,
          data: { reason, live_statements: liveStatements, withdrawn_approval: before.approvedSubmissionId },
        }),
      ],
      changes: [
        { replace: 'software', row: software },
        ...approval,
        { revokeStatements: 'software', id, reason, at: now },
        { touch: 'statusList', ids: 'all' },
      ],
      value: { software, liveStatements },
    });
  });
  if (changed.ok) issuer.changed('status');
  return changed;
}

async function setState(
  issuer: Issuer,
  actor: Actor,
  id: string,
  reason: string,
  to: Software['state'],
): Promise<Result<SoftwareChange, Refusal>> {
  const changed = await decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, id);
    if (!found.ok) return concealUnknown(actor, 'software:suspend', found.error);
    const before = found.value.software;
    const allowed = authorize(actor, 'software:suspend', before.publisherId);
    if (!allowed.ok) return allowed;
    if (before.state === to)
      return err({ code: 'software_state', softwareId: id, state: before.state, reason: before.stateReason });
    const liveStatements = await issuer.store.countLiveStatements({ softwareId: id }, issuer.clock.now());
    const software: Software = {
      ...before,
      state: to,
      stateReason: to === 'active' ? null : reason,
      version: before.version + 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, to === 'active' ? 'software.reinstated' : 'software.suspended', {
          subject: id,
          publisherId: before.publisherId,
          softwareId: id,
          data: { before: before.state, after: to, reason, live_statements: liveStatements },
        }),
      ],
      changes: [
        { replace: 'software', row: software },
        { touch: 'statusList', ids: 'all' },
      ],
      value: { software, liveStatements },
    });
  });
  if (changed.ok) issuer.changed('status');
  return changed;
}
