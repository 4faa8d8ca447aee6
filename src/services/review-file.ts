import type { Actor } from '../domain/access.ts';
import type { IssuerPolicy } from '../domain/policy.ts';
import type { Publisher } from '../domain/publisher.ts';
import { ok, type Result } from '../domain/result.ts';
import type { ReviewClaim } from '../domain/review/review-claim.ts';
import type { Software } from '../domain/software.ts';
import { conflictOfReviewer, type ReviewerConflict, type Submission } from '../domain/submission.ts';
import { authorizeBeforeStepUp, concealUnknown } from './authorize.ts';
import { listComments, type SignedComment } from './comments.ts';
import { documentFileOf, type DocumentFile } from './documents/standing.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import { readPublisherRecord, type PublisherRecord } from './publisher-record.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';
import { readSubmission, type SubmissionFile } from './submissions.ts';

/** Everything a reviewer looks at before deciding, and whether they may decide. */
export type ReviewFile = SubmissionFile & {
  readonly software: Software;
  readonly publisher: Publisher;
  /** The approval that the changes are against; undefined for a first submission. */
  readonly comparedWith: Submission | undefined;
  /** The Client ID Metadata Document it was read from; undefined where metadata was posted. */
  readonly document: DocumentFile | undefined;
  readonly comments: readonly SignedComment[];
  readonly record: PublisherRecord;
  /** Who is reading it. */
  readonly claim: ReviewClaim | undefined;
  /** Names of the people it speaks of, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** Within what conditions can be set. */
  readonly policy: IssuerPolicy['statement'];
  readonly standing: ReviewerStanding;
};

/** Whether somebody may decide on a submission, and if not, why. A passkey may still have to be shown. */
export type ReviewerStanding =
  | { readonly may: true }
  | { readonly may: false; readonly because: 'no_reviewer' | 'closed' | ReviewerConflict };

/** Reads a submission with all that surrounds it, for whoever may see the submission and its publisher. */
export async function readReview(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
): Promise<Result<ReviewFile, Refusal>> {
  const found = await readSubmission(issuer, actor, submissionId);
  if (!found.ok) return found;
  const { submission, decisions } = found.value;
  const { store, clock } = issuer;
  const [software, record, comments, [claim], comparedWith, policy, document] = await Promise.all([
    softwareOf(issuer, submission.softwareId),
    readPublisherRecord(issuer, actor, submission.publisherId),
    listComments(issuer, actor, submissionId),
    store.reviewClaims([submissionId], clock.now()),
    submission.comparedWith === null ? undefined : store.submission(submission.comparedWith),
    currentPolicy(issuer),
    documentFileOf(issuer, submission),
  ]);
  if (!software.ok) return concealUnknown(actor, 'submissions:read', software.error);
  if (!record.ok) return record;
  if (!comments.ok) return comments;
  const people = await store.names('person', [
    ...new Set([
      submission.submittedBy,
      ...decisions.map(({ decidedBy }) => decidedBy),
      ...(claim === undefined ? [] : [claim.personId]),
    ]),
  ]);
  return ok({
    ...found.value,
    software: software.value.software,
    publisher: software.value.publisher,
    comparedWith,
    document,
    comments: comments.value,
    record: record.value,
    claim,
    names: new Map(people.map(({ id, name }) => [id, name])),
    policy: policy.statement,
    standing: standingOf(actor, found.value),
  });
}

function standingOf(actor: Actor, { submission, decisions }: SubmissionFile): ReviewerStanding {
  if (!authorizeBeforeStepUp(actor, 'decisions:write', submission.publisherId).ok)
    return { may: false, because: 'no_reviewer' };
  if (submission.state !== 'submitted') return { may: false, because: 'closed' };
  const conflict = conflictOfReviewer(actor, submission, decisions);
  return conflict === undefined ? { may: true } : { may: false, because: conflict };
}
