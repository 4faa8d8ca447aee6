import type { ClientMetadata } from '../client-metadata/parse-client-metadata.ts';
import type { JsonObject } from '../json.ts';

/**
 * A client registration request body ready to be posted (RFC 7591 §3.1): the statement, and the same metadata
 * in plain, because some servers refuse a body that holds a statement alone. What the statement says
 * takes precedence at servers that honour it (RFC 7591 §2.3), so the copy can add nothing.
 */
export function registrationRequest(softwareStatement: string, metadata: ClientMetadata): JsonObject {
  return { ...metadata, software_statement: softwareStatement };
}
