import { ANY_PUBLISHER, type Actor } from '../../../domain/access.ts';
import { encodeBase64url } from '../../../domain/base64url.ts';
import { authorizationResponse, type AuthorizationResponse } from '../../../domain/oauth/authorization.ts';
import { placeOf } from '../../../domain/oauth/redirect-uri.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { sha256Base64url } from '../../../domain/sha256.ts';
import { authorize } from '../../authorize.ts';
import { reviewedMetadata, type Snapshot } from '../../documents/snapshot.ts';
import { agentOf, decideAndCommit, entryOf, type Issuer } from '../../issuer.ts';
import { planSubmission, versionOfDocument } from '../../plan-submission.ts';
import type { Refusal } from '../../refusal.ts';
import { createSoftware, softwareOf } from '../../software.ts';
import { putBack, takeRequest, type PendingRequest } from './pending.ts';
import { choicesOf, currentDocument, progressOf, prospectOf, type Choice } from './screen.ts';

/** Seconds in which a code is redeemed (issuance draft, Software Statement Code Response). */
export const CODE_SECONDS = 60;

/** What somebody answers a client. */
export type Answer =
  | {
      readonly answer: 'send';
      /** Value of the choice; see Choice. */
      readonly choice: string;
      /** Of the document they were shown. */
      readonly digest: string;
    }
  | { readonly answer: 'decline' };

/**
 * Answers a request that waits, once: the document goes to the reviewers, unless these octets are with them or approved already, or it does not.
 * Either way the client gets a code, and learns the answer when it redeems it (issuance draft, Authorization Response).
 *
 * @returns `invalid_input` at `/digest` when the document is another one than was shown; the request waits on then, as after any refusal
 */
export async function answerAuthorization(
  issuer: Issuer,
  actor: Actor,
  id: string,
  answer: Answer,
): Promise<Result<AuthorizationResponse, Refusal>> {
  const taken = await takeRequest(issuer, id);
  if (!taken.ok) return taken;
  let answered: Result<AuthorizationResponse, Refusal> | undefined;
  try {
    answered = await answerTaken(issuer, actor, taken.value, answer);
    return answered;
  } finally {
    if (answered?.ok !== true) await putBack(issuer, id, taken.value);
  }
}

async function answerTaken(
  issuer: Issuer,
  actor: Actor,
  { request }: PendingRequest,
  answer: Answer,
): Promise<Result<AuthorizationResponse, Refusal>> {
  const current = await currentDocument(issuer, request);
  if (!current.ok) return current;
  const snapshot = current.value;
  const { document } = snapshot;
  if (answer.answer === 'send' && answer.digest !== document.digest)
    return err({
      code: 'invalid_input',
      problems: [{ pointer: '/digest', detail: `Another document is served now: ${document.digest}.` }],
    });
  const submission =
    answer.answer === 'send'
      ? await file(issuer, actor, request, snapshot, answer.choice)
      : await decline(issuer, actor, request, snapshot);
  if (!submission.ok) return submission;
  const code = encodeBase64url(issuer.random(32));
  await issuer.store.saveStatementCode({
    id: sha256Base64url(code),
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    dpopJkt: request.dpopJkt,
    document: { url: document.url, digest: document.digest },
    audience: request.audience.length === 0 ? null : request.audience,
    submissionId: submission.value,
    agent: agentOf(actor),
    expiresAt: issuer.clock.now() + CODE_SECONDS,
    spentAt: null,
    deferralId: null,
  });
  return ok(authorizationResponse(issuer.identifier, request, { code }));
}

type Request = PendingRequest['request'];

/** The submission the code stands on: one about these octets that is there, or a new one. */
async function file(
  issuer: Issuer,
  actor: Actor,
  request: Request,
  snapshot: Snapshot,
  wanted: string,
): Promise<Result<string, Refusal>> {
  const allowed = authorize(actor, 'submissions:write', ANY_PUBLISHER);
  if (!allowed.ok) return allowed;
  const { isBound, choices } = await choicesOf(issuer, actor, request, snapshot);
  const choice = choices.find(({ value }) => value === wanted);
  if (choice === undefined)
    return isBound
      ? err({ code: 'client_id_taken', url: request.clientId })
      : err({ code: 'not_found', what: 'software', id: wanted.slice(0, 100) });
  const softwareId = await softwareFor(issuer, actor, request, snapshot, choice);
  if (!softwareId.ok) return softwareId;
  return decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, softwareId.value);
    if (!found.ok) return found;
    const may = authorize(actor, 'submissions:write', found.value.software.publisherId);
    if (!may.ok) return may;
    const progress = await progressOf(issuer, found.value, snapshot.document);
    if (
      progress.submission !== undefined &&
      (progress.kind === 'approved' || progress.kind === 'under_review')
    )
      return ok({ replay: progress.submission.id });
    const planned = await planSubmission(issuer, actor, found.value, {
      softwareVersion: await versionOfDocument(issuer, softwareId.value, snapshot.document.digest),
      metadata: reviewedMetadata(snapshot),
      document: snapshot.document,
      note: `Sent on behalf of the client, which asked for a statement and is answered at ${placeOf(request.redirectUri)}.`,
    });
    if (!planned.ok) return planned;
    const { submission, entries, changes } = planned.value;
    return ok({ entries, changes, value: submission.id });
  });
}

/** The software of a choice; a new one is registered once it is clear that the document can be sent for it. */
async function softwareFor(
  issuer: Issuer,
  actor: Actor,
  request: Request,
  snapshot: Snapshot,
  choice: Choice,
): Promise<Result<string, Refusal>> {
  if (choice.kind === 'software') return ok(choice.software.id);
  const { reading } = await prospectOf(issuer, request, snapshot, choice);
  if (reading.metadata === undefined)
    return err({ code: 'invalid_client_metadata', findings: reading.findings });
  const made = await createSoftware(issuer, actor, { publisherId: choice.publisher.id, name: choice.name });
  return made.ok ? ok(made.value.id) : made;
}

/** Writes down who did not vouch for which octets, and keeps those. */
async function decline(
  issuer: Issuer,
  actor: Actor,
  { clientId, redirectUri, audience }: Request,
  { document }: Snapshot,
): Promise<Result<null, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const [subject, kept] = await Promise.all([
      issuer.store.clientIdentifier(clientId),
      issuer.store.metadataDocument(document.url, document.digest),
    ]);
    return ok({
      entries: [
        entryOf(issuer, actor, 'exchange.denied', {
          subject: clientId,
          ...(subject === undefined
            ? {}
            : { publisherId: subject.publisherId, softwareId: subject.softwareId }),
          data: {
            reason: 'declined at the authorization endpoint',
            cimd_digest: document.digest,
            redirect_uri: redirectUri,
            audience: [...audience],
          },
        }),
      ],
      changes: kept === undefined ? [{ insert: 'metadataDocument', row: document }] : [],
      value: null,
    });
  });
}
