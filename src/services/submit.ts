import type { Actor } from '../domain/access.ts';
import type { JsonValue } from '../domain/json.ts';
import type { LedgerEntry } from '../domain/ledger/entry.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import { nextState, type Submission } from '../domain/submission.ts';
import type { Change } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { planEvidence } from './evidence/plan.ts';
import {
  currentPolicy,
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import { readMetadata } from './preview.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';
import { submissionOf } from './submissions.ts';

/**
 * Sends a snapshot of client metadata for review. It is compared with the approval that stands, and takes
 * the place of a submission of the same software that people still owe an answer.
 *
 * @returns `invalid_client_metadata` with every finding when a rule of severity error is broken; nothing is stored then
 */
export async function submit(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  command: {
    readonly softwareVersion: string;
    readonly metadata: JsonValue;
    readonly note?: string | undefined;
  },
  idempotency?: Idempotency,
): Promise<Result<Submission, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, softwareId);
    if (!found.ok) return concealUnknown(actor, 'submissions:write', found.error);
    const { software, publisher } = found.value;
    const allowed = authorize(actor, 'submissions:write', software.publisherId);
    if (!allowed.ok) return allowed;
    const repeat = await replayOf(issuer, actor, idempotency, (id) => submissionOf(issuer, id));
    if (!repeat.ok) return repeat;
    if (repeat.value !== undefined) return ok(repeat.value);
    if (publisher.state === 'revoked')
      return err({
        code: 'publisher_state',
        publisherId: publisher.id,
        state: publisher.state,
        reason: publisher.stateReason,
      });

    const reading = await readMetadata(issuer, found.value, command.metadata);
    if (reading.metadata === undefined)
      return err({ code: 'invalid_client_metadata', findings: reading.findings });
    if (await isVersionTaken(issuer, softwareId, command.softwareVersion))
      return err({ code: 'software_version_taken', softwareVersion: command.softwareVersion });

    const now = issuer.clock.now();
    const submission: Submission = {
      id: newId(issuer),
      softwareId,
      publisherId: software.publisherId,
      softwareVersion: command.softwareVersion,
      metadata: reading.metadata,
      metadataSha256: sha256Base64url(JSON.stringify(reading.metadata)),
      findings: reading.findings,
      comparedWith: software.approvedSubmissionId,
      changes: reading.changes,
      riskLevel: reading.risk.level,
      riskScore: reading.risk.score,
      note: command.note ?? null,
      state: 'submitted',
      conditions: null,
      requiredApprovals: (await currentPolicy(issuer)).requiredApprovals,
      submittedBy: actor.personId,
      submittedAt: now,
      closedAt: null,
      version: 1,
    };
    const open = await issuer.store.openSubmission(softwareId);
    const superseded =
      open === undefined ? { entries: [], changes: [] } : supersede(issuer, actor, open, submission.id);
    return ok({
      entries: [
        entryOf(issuer, actor, 'submission.submitted', {
          subject: submission.id,
          publisherId: submission.publisherId,
          softwareId,
          data: {
            software_version: submission.softwareVersion,
            metadata_sha256: submission.metadataSha256,
            compared_with: submission.comparedWith,
            required_approvals: submission.requiredApprovals,
          },
        }),
        ...superseded.entries,
      ],
      // The software row guards the comparison: an approval that lands meanwhile makes this read again.
      changes: [
        { unchanged: 'software', id: softwareId, version: software.version },
        ...superseded.changes,
        { insert: 'submission', row: submission },
        ...planEvidence(issuer, submission),
        ...rememberKey(issuer, actor, idempotency, submission.id),
      ],
      value: submission,
    });
  });
}

/** What it takes to let a later submission or approval take an earlier one's place. */
export function supersede(
  issuer: Issuer,
  actor: Actor,
  earlier: Submission,
  by: string,
): { readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] } {
  const state = nextState(earlier.state, { type: 'superseded' });
  if (state === undefined) return { entries: [], changes: [] };
  const row: Submission = { ...earlier, state, closedAt: issuer.clock.now(), version: earlier.version + 1 };
  return {
    entries: [
      entryOf(issuer, actor, 'submission.superseded', {
        subject: earlier.id,
        publisherId: earlier.publisherId,
        softwareId: earlier.softwareId,
        data: { before: earlier.state, by },
      }),
    ],
    changes: [{ replace: 'submission', row }],
  };
}

async function isVersionTaken(issuer: Issuer, softwareId: string, softwareVersion: string): Promise<boolean> {
  const holder = await issuer.store.submissionOfVersion(softwareId, softwareVersion);
  return holder !== undefined;
}
