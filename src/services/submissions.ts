import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Decision, Submission, SubmissionState } from '../domain/submission.ts';
import type { Page } from '../ports.ts';
import { authorize, concealUnknown, visiblePublishers } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { authorizeList } from './software.ts';

export type SubmissionFile = { readonly submission: Submission; readonly decisions: readonly Decision[] };

/** One submission with every decision on it. */
export async function readSubmission(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<SubmissionFile, Refusal>> {
  const submission = await issuer.store.submission(id);
  if (submission === undefined)
    return concealUnknown(actor, 'submissions:read', { code: 'not_found', what: 'submission', id });
  const allowed = authorize(actor, 'submissions:read', submission.publisherId);
  return allowed.ok ? ok({ submission, decisions: await issuer.store.decisions(id) }) : allowed;
}

/**
 * Submissions the actor may see. The review queue is those in state `submitted`, oldest first.
 */
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

export type QueueItem = { readonly submission: Submission; readonly publisherName: string };

/** The review queue: submissions with the name of who answers for them. */
export async function reviewQueue(
  ...args: Parameters<typeof listSubmissions>
): Promise<Result<readonly QueueItem[], Refusal>> {
  const [issuer] = args;
  const found = await listSubmissions(...args);
  if (!found.ok) return found;
  const ids = [...new Set(found.value.map(({ publisherId }) => publisherId))];
  const publishers = await issuer.store.publishers({ ids }, { limit: ids.length });
  const names = new Map(publishers.map(({ id, name }) => [id, name]));
  return ok(
    found.value.map((submission) => ({ submission, publisherName: names.get(submission.publisherId) ?? '' })),
  );
}

/** A submission by id, for use cases that authorise next. */
export async function submissionOf(issuer: Issuer, id: string): Promise<Result<Submission, Refusal>> {
  const submission = await issuer.store.submission(id);
  return submission === undefined ? err({ code: 'not_found', what: 'submission', id }) : ok(submission);
}
