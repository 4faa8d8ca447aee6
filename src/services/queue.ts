import { ANY_PUBLISHER, type Actor } from '../domain/access.ts';
import { summaryOfEffects } from '../domain/client-metadata/difference.ts';
import type { Severity } from '../domain/client-metadata/finding.ts';
import { err, ok, type Result } from '../domain/result.ts';
import {
  conflictOfReviewer,
  type Decision,
  type Submission,
  type SubmissionState,
} from '../domain/submission.ts';
import type { PublisherTally, QueueFilter, QueueOrder, QueuePlace, QueueRow } from '../ports.ts';
import { authorize, authorizeBeforeStepUp, visiblePublishers } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

/** A submission in the queue, with what a reviewer needs to choose. */
export type QueueItem = QueueRow & {
  /** The `client_name` people are shown; undefined when the submission has none. */
  readonly clientName: string | undefined;
  readonly ageSeconds: number;
  /** Changes that add authority against the approval that stands. */
  readonly expansions: number;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Approvals still to come; 0 when it does not wait for one. */
  readonly waitingApprovals: number;
  /** What is known of the publisher, each number counted up to TALLY_BOUND. */
  readonly record: Omit<PublisherTally, 'publisherId'>;
};

/** Counts of a publisher's record stop here: `100` means that or more. */
export const TALLY_BOUND = 100;

export type QueueQuery = {
  /** `submitted` unless said. */
  readonly state?: SubmissionState | undefined;
  readonly riskLevel?: Submission['riskLevel'] | undefined;
  readonly publisherId?: string | undefined;
  readonly expands?: boolean | undefined;
  readonly claim?: 'mine' | 'unclaimed' | undefined;
  /** In the name of the software or of its publisher. */
  readonly search?: string | undefined;
};

export type QueuePage = {
  readonly items: readonly QueueItem[];
  /** Names the end of this page; null on the last one. */
  readonly next: string | null;
};

/**
 * The review queue. What needs a person first comes first (`attention`: highest risk, then oldest), unless another
 * order is asked for. Reviewers, operators and auditors see everybody's, developers their publishers'.
 *
 * @param page.after `next` of the page before, of the same order; refused as `invalid_input` when it is not one
 */
