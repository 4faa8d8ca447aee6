import { decodeBase64url } from '../domain/base64url.ts';
import type { MetadataDocument } from '../domain/client-identifier.ts';
import type { JsonValue } from '../domain/json.ts';
import type { LedgerEntry } from '../domain/ledger/entry.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import { nextState, type Submission } from '../domain/submission.ts';
import type { Change, SoftwareStanding } from '../ports.ts';
import { planEvidence } from './evidence/plan.ts';
import { agentOf, currentPolicy, entryOf, newId, type Cause, type Issuer } from './issuer.ts';
import { readMetadata } from './preview.ts';
import type { Refusal } from './refusal.ts';

/** What is sent for review. */
export type SubmissionOrder = {
  readonly softwareVersion: string;
  readonly metadata: JsonValue;
  /** The document the metadata was read from; null when it was posted. */
  readonly document: MetadataDocument | null;
  readonly note: string | null;
};

export type PlannedSubmission = {
  readonly submission: Submission;
  readonly entries: readonly [LedgerEntry, ...LedgerEntry[]];
  readonly changes: readonly Change[];
};

/**
 * Prepares the commit that files a submission: compared with the approval that stands, in the place of one that people still owe an
 * answer. Who may ask was decided by the caller.
 *
 * @returns `invalid_client_metadata` with every finding when a rule of severity error is broken; `client_id_taken` when the document speaks
 *   for another software
 */
export async function planSubmission(
  issuer: Issuer,
  cause: Cause,
  standing: SoftwareStanding,
  order: SubmissionOrder,
): Promise<Result<PlannedSubmission, Refusal>> {
  const { software, publisher } = standing;
  const { document } = order;
  if (publisher.state === 'revoked')
    return err({
      code: 'publisher_state',
      publisherId: publisher.id,
      state: publisher.state,
      reason: publisher.stateReason,
    });
  const [reading, holder, policy, open, subject, kept] = await Promise.all([
    readMetadata(issuer, standing, order.metadata, octetsOf(document)),
    issuer.store.submissionOfVersion(software.id, order.softwareVersion),
    currentPolicy(issuer),
    issuer.store.openSubmission(software.id),
    document === null ? undefined : issuer.store.clientIdentifier(document.url),
    document === null ? undefined : issuer.store.metadataDocument(document.url, document.digest),
  ]);
  if (reading.metadata === undefined)
    return err({ code: 'invalid_client_metadata', findings: reading.findings });
  if (holder !== undefined)
    return err({ code: 'software_version_taken', softwareVersion: order.softwareVersion });
  if (subject !== undefined && subject.softwareId !== software.id)
    return err({ code: 'client_id_taken', url: subject.url });

  const submission: Submission = {
    id: newId(issuer),
    softwareId: software.id,
    publisherId: software.publisherId,
    softwareVersion: order.softwareVersion,
    metadata: reading.metadata,
    metadataSha256: sha256Base64url(JSON.stringify(reading.metadata)),
    document: document === null ? null : { url: document.url, digest: document.digest },
    findings: reading.findings,
    comparedWith: software.approvedSubmissionId,
    changes: reading.changes,
    riskLevel: reading.risk.level,
    riskScore: reading.risk.score,
    note: order.note,
    state: 'submitted',
    conditions: null,
    requiredApprovals: policy.requiredApprovals,
    submittedBy: agentOf(cause),
    submittedAt: issuer.clock.now(),
    closedAt: null,
    version: 1,
  };
  const superseded =
    open === undefined ? { entries: [], changes: [] } : supersede(issuer, cause, open, submission.id);
  const keeps = document !== null && kept === undefined;
  return ok({
    submission,
    entries: [
      entryOf(issuer, cause, 'submission.submitted', {
        subject: submission.id,
        publisherId: submission.publisherId,
        softwareId: software.id,
        data: {
          software_version: submission.softwareVersion,
          metadata_sha256: submission.metadataSha256,
          ...(document === null ? {} : { client_id: document.url, cimd_digest: document.digest }),
          compared_with: submission.comparedWith,
          required_approvals: submission.requiredApprovals,
        },
      }),
      ...superseded.entries,
    ],
    // The software row guards the comparison: an approval that lands meanwhile makes this read again.
    changes: [
      { unchanged: 'software', id: software.id, version: software.version },
      ...superseded.changes,
      ...(keeps ? [{ insert: 'metadataDocument', row: document } as const] : []),
      { insert: 'submission', row: submission },
      ...planEvidence(issuer, submission),
    ],
  });
}

function octetsOf(document: MetadataDocument | null): Uint8Array | undefined {
  const octets = document === null ? undefined : decodeBase64url(document.octets);
  if (octets?.ok === false) throw new Error('the octets of a document are not base64url');
  return octets?.value;
}

/** What it takes to let a later submission or approval take an earlier one's place. */
export function supersede(
  issuer: Issuer,
  cause: Cause,
  earlier: Submission,
  by: string,
): { readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] } {
  const state = nextState(earlier.state, { type: 'superseded' });
  if (state === undefined) return { entries: [], changes: [] };
  const row: Submission = { ...earlier, state, closedAt: issuer.clock.now(), version: earlier.version + 1 };
  return {
    entries: [
      entryOf(issuer, cause, 'submission.superseded', {
        subject: earlier.id,
        publisherId: earlier.publisherId,
        softwareId: earlier.softwareId,
        data: { before: earlier.state, by },
      }),
    ],
    changes: [{ replace: 'submission', row }],
  };
}

/** A free software_version for a document that was found, not numbered by anybody: its digest, and a count where that was there before. */
export async function versionOfDocument(issuer: Issuer, softwareId: string, digest: string): Promise<string> {
  const stem = `document-${digest.slice(0, 12)}`;
  for (let count = 1; ; count += 1) {
    const version = count === 1 ? stem : `${stem}.${count}`;
    if ((await issuer.store.submissionOfVersion(softwareId, version)) === undefined) return version;
  }
}
