import type { ClientMetadata } from '../client-metadata/parse-client-metadata.ts';
import type { JsonObject } from '../json.ts';
import type { Statement } from './statement.ts';

/**
 * A client registration request body ready to be posted (RFC 7591 §3.1): the statement, and the same metadata
 * in plain, because some servers refuse a body that holds a statement alone. What the statement says
 * takes precedence at servers that honour it (RFC 7591 §2.3), so the copy can add nothing.
 *
 * With a digest-bound statement every value comes from the document and none from the request
 * (draft-mcguinness-oauth-cimd-sw-stmt, Consumption at Registration), so the statement stands alone.
 *
 * @param metadata what was approved
 */
export function registrationRequest(
  { profile, jwt }: Pick<Statement, 'profile' | 'jwt'>,
  metadata: ClientMetadata,
): JsonObject {
  return profile === 'cimd' ? { software_statement: jwt } : { ...metadata, software_statement: jwt };
}
