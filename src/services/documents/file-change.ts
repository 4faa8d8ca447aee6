import type { Finding } from '../../domain/client-metadata/finding.ts';
import type { Result } from '../../domain/result.ts';
import { isOpen, type Submission } from '../../domain/submission.ts';
import type { SoftwareStanding } from '../../ports.ts';
import type { Issuer } from '../issuer.ts';
import { planSubmission, versionOfDocument, type PlannedSubmission } from '../plan-submission.ts';
import { reviewedMetadata, type Snapshot, type SnapshotRefusal } from './snapshot.ts';

/** What is done about a changed document: the submission that puts it before reviewers, or what keeps it from them. */
export type Filing = {
  readonly planned?: PlannedSubmission;
  /** A sentence for people; null when it is before reviewers, or was decided. */
  readonly problem: string | null;
};

/** More submissions than can have been sent since an approval. */
const LOOKED_THROUGH = 200;
const TOLD_FINDINGS = 3;

/**
 * Prepares the submission by which the issuer puts a changed document before reviewers. Once for each digest since the approval that stands:
 * not when the same octets are under review, or were decided on since. A submission about something else that people still owe an answer is
 * left alone, and the change is filed after it.
 *
 * @param seen what was served, with this digest
 */
export async function fileChange(
  issuer: Issuer,
  standing: SoftwareStanding,
  url: string,
  seen: Result<Snapshot, SnapshotRefusal>,
  digest: string,
): Promise<Filing> {
  const { software, approved } = standing;
  const submissions = await issuer.store.submissions(
    { softwareId: software.id },
    { limit: LOOKED_THROUGH },
    'newest',
  );
  const approvedAt = approved?.closedAt ?? 0;
  if (submissions.some((one) => one.document?.digest === digest && isAnswered(one, url, approvedAt)))
    return { problem: null };
  if (!seen.ok) return { problem: seen.error.detail };
  const open = submissions.find(({ state }) => isOpen(state));
  if (open !== undefined && open.document?.url !== url)
    return {
      problem: `Submission ${open.id} is under review. The changed document is put before reviewers once that is decided.`,
    };
  const planned = await planSubmission(issuer, 'issuer', standing, {
    softwareVersion: await versionOfDocument(issuer, software.id, digest),
    metadata: reviewedMetadata(seen.value),
    document: seen.value.document,
    note:
      `The document at ${url} has changed since it was approved; nobody of the publisher sent this. ` +
      `Approved was ${approved?.document?.digest ?? 'nothing'}, and served is ${digest}.`,
  });
  if (planned.ok) return { planned: planned.value, problem: null };
  if (planned.error.code === 'invalid_client_metadata') return { problem: summaryOf(planned.error.findings) };
  return { problem: `It could not be put before reviewers (${planned.error.code}); it is tried again.` };
}

/** Whether a submission of the same octets is before reviewers, or was closed since the approval. */
function isAnswered({ state, document, closedAt }: Submission, url: string, approvedAt: number): boolean {
  return document?.url === url && (isOpen(state) || (closedAt ?? 0) > approvedAt);
}

/** The errors of a document in a few sentences; all of them are shown to whoever submits it. */
function summaryOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const told = errors
    .slice(0, TOLD_FINDINGS)
    .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`));
  const more = errors.length - told.length;
  return `${told.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}
