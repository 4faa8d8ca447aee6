import type { Actor } from '../domain/access.ts';
import type { LedgerEntry } from '../domain/ledger/entry.ts';
import { err, ok, type Result } from '../domain/result.ts';
import {
  combineConditions,
  conditionMembers,
  readConditions,
  type Conditions,
  type ConditionsDraft,
} from '../domain/review/conditions.ts';
import type { ReviewClaim } from '../domain/review/review-claim.ts';
import {
  conflictOfReviewer,
  nextState,
  type Decision,
  type Submission,
  type Verdict,
} from '../domain/submission.ts';
import type { Change } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { bindDocument } from './documents/bind.ts';
import {
  currentPolicy,
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
import { supersede } from './plan-submission.ts';

export type Decided = {
  readonly decision: Decision;
  readonly submission: Submission;
  /** Somebody else had claimed the submission: they may be reading it still and should be told. */
  readonly claimOfAnother: ReviewClaim | undefined;
};

export type DecideCommand = {
  readonly verdict: Verdict;
  readonly reason: string;
  /** What an approval demands of the statements issued over it; with `approve` only. */
  readonly conditions?: ConditionsDraft | undefined;
};

/**
 * A reviewer's decision on a submission. Four eyes: never by who submitted or belongs to the publisher. When
 * enough reviewers approve, the submission becomes what may be signed and the earlier approval is superseded; the
 * conditions of all who approved hold together. One's own claim ends with the decision.
 *
 * @returns `submission_state` with the current state when it was decided, withdrawn or superseded meanwhile;
 *   `invalid_input` for conditions that are beyond the policy, or that no statement could keep to
 */
export async function decide(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
  command: DecideCommand,
  idempotency?: Idempotency,
): Promise<Result<Decided, Refusal>> {
  const decided = await decideAndCommit<Decided>(issuer, async () => {
    const found = await submissionOf(issuer, submissionId);
    if (!found.ok) return concealUnknown(actor, 'decisions:write', found.error);
    const before = found.value;
    const allowed = authorize(actor, 'decisions:write', before.publisherId);
    if (!allowed.ok) return allowed;
    const earlier = await issuer.store.decisions(submissionId);
    const repeat = await earlierSubject(issuer, actor, idempotency);
    if (!repeat.ok) return repeat;
    const repeated = earlier.find((decision) => decision.id === repeat.value);
    if (repeated !== undefined)
      return ok({ replay: { decision: repeated, submission: before, claimOfAnother: undefined } });

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

    const conditions = await conditionsOf(issuer, command, earlier);
    if (!conditions.ok) return conditions;
    const now = issuer.clock.now();
    const [claim] = await issuer.store.reviewClaims([submissionId], now);
    const decision: Decision = {
      id: newId(issuer),
      submissionId,
      verdict: command.verdict,
      reason: command.reason,
      conditions: conditions.value.own,
      decidedBy: actor.personId,
      decidedAt: now,
    };
    const submission: Submission = {
      ...before,
      state,
      conditions: command.verdict === 'approve' ? conditions.value.together : before.conditions,
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
            conditions: conditionMembers(decision.conditions),
            conditions_together: conditionMembers(submission.conditions),
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
      value: {
        decision,
        submission,
        claimOfAnother: claim?.personId === actor.personId ? undefined : claim,
      },
    });
  });
  if (decided.ok) await issuer.store.releaseReview(submissionId, actor.personId);
  return decided;
}

/** What a decision demands of statements, and what it comes to with the approvals before it. */
export type ConditionsOfDecision = {
  readonly own: Conditions | null;
  /** Of this approval and those before it. */
  readonly together: Conditions | null;
};

/**
 * Reads the conditions of a decision as it would be made now, and stores nothing.
 *
 * @param earlier decisions on the same submission
 */
export async function conditionsOf(
  issuer: Issuer,
  { verdict, conditions }: DecideCommand,
  earlier: readonly Decision[],
): Promise<Result<ConditionsOfDecision, Refusal>> {
  const policy = await currentPolicy(issuer);
  const read = readConditions(conditions ?? {}, policy.statement);
  if (!read.ok) return err({ code: 'invalid_input', problems: read.error });
  const own = read.value;
  if (verdict !== 'approve')
    return own === null
      ? ok({ own, together: null })
      : err({
          code: 'invalid_input',
          problems: [
            { pointer: '/conditions', detail: 'Only an approval can have conditions. Leave them out.' },
          ],
        });
  const approvals = earlier.filter((decision) => decision.verdict === 'approve');
  const together = combineConditions([...approvals.map((approval) => approval.conditions), own]);
  if (together.ok) return ok({ own, together: together.value });
  const named = combineConditions(approvals.map((approval) => approval.conditions));
  const servers = named.ok ? (named.value?.audience ?? []) : [];
  const detail =
    'No statement could keep to this and to the approval before it, which was given for ' +
    `${servers.join(', ')}. Name at least one of these, leave audience out, or request changes.`;
  return err({ code: 'invalid_input', problems: [{ pointer: '/conditions/audience', detail }] });
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
  const bound = await bindDocument(issuer, actor, approved);
  if (!bound.ok) return bound;
  return ok({
    entries: [...superseded.entries, ...bound.value.entries],
    changes: [...superseded.changes, { replace: 'software', row }, ...bound.value.changes],
  });
}
