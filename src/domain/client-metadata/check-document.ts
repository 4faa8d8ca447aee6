import type { JsonObject, JsonValue } from '../json.ts';
import { effectiveValue } from './effective.ts';
import { findingOf, type Finding } from './finding.ts';

/** Octets that authorization servers are advised to read (draft-ietf-oauth-client-id-metadata-document §6.6). */
const ADVISED_OCTETS = 5 * 1024;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const SHARED_SECRET: ReadonlySet<JsonValue | undefined> = new Set([
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
]);

/** What holds for metadata besides when it is published as a document. */
export function checkDocument(metadata: JsonObject, octets: Uint8Array): readonly Finding[] {
  const method = effectiveValue(metadata, 'token_endpoint_auth_method');
  return [
    ...(SHARED_SECRET.has(method)
      ? [
          findingOf(
            'document-shared-secret',
            '/token_endpoint_auth_method',
            metadata['token_endpoint_auth_method'] === undefined
              ? 'The document does not say how the client authenticates, which means client_secret_basic. Say private_key_jwt or none.'
              : `${JSON.stringify(method)} shares a secret, and everybody can read the document. Say private_key_jwt or none.`,
          ),
        ]
      : []),
    ...(octets.length > ADVISED_OCTETS
      ? [
          findingOf(
            'document-too-large',
            '',
            `The document has ${octets.length} octets; many authorization servers read ${ADVISED_OCTETS} at most.`,
          ),
        ]
      : []),
    ...(BYTE_ORDER_MARK.every((octet, i) => octets[i] === octet)
      ? [
          findingOf(
            'document-byte-order-mark',
            '',
            'The document begins with a byte order mark (EF BB BF). Save it as UTF-8 without one.',
          ),
        ]
      : []),
  ];
}
