import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { isOpen, nextState, type Submission } from '../domain/submission.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { decideAndCommit, entryOf, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { submissionOf } from './submissions.ts';

/** The developer takes a submission back that nobody has decided yet. */
export async function withdraw(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
  reason: string,
): Promise<Result<Submission, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await submissionOf(issuer, submissionId);
    if (!found.ok) return concealUnknown(actor, 'submissions:write', found.error);
    const before = found.value;
    const allowed = authorize(actor, 'submissions:write', before.publisherId);
    if (!allowed.ok) return allowed;
    const state = isOpen(before.state) ? nextState(before.state, { type: 'withdrawn' }) : undefined;
    if (state === undefined)
      return err({
        code: 'submission_state',
        submissionId,
        state: before.state,
        wanted: 'submitted or changes_requested',
      });
    const submission: Submission = {
      ...before,
      state,
      closedAt: issuer.clock.now(),
      version: before.version + 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'submission.withdrawn', {
          subject: submissionId,
          publisherId: before.publisherId,
          softwareId: before.softwareId,
          data: { before: before.state, reason },
        }),
      ],
      changes: [{ replace: 'submission', row: submission }],
      value: submission,
    });
  });
}
