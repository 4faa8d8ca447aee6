import { judgeDocument } from '../../domain/client-metadata/judge-document.ts';
import {
  METADATA_DOCUMENT_WANTED,
  readMetadataDocument,
} from '../../domain/client-metadata/metadata-document.ts';
import type { DocumentReference } from '../../domain/client-identifier.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { digestOfDocument } from '../../domain/statement/profiles/judge-cimd.ts';
import type { VerifiedStatement } from '../verifier/statement-verifier.ts';
import { supersededRefusal } from './attested-software.ts';
import type { Registry } from './context.ts';
import { refuse, refuseStatement, type RegistrationRefusal } from './refusal.ts';

/** Seconds after which a client may try again when its document could not be had. */
const RETRY_AFTER_SECONDS = 30;

/**
 * Completes a verified statement with the metadata it attests. For profile cimd that is the document at its `sub`, fetched now, whose exact
 * octets must give its digest; the octets that were digested are the ones that are read, and nothing comes from elsewhere
 * (draft-mcguinness-oauth-cimd-sw-stmt, Consumption at Registration). Any other statement is complete already.
 *
 * Codes `invalid_software_statement`, `invalid_client_metadata`, `unapproved_software_statement`, `temporarily_unavailable`.
 */
export async function withReviewedMetadata(
  registry: Registry,
  statement: VerifiedStatement,
): Promise<Result<VerifiedStatement, RegistrationRefusal>> {
  const { document, provenance } = statement;
  if (document === undefined) return ok(statement);
  // What needs no retrieval comes first: the document's server is asked for nobody whose statement is superseded.
  const known = await registry.store.software(provenance.issuer, statement.softwareId);
  const superseded = supersededRefusal(known, { ...statement, ...provenance });
  if (superseded !== undefined) return err(superseded);
  const octets = await octetsOf(registry, document);
  if (!octets.ok) return octets;
  const digest = digestOfDocument(octets.value);
  if (digest !== document.digest)
    return err(
      refuse(
        'invalid_software_statement',
        'document.digest',
        'The client metadata document is not the one that the software statement is about: it was changed since. Get a new statement for it.',
        `${document.url} has the digest ${digest}, not ${document.digest} (cimd_digest).`,
      ),
    );
  const read = readMetadataDocument(document.url, octets.value);
  if (!read.ok) return err(wrong(read.error));
  const content = judgeDocument(read.value, octets.value);
  if (!content.ok) return err(wrong(content.error));
  const { metadata, expiresAt } = content.value;
  const beyond = registry.verifier?.permits(provenance.issuer, metadata);
  if (beyond !== undefined) return err(refuseStatement(beyond));
  // The document's own word may shorten, never lengthen ("Registration Validity").
  const honouredUntil = Math.min(provenance.honouredUntil, expiresAt ?? Number.POSITIVE_INFINITY);
  return ok({ ...statement, metadata, provenance: { ...provenance, honouredUntil } });
}

async function octetsOf(
  registry: Registry,
  { url }: DocumentReference,
): Promise<Result<Uint8Array, RegistrationRefusal>> {
  if (registry.fetcher === undefined)
    return err(
      refuse(
        'unapproved_software_statement',
        'document.no_fetcher',
        'The software statement is not approved for use at this authorization server.',
        'No fetcher is configured, so no client metadata document can be had.',
      ),
    );
  const fetched = await registry.fetcher(url, METADATA_DOCUMENT_WANTED);
  if (fetched.ok) return ok(fetched.value.octets);
  return err({
    status: 503,
    error: 'temporarily_unavailable',
    description: `The client metadata document could not be had. ${fetched.error.detail} Send the same request again later.`,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    reason: 'document.unavailable',
    detail: `${url}: ${fetched.error.code}`,
  });
}

/** The issuer vouched for the document as it is; what is wrong with it is its client's to change. */
function wrong(why: string): RegistrationRefusal {
  return refuse('invalid_client_metadata', 'document.content', why);
}
