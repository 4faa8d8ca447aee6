import {
  evidenceWanted,
  isDueAgain,
  judgeEvidence,
  SHORTEST_PAUSE,
  tryAgainLater,
  type Evidence,
} from '../../domain/review/evidence.ts';
import { err, ok } from '../../domain/result.ts';
import { forEachAtMost } from '../for-each-at-most.ts';
import { decideAndCommit, entryOf, type Issuer } from '../issuer.ts';

const READ_AT_ONCE = 100;
/** Submissions looked at at the same time; each has fifteen documents at most. */
const CONCURRENCY = 3;

/**
 * Looks at the documents that submissions name and nobody has looked at yet, through guarded fetch (invariant 8). What is found is shown
 * beside the submission and never decides anything. What cannot be had is tried again a few times, with growing pauses.
 *
 * @param isOver asked between two submissions; true ends the work early
 */
export async function checkPendingEvidence(
  issuer: Issuer,
  isOver: () => boolean = () => false,
): Promise<void> {
  const now = issuer.clock.now();
  const pending = await issuer.store.pendingEvidence(now - SHORTEST_PAUSE, READ_AT_ONCE);
  const bySubmission = Map.groupBy(
    pending.filter((evidence) => isDueAgain(evidence, now)),
    ({ submissionId }) => submissionId,
  );
  await forEachAtMost(CONCURRENCY, [...bySubmission], async ([submissionId, documents]) => {
    if (!isOver()) await check(issuer, submissionId, documents);
  });
}

async function check(issuer: Issuer, submissionId: string, documents: readonly Evidence[]): Promise<void> {
  const looked = await Promise.all(documents.map((evidence) => look(issuer, evidence)));
  const found = looked.filter((evidence) => evidence.outcome !== 'pending');
  await Promise.all(
    looked
      .filter((evidence) => evidence.outcome === 'pending')
      .map((evidence) => issuer.store.noteEvidenceTry(evidence)),
  );
  if (found.length > 0) await record(issuer, submissionId, found);
}

async function look(issuer: Issuer, evidence: Evidence): Promise<Evidence> {
  const { member, url, version } = evidence;
  const fetched = await issuer.fetcher(url, evidenceWanted(member));
  const judged = judgeEvidence(evidence, fetched);
  const seen = { ...evidence, checkedAt: issuer.clock.now(), version: version + 1 };
  if (judged !== undefined) return { ...seen, ...judged };
  return fetched.ok ? seen : { ...seen, detail: tryAgainLater(evidence, fetched.error) };
}

/** One entry for all that was found of a submission; what somebody else has recorded meanwhile is left as it is. */
async function record(issuer: Issuer, submissionId: string, found: readonly Evidence[]): Promise<void> {
  const recorded = await decideAndCommit<void>(issuer, async () => {
    const [submission, stored] = await Promise.all([
      issuer.store.submission(submissionId),
      issuer.store.evidence(submissionId),
    ]);
    if (submission === undefined) return err({ code: 'not_found', what: 'submission', id: submissionId });
    const fresh = found.filter(({ id, version }) =>
      stored.some((row) => row.id === id && row.outcome === 'pending' && row.version === version - 1),
    );
    if (fresh.length === 0) return ok({ replay: undefined });
    const entry = entryOf(issuer, 'issuer', 'evidence.checked', {
      subject: submissionId,
      publisherId: submission.publisherId,
      softwareId: submission.softwareId,
      data: {
        evidence: fresh.map(({ member, url, outcome, detail }) => ({ member, url, outcome, detail })),
      },
    });
    return ok({
      entries: [entry],
      changes: fresh.map((row) => ({ replace: 'evidence' as const, row })),
      value: undefined,
    });
  });
  if (!recorded.ok)
    issuer.log('warn', 'evidence.not_recorded', { submission_id: submissionId, code: recorded.error.code });
}
