import type { Actor } from '../../domain/access.ts';
import { decodeBase64url } from '../../domain/base64url.ts';
import type { MetadataDocument } from '../../domain/client-identifier.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authorize, concealUnknown } from '../authorize.ts';
import type { Issuer } from '../issuer.ts';
import { readMetadata, type Reading } from '../preview.ts';
import type { Refusal } from '../refusal.ts';
import { softwareOf } from '../software.ts';
import { reviewedMetadata, takeSnapshot } from './snapshot.ts';

/** A document as a submission of it would be read. */
export type DocumentReading = Reading & { readonly document: MetadataDocument };

/**
 * Fetches a Client ID Metadata Document and reads it as a submission of it would be read. Nothing is stored.
 *
 * @returns `invalid_input` at `/client_id` with a sentence that says why there is no document
 */
export async function previewDocument(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  url: string,
): Promise<Result<DocumentReading, Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'submissions:write', found.error);
  const allowed = authorize(actor, 'submissions:write', found.value.software.publisherId);
  if (!allowed.ok) return allowed;
  const snapshot = await takeSnapshot(issuer, url);
  if (!snapshot.ok)
    return err({
      code: 'invalid_input',
      problems: [{ pointer: '/client_id', detail: snapshot.error.detail }],
    });
  const { document } = snapshot.value;
  const octets = decodeBase64url(document.octets);
  if (!octets.ok) throw new Error('the octets of a document are not base64url');
  const reading = await readMetadata(issuer, found.value, reviewedMetadata(snapshot.value), octets.value);
  return ok({ ...reading, document });
}
