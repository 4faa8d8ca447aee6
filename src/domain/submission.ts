import type { Agent } from './agent.ts';
import type { ClientMetadata } from './client-metadata/parse-client-metadata.ts';
import type { DocumentReference } from './client-identifier.ts';
import type { Finding } from './client-metadata/finding.ts';
import type { MetadataChange } from './client-metadata/difference.ts';
import type { Conditions } from './review/conditions.ts';

export const SUBMISSION_STATES = [
  'submitted',
  'changes_requested',
  'approved',
  'rejected',
  'withdrawn',
  'superseded',
] as const;
export type SubmissionState = (typeof SUBMISSION_STATES)[number];

export const VERDICTS = ['approve', 'reject', 'request_changes'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One immutable snapshot of client metadata sent for review; only state, conditions, closedAt and version ever change. */
export type Submission = {
  readonly id: string;
  readonly softwareId: string;
  readonly publisherId: string;
  readonly softwareVersion: string;
  readonly metadata: ClientMetadata;
  /** base64url SHA-256 of the metadata's JSON text as stored. */
  readonly metadataSha256: string;
  /** The Client ID Metadata Document the metadata was read from; null when it was posted. */
  readonly document: DocumentReference | null;
  readonly findings: readonly Finding[];
  /** The approval this was compared with, null for the first. */
  readonly comparedWith: string | null;
  readonly changes: readonly MetadataChange[];
  readonly riskLevel: 'low' | 'medium' | 'high';
  readonly riskScore: number;
  /** What the developer says to the reviewer. */
  readonly note: string | null;
  readonly state: SubmissionState;
  /** How many different reviewers must approve; fixed by the policy of the day it was submitted. */
  readonly requiredApprovals: number;
  /** What its approvals demand together; null without any. */
  readonly conditions: Conditions | null;
  readonly submittedBy: Agent;
  readonly submittedAt: number;
  readonly closedAt: number | null;
  readonly version: number;
};

/** A reviewer's word on a submission. Never changed; one per reviewer and submission. */
export type Decision = {
  readonly id: string;
  readonly submissionId: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly conditions: Conditions | null;
  readonly decidedBy: string;
  readonly decidedAt: number;
};

export type SubmissionEvent =
  | {
      readonly type: 'decided';
      readonly verdict: Verdict;
      readonly approvals: number;
      readonly required: number;
    }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'superseded' };

const OPEN: readonly SubmissionState[] = ['submitted', 'changes_requested'];

/** Whether people still owe this submission an answer or an amendment. */
export function isOpen(state: SubmissionState): boolean {
  return OPEN.includes(state);
}

/**
 * The state machine of a submission.
 *
 * @param event for `decided`, `approvals` counts the approving reviewers including this one
 * @returns the next state, or undefined when the event cannot happen in this state
 */
export function nextState(state: SubmissionState, event: SubmissionEvent): SubmissionState | undefined {
  switch (event.type) {
    case 'decided':
      if (state !== 'submitted') return undefined;
      if (event.verdict === 'reject') return 'rejected';
      if (event.verdict === 'request_changes') return 'changes_requested';
      return event.approvals >= event.required ? 'approved' : 'submitted';
    case 'withdrawn':
      return isOpen(state) || state === 'approved' ? 'withdrawn' : undefined;
    case 'superseded':
      return isOpen(state) || state === 'approved' ? 'superseded' : undefined;
  }
}

export type ReviewerConflict = 'submitted_it' | 'belongs_to_publisher' | 'decided_before';

/**
 * Four eyes (ARCHITECTURE.md, invariant 4): who submitted, belongs to the publisher, or has decided on this
 * submission before, cannot decide.
 */
export function conflictOfReviewer(
  reviewer: { readonly personId: string; readonly publisherIds: readonly string[] },
  submission: { readonly submittedBy: string; readonly publisherId: string },
  earlier: readonly Pick<Decision, 'decidedBy'>[],
): ReviewerConflict | undefined {
  if (reviewer.personId === submission.submittedBy) return 'submitted_it';
  if (reviewer.publisherIds.includes(submission.publisherId)) return 'belongs_to_publisher';
  if (earlier.some((decision) => decision.decidedBy === reviewer.personId)) return 'decided_before';
  return undefined;
}
