import { decodeBase64url, encodeBase64url } from '../../domain/base64url.ts';
import type { DocumentReference, MetadataDocument } from '../../domain/client-identifier.ts';
import {
  clientIdUrlProblem,
  METADATA_DOCUMENT_WANTED,
  readMetadataDocument,
} from '../../domain/client-metadata/metadata-document.ts';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256 } from '../../domain/sha256.ts';
import type { Issuer } from '../issuer.ts';

/** A metadata document at one moment: its exact octets, and the client metadata they say. */
export type Snapshot = {
  readonly document: MetadataDocument;
  /** Everything but `client_id`, which is the URL. */
  readonly metadata: JsonObject;
};

export type SnapshotRefusal = {
  /** `client_id`: the URL can be none; `unavailable`: nobody answered as they should, now; `invalid`: it is no document about this URL. */
  readonly code: 'client_id' | 'unavailable' | 'invalid';
  /** What is wrong and what to change. */
  readonly detail: string;
  /** Digest of what was served; undefined when nothing was. */
  readonly digest?: string;
};

/**
 * Fetches a Client ID Metadata Document and takes its digest (draft-mcguinness-oauth-cimd-sw-stmt, Metadata Digest): the octets as they came, no
 * content negotiation, no redirects, nothing truncated (invariant 8).
 */
export async function takeSnapshot(issuer: Issuer, url: string): Promise<Result<Snapshot, SnapshotRefusal>> {
  const problem = clientIdUrlProblem(url);
  if (problem !== undefined) return err({ code: 'client_id', detail: problem });
  const fetched = await issuer.fetcher(url, METADATA_DOCUMENT_WANTED);
  if (!fetched.ok) return err({ code: 'unavailable', detail: fetched.error.detail });
  const { octets } = fetched.value;
  const digest = encodeBase64url(sha256(octets));
  const read = readMetadataDocument(url, octets);
  if (!read.ok) return err({ code: 'invalid', detail: read.error, digest });
  const document = { url, digest, octets: encodeBase64url(octets), fetchedAt: issuer.clock.now() };
  return ok({ document, metadata: read.value });
}

/** The snapshot a submission was made of, from the octets that were kept. Throws when they are gone: they are never removed. */
export async function keptSnapshot(issuer: Issuer, reference: DocumentReference): Promise<Snapshot> {
  const document = await issuer.store.metadataDocument(reference.url, reference.digest);
  const octets = document === undefined ? undefined : decodeBase64url(document.octets);
  if (document === undefined || octets?.ok !== true)
    throw new Error(`the document ${reference.digest} of ${reference.url} was not kept`);
  const read = readMetadataDocument(reference.url, octets.value);
  if (!read.ok) throw new Error(`the kept document ${reference.digest} cannot be read: ${read.error}`);
  return { document, metadata: read.value };
}

/**
 * Members of a document that are not reviewed as client metadata: a statement inside it is no second review, ids are its publisher's own, and
 * when it ends is about the identifier, not about the client.
 */
const NOT_REVIEWED: ReadonlySet<string> = new Set([
  'software_statement',
  'software_id',
  'software_version',
  'client_id_expires_at',
]);

/** The client metadata of a document, as the rules read it (issuance draft, Metadata Snapshot: an embedded statement is no reason to refuse). */
export function reviewedMetadata({ metadata }: Snapshot): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !NOT_REVIEWED.has(name)));
}
