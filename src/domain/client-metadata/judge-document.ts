import type { JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { checkDocument } from './check-document.ts';
import { findPrivateKeys } from './check-keys.ts';

/** What a Client ID Metadata Document says of its client. */
export type DocumentContent = {
  /** The client metadata that it declares; nothing else of the document. */
  readonly metadata: JsonObject;
  /** When the client identifier ends at its owner's own word, a NumericDate; undefined for no such word. */
  readonly expiresAt: number | undefined;
};

/** A document is public, so nothing in it can be a secret (draft-ietf-oauth-client-id-metadata-document §4.1). */
const SECRETS = ['client_secret', 'client_secret_expires_at'] as const;
const MAX_DEPTH = 18;

/**
 * Judges what only a document must not hold: secrets, private keys and methods that share a secret (draft-ietf-oauth-client-id-metadata-document
 * §4.1). A statement inside it is left out: it cannot have been made over the octets that hold it (draft-mcguinness-oauth-cimd-sw-stmt,
 * Consumption at Registration). The rules for all metadata are applied elsewhere.
 *
 * @param document members without `client_id`
 * @param octets what they were read from
 * @returns a sentence that says what is wrong
 */
export function judgeDocument(document: JsonObject, octets: Uint8Array): Result<DocumentContent, string> {
  const secret = SECRETS.find((name) => document[name] !== undefined);
  if (secret !== undefined) return err(`The document holds ${secret}; everybody can read it.`);
  if (findPrivateKeys(document, '', MAX_DEPTH).length > 0)
    return err('The document holds a private or symmetric key; everybody can read it. Replace the key.');
  const fault = checkDocument(document, octets).find(({ severity }) => severity === 'error');
  if (fault !== undefined) return err(fault.detail);
  const { software_statement: _embedded, client_id_expires_at: expiresAt, ...metadata } = document;
  return ok({ metadata, expiresAt: typeof expiresAt === 'number' && expiresAt > 0 ? expiresAt : undefined });
}
