import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { takeSnapshot } from './documents/snapshot.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';

/**
 * Fetches a Client ID Metadata Document for somebody who writes a submission, through guarded fetch (invariant 8). Nothing is stored.
 *
 * @param url the client identifier, which is where the document is
 * @returns the metadata as indented JSON text, without `client_id`; `invalid_input` at `/url` with a sentence that says why there is none
 */
export async function fetchMetadataDocument(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  url: string,
): Promise<Result<{ readonly metadataText: string }, Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'submissions:write', found.error);
  const allowed = authorize(actor, 'submissions:write', found.value.software.publisherId);
  if (!allowed.ok) return allowed;
  const snapshot = await takeSnapshot(issuer, url);
  return snapshot.ok
    ? ok({ metadataText: JSON.stringify(snapshot.value.metadata, null, 2) })
    : err({ code: 'invalid_input', problems: [{ pointer: '/url', detail: snapshot.error.detail }] });
}
