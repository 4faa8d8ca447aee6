import type { Actor } from '../domain/access.ts';
import type { LedgerEntry } from '../domain/ledger/entry.ts';
import { err, ok, type Result } from '../domain/result.ts';
import {
  conflictOfReviewer,
  nextState,
  type Decision,
  type Submission,
  type Verdict,
} from '../domain/submission.ts';
import type { Change } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import {
  decideAndCommit,
  earlierSubject,
  entryOf,
  newId,
  rememberKey,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';
import { submissionOf } from './submissions.ts';
import { supersede } from './submit.ts';

export type Decided = { readonly decision: Decision; readonly submission: Submission };

/**
 * A reviewer's decision on a submission. Four eyes: never by who submitted or belongs to the publisher. When
 * enough reviewers approve, the submission becomes what may be signed and the earlier approval is superseded.
 *
 * @returns `submission_state` with the current state when it was decided, withdrawn or superseded meanwhile
 */
export async function decide(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
  command: { readonly verdict: Verdict; readonly reason: string },
  idempotency?: Idempotency,
): Promise<Result<Decided, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await submissionOf(issuer, submissionId);
    if (!found.ok) return concealUnknown(actor, 'decisions:write', found.error);
    const before = found.value;
    const allowed = authorize(actor, 'decisions:write', before.publisherId);
    if (!allowed.ok) return allowed;
    const earlier = await issuer.store.decisions(submissionId);
    const repeat = await earlierSubject(issuer, actor, idempotency);
    if (!repeat.ok) return repeat;
    const repeated = earlier.find((decision) => decision.id === repeat.value);
    if (repeated !== undefined) return ok({ replay: { decision: repeated, submission: before } });

    const conflict = conflictOfReviewer(actor, before, earlier);
    if (conflict !== undefined && !(conflict === 'decided_before' && before.state !== 'submitted'))
      return err({ code: 'four_eyes', conflict });
    const approvals = earlier.filter((decision) => decision.verdict === 'approve').length + 1;
    const state = nextState(before.state, {
      type: 'decided',
      verdict: command.verdict,
      approvals,
      required: before.requiredApprovals,
    });
    if (state === undefined)
      return err({ code: 'submission_state', submissionId, state: before.state, wanted: 'submitted' });

    const now = issuer.clock.now();
    const decision: Decision = {
      id: newId(issuer),
      submissionId,
      verdict: command.verdict,
      reason: command.reason,
      conditions: null,
      decidedBy: actor.personId,
      decidedAt: now,
    };
    const submission: Submission = {
      ...before,
      state,
      closedAt: state === 'approved' || state === 'rejected' ? now : null,
      version: before.version + 1,
    };
    const approval = state === 'approved' ? await putInForce(issuer, actor, submission) : ok(NOTHING_MORE);
    if (!approval.ok) return approval;
    return ok({
      entries: [
        entryOf(issuer, actor, 'submission.decided', {
          subject: submissionId,
          publisherId: before.publisherId,
          softwareId: before.softwareId,
          data: {
            decision_id: decision.id,
            verdict: command.verdict,
            reason: command.reason,
            before: before.state,
            after: state,
            approvals: command.verdict === 'approve' ? approvals : approvals - 1,
            required_approvals: before.requiredApprovals,
            metadata_sha256: before.metadataSha256,
          },
        }),
        ...approval.value.entries,
      ],
      changes: [
        ...approval.value.changes,
        { replace: 'submission', row: submission },
        { insert: 'decision', row: decision },
        ...rememberKey(issuer, actor, idempotency, decision.id),
      ],
      value: { decision, submission },
    });
  });
}

type Step = { readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] };
const NOTHING_MORE: Step = { entries: [], changes: [] };

async function putInForce(
  issuer: Issuer,
  actor: Actor,
  approved: Submission,
): Promise<Result<Step, Refusal>> {
  const found = await softwareOf(issuer, approved.softwareId);
  if (!found.ok) return found;
  const { software, approved: earlier } = found.value;
  const superseded = earlier === undefined ? NOTHING_MORE : supersede(issuer, actor, earlier, approved.id);
  const row = { ...software, approvedSubmissionId: approved.id, version: software.version + 1 };
  return ok({
    entries: superseded.entries,
    changes: [...superseded.changes, { replace: 'software', row }],
  });
}
