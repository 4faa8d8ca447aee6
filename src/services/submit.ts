import type { Actor } from '../domain/access.ts';
import type { JsonValue } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Submission } from '../domain/submission.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { reviewedMetadata, takeSnapshot, type Snapshot } from './documents/snapshot.ts';
import { decideAndCommit, rememberKey, replayOf, type Idempotency, type Issuer } from './issuer.ts';
import { planSubmission, versionOfDocument, type SubmissionOrder } from './plan-submission.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';
import { submissionOf } from './submissions.ts';

/** What is sent for review: metadata, or the URL of the Client ID Metadata Document that says it. */
export type SubmitCommand = { readonly note?: string | undefined } & (
  | { readonly softwareVersion: string; readonly metadata: JsonValue }
  /** Without a version the document's digest serves as one. */
  | {
      readonly softwareVersion?: string | undefined;
      readonly clientId: string;
      /** The digest that was looked at; something else is not submitted then. */
      readonly expectedDigest?: string | undefined;
    }
);

/**
 * Sends a snapshot of client metadata for review. It is compared with the approval that stands, and takes
 * the place of a submission of the same software that people still owe an answer.
 *
 * @returns `invalid_client_metadata` with every finding when a rule of severity error is broken, and `invalid_input` at `/client_id` when
 *   the document cannot be had or is none; nothing is stored then
 */
export async function submit(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  command: SubmitCommand,
  idempotency?: Idempotency,
): Promise<Result<Submission, Refusal>> {
  const first = await softwareOf(issuer, softwareId);
  if (!first.ok) return concealUnknown(actor, 'submissions:write', first.error);
  const allowed = authorize(actor, 'submissions:write', first.value.software.publisherId);
  if (!allowed.ok) return allowed;
  const repeat = await replayOf(issuer, actor, idempotency, (id) => submissionOf(issuer, id));
  if (!repeat.ok) return repeat;
  if (repeat.value !== undefined) return ok(repeat.value.replay);
  const snapshot = 'clientId' in command ? await takeSnapshot(issuer, command.clientId) : undefined;
  if (snapshot?.ok === false)
    return err({
      code: 'invalid_input',
      problems: [{ pointer: '/client_id', detail: snapshot.error.detail }],
    });

  if (isUnexpected(command, snapshot?.value))
    return err({
      code: 'invalid_input',
      problems: [{ pointer: '/digest', detail: 'The document has changed since it was looked at.' }],
    });

  return decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, softwareId);
    if (!found.ok) return found;
    const again = await replayOf(issuer, actor, idempotency, (id) => submissionOf(issuer, id));
    if (!again.ok) return again;
    if (again.value !== undefined) return ok(again.value);
    const order = await orderOf(issuer, softwareId, command, snapshot?.value);
    const planned = await planSubmission(issuer, actor, found.value, order);
    if (!planned.ok) return planned;
    const { submission, entries, changes } = planned.value;
    return ok({
      entries,
      changes: [...changes, ...rememberKey(issuer, actor, idempotency, submission.id)],
      value: submission,
    });
  });
}

function isUnexpected(command: SubmitCommand, snapshot: Snapshot | undefined): boolean {
  const expected = 'clientId' in command ? command.expectedDigest : undefined;
  return expected !== undefined && expected !== snapshot?.document.digest;
}

async function orderOf(
  issuer: Issuer,
  softwareId: string,
  command: SubmitCommand,
  snapshot: Snapshot | undefined,
): Promise<SubmissionOrder> {
  const note = command.note ?? null;
  if ('metadata' in command)
    return { softwareVersion: command.softwareVersion, metadata: command.metadata, document: null, note };
  if (snapshot === undefined) throw new Error('a submission by URL without its snapshot');
  const { document } = snapshot;
  const softwareVersion =
    command.softwareVersion ?? (await versionOfDocument(issuer, softwareId, document.digest));
  return { softwareVersion, metadata: reviewedMetadata(snapshot), document, note };
}