export async function reviewQueue(
  issuer: Issuer,
  actor: Actor,
  query: QueueQuery,
  page: { readonly after?: string | undefined; readonly limit: number },
  order: QueueOrder = 'attention',
): Promise<Result<QueuePage, Refusal>> {
  const allowed = authorize(actor, 'submissions:read', query.publisherId ?? ANY_PUBLISHER);
  if (!allowed.ok) return allowed;
  const after = page.after === undefined ? ok(undefined) : placeOf(page.after, order);
  if (!after.ok) return after;
  const now = issuer.clock.now();
  const rows = await issuer.store.reviewQueue(
    filterOf(actor, query),
    { after: after.value, limit: page.limit + 1 },
    order,
    now,
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return ok({
    items: await itemsOf(issuer, shown, now),
    next: rows.length > page.limit && last !== undefined ? textOf(last.submission, order) : null,
  });
}

/**
 * What this reviewer should look at next: the first submission in the queue that they may decide and nobody else has
 * claimed. Whoever may decide with a fresh passkey may ask.
 *
 * @param after the submission they come from: the search goes on behind it, and begins again at the front when
 *   nothing is left; it is never the answer itself
 * @returns undefined when there is nothing for them
 */
export async function nextForReview(
  issuer: Issuer,
  actor: Actor,
  after?: Pick<Submission, 'id' | 'riskScore'>,
): Promise<Result<QueueItem | undefined, Refusal>> {
  const allowed = authorizeBeforeStepUp(actor, 'decisions:write', undefined);
  if (!allowed.ok) return allowed;
  const behind = after === undefined ? undefined : await firstFor(issuer, actor, after, after.id);
  const found = behind ?? (await firstFor(issuer, actor, undefined, after?.id));
  if (found === undefined) return ok(undefined);
  const [item] = await itemsOf(issuer, [found], issuer.clock.now());
  return ok(item);
}

async function firstFor(
  issuer: Issuer,
  actor: Actor,
  after: QueuePlace | undefined,
  except: string | undefined,
): Promise<QueueRow | undefined> {
  const { personId, publisherIds } = actor;
  const rows = await issuer.store.reviewQueue(
    {
      state: 'submitted',
      claim: { is: 'available', personId },
      decidableBy: { personId, publisherIds },
    },
    { after, limit: 2 },
    'attention',
    issuer.clock.now(),
  );
  const others = rows.filter(({ submission }) => submission.id !== except);
  const decisions = await decisionsOf(issuer, others);
  return others.find(
    ({ submission }) =>
      conflictOfReviewer(actor, submission, decisions.get(submission.id) ?? []) === undefined,
  );
}

function filterOf(actor: Actor, { state, publisherId, claim, search, ...rest }: QueueQuery): QueueFilter {
  return {
    ...rest,
    state: state ?? 'submitted',
    publisherIds: publisherId === undefined ? visiblePublishers(actor, 'submissions:read') : [publisherId],
    search: search?.trim() === '' ? undefined : search?.trim(),
    claim: claim === 'mine' ? { is: 'mine', personId: actor.personId } : claim && { is: claim },
  };
}

async function itemsOf(
  issuer: Issuer,
  rows: readonly QueueRow[],
  now: number,
): Promise<readonly QueueItem[]> {
  const publisherIds = [...new Set(rows.map(({ submission }) => submission.publisherId))];
  const [decisions, tallies] = await Promise.all([
    decisionsOf(issuer, rows),
    publisherIds.length === 0 ? [] : issuer.store.publisherTallies(publisherIds, TALLY_BOUND),
  ]);
  const records = new Map(tallies.map(({ publisherId, ...record }) => [publisherId, record]));
  return rows.map((row) => {
    const { submission } = row;
    const name = submission.metadata['client_name'];
    return {
      ...row,
      clientName: typeof name === 'string' ? name : undefined,
      ageSeconds: Math.max(0, now - submission.submittedAt),
      expansions: summaryOfEffects(submission.changes).expands,
      findings: findingsBySeverity(submission),
      waitingApprovals: waitingApprovals(submission, decisions.get(submission.id) ?? []),
      record: records.get(submission.publisherId) ?? { approved: 0, rejected: 0, revokedStatements: 0 },
    };
  });
}

/** How many approvals a submission still waits for. */
export function waitingApprovals(submission: Submission, decisions: readonly Decision[]): number {
  if (submission.state !== 'submitted') return 0;
  return submission.requiredApprovals - decisions.filter(({ verdict }) => verdict === 'approve').length;
}

/** Decisions by submission. While one waits, only a policy that asks for two can have led to some, so only those are read. */
async function decisionsOf(
  issuer: Issuer,
  rows: readonly QueueRow[],
): Promise<ReadonlyMap<string, readonly Decision[]>> {
  const ids = rows
    .filter(({ submission }) => submission.state === 'submitted' && submission.requiredApprovals > 1)
    .map(({ submission }) => submission.id);
  return ids.length === 0
    ? new Map()
    : Map.groupBy(await issuer.store.decisionsOn(ids), ({ submissionId }) => submissionId);
}

function findingsBySeverity({ findings }: Submission): QueueItem['findings'] {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}

function textOf({ id, riskScore }: Submission, order: QueueOrder): string {
  return order === 'attention' ? `${riskScore}.${id}` : id;
}

function placeOf(text: string, order: QueueOrder): Result<QueuePlace, Refusal> {
  if (order !== 'attention') return ok({ riskScore: 0, id: text });
  const [, score, id] = /^(\d{1,9})\.(.+)$/.exec(text) ?? [];
  if (score !== undefined && id !== undefined) return ok({ riskScore: Number(score), id });
  const detail = 'is not the end of a page in this order; begin at the first page';
  return err({ code: 'invalid_input', problems: [{ pointer: '/after', detail }] });
}
