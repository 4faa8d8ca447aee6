import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Evidence } from '../domain/review/evidence.ts';
import type { Decision, Submission, SubmissionState } from '../domain/submission.ts';
import type { Page } from '../ports.ts';
import { authorize, concealUnknown, visiblePublishers } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { authorizeList } from './software.ts';

export type SubmissionFile = {
  readonly submission: Submission;
  readonly decisions: readonly Decision[];
  /** What was found behind the addresses it names; pending until somebody has looked. */
  readonly evidence: readonly Evidence[];
};

/** One submission with every decision on it, and the evidence. */
export async function readSubmission(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<SubmissionFile, Refusal>> {
  const [submission, decisions, evidence] = await Promise.all([
    issuer.store.submission(id),
    issuer.store.decisions(id),
    issuer.store.evidence(id),
  ]);
  if (submission === undefined)
    return concealUnknown(actor, 'submissions:read', { code: 'not_found', what: 'submission', id });
  const allowed = authorize(actor, 'submissions:read', submission.publisherId);
  return allowed.ok ? ok({ submission, decisions, evidence }) : allowed;
}

/** Submissions the actor may see; services/queue.ts orders those that wait for a person. */
export async function listSubmissions(
  issuer: Issuer,
  actor: Actor,
  filter: {
    readonly softwareId?: string | undefined;
    readonly states?: readonly SubmissionState[] | undefined;
    readonly riskLevel?: Submission['riskLevel'] | undefined;
  },
  page: Page,
  order: 'newest' | 'oldest',
): Promise<Result<readonly Submission[], Refusal>> {
  const allowed = await authorizeList(issuer, actor, 'submissions:read', filter.softwareId);
  if (!allowed.ok) return allowed;
  const publisherIds = visiblePublishers(actor, 'submissions:read');
  return ok(await issuer.store.submissions({ ...filter, publisherIds }, page, order));
}

/** A submission by id, for use cases that authorise next. */
export async function submissionOf(issuer: Issuer, id: string): Promise<Result<Submission, Refusal>> {
  const submission = await issuer.store.submission(id);
  return submission === undefined ? err({ code: 'not_found', what: 'submission', id }) : ok(submission);
}
