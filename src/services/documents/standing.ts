import type { Actor } from '../../domain/access.ts';
import { decodeBase64url } from '../../domain/base64url.ts';
import {
  servedAgainst,
  type DocumentReference,
  type DocumentWatch,
  type Served,
} from '../../domain/client-identifier.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Submission } from '../../domain/submission.ts';
import type { SoftwareStanding } from '../../ports.ts';
import { authorize, concealUnknown } from '../authorize.ts';
import type { Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { readSoftware } from '../software.ts';
import { submissionOf } from '../submissions.ts';
import { keptSnapshot, takeSnapshot } from './snapshot.ts';

/** A document that was reviewed, and what is served in its place now as far as the issuer knows. */
export type DocumentStanding = {
  readonly document: DocumentReference;
  readonly served: Served;
  /** What the issuer saw when it looked; undefined while nothing about its URL was approved. */
  readonly watch: DocumentWatch | undefined;
};

/** How a reviewed document stands; what is known may be an hour old. */
export async function standingOfDocument(
  issuer: Issuer,
  document: DocumentReference,
): Promise<DocumentStanding> {
  const watch = await issuer.store.documentWatch(document.url);
  return { document, served: servedAgainst(watch, document.digest), watch };
}

/** How the document of the approval that stands does; undefined where none stands or metadata was posted. */
export async function approvedDocument(
  issuer: Issuer,
  { approved }: Pick<SoftwareStanding, 'approved'>,
): Promise<DocumentStanding | undefined> {
  const document = approved?.document ?? null;
  return document === null ? undefined : standingOfDocument(issuer, document);
}

/** The document that statements of a software are made over now. Refuses `not_found` where there is none. */
export async function readApprovedDocument(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
): Promise<Result<DocumentStanding, Refusal>> {
  const standing = await readSoftware(issuer, actor, softwareId);
  if (!standing.ok) return standing;
  const document = await approvedDocument(issuer, standing.value);
  return document === undefined ? err({ code: 'not_found', what: 'document', id: softwareId }) : ok(document);
}

/** A document as it was reviewed. */
export type ReviewedDocument = { readonly document: DocumentReference; readonly octets: Uint8Array };

/** The exact octets that a submission was made of. Refuses `not_found` where metadata was posted. */
export async function readReviewedDocument(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
): Promise<Result<ReviewedDocument, Refusal>> {
  const found = await submissionOf(issuer, submissionId);
  if (!found.ok) return concealUnknown(actor, 'submissions:read', found.error);
  const { publisherId, document } = found.value;
  const allowed = authorize(actor, 'submissions:read', publisherId);
  if (!allowed.ok) return allowed;
  if (document === null) return err({ code: 'not_found', what: 'document', id: submissionId });
  return ok({ document, octets: await keptOctets(issuer, document) });
}

/** What pages show of the document of a submission that somebody may read; undefined where metadata was posted. */
export type DocumentFile = { readonly standing: DocumentStanding; readonly octets: Uint8Array };

/** The document of a submission, with how it stands. Whoever calls this has looked whether it may be read. */
export async function documentFileOf(
  issuer: Issuer,
  { document }: Pick<Submission, 'document'>,
): Promise<DocumentFile | undefined> {
  if (document === null) return undefined;
  const [standing, octets] = await Promise.all([
    standingOfDocument(issuer, document),
    keptOctets(issuer, document),
  ]);
  return { standing, octets };
}

async function keptOctets(issuer: Issuer, document: DocumentReference): Promise<Uint8Array> {
  const kept = await keptSnapshot(issuer, document);
  const octets = decodeBase64url(kept.document.octets);
  if (!octets.ok) throw new Error(`the octets of ${document.digest} are not base64url`);
  return octets.value;
}

/** What is served in place of a reviewed document this very moment. */
export type ServedNow =
  | { readonly served: 'same' | 'changed'; readonly digest: string }
  | { readonly served: 'unknown'; readonly detail: string };

/** Fetches the document of a submission once more and compares it. Nothing is kept. Refuses `not_found` where metadata was posted. */
export async function compareDocument(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
): Promise<Result<ServedNow, Refusal>> {
  const reviewed = await readReviewedDocument(issuer, actor, submissionId);
  if (!reviewed.ok) return reviewed;
  const { document } = reviewed.value;
  const snapshot = await takeSnapshot(issuer, document.url);
  const digest = snapshot.ok ? snapshot.value.document.digest : snapshot.error.digest;
  if (digest === undefined)
    return ok({ served: 'unknown', detail: snapshot.ok ? '' : snapshot.error.detail });
  return ok({ served: digest === document.digest ? 'same' : 'changed', digest });
}
