import type { ClientMetadata } from '../client-metadata/parse-client-metadata.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Why a statement must not be signed. */
export type StatementFault = { readonly code: string; readonly detail: string };

/** What no statement ever says beside its metadata, unless its profile has a meaning for it. */
const NEVER_SIGNED: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
  'software_statement',
  'sub',
  'nbf',
  'cnf',
]);

/**
 * Whether members hold exactly the approved snapshot beside the issuer's own (ARCHITECTURE.md, invariant 3): nothing more, nothing less, nothing
 * changed, nothing empty.
 *
 * @param own names that are the issuer's to set, which the snapshot must not hold
 */
export function snapshotFault(
  members: JsonObject,
  metadata: ClientMetadata,
  own: ReadonlySet<string>,
): StatementFault | undefined {
  const fault = (code: string, detail: string) => ({ code, detail });
  for (const [name, value] of Object.entries(members)) {
    if (NEVER_SIGNED.has(name) && !own.has(name)) return fault('reserved', `${name} is never signed`);
    if (value === undefined || isEmpty(value)) return fault('empty', `${name} is empty`);
    if (own.has(name)) continue;
    if (!Object.hasOwn(metadata, name))
      return fault('not_approved', `${name} is not in the approved snapshot`);
    if (JSON.stringify(value) !== JSON.stringify(metadata[name]))
      return fault('not_approved', `${name} differs from the approved snapshot`);
  }
  for (const name of Object.keys(metadata)) {
    if (own.has(name)) return fault('reserved', `the snapshot holds ${name}, which is the issuer's`);
    if (!Object.hasOwn(members, name)) return fault('not_approved', `${name} of the snapshot is missing`);
  }
  return undefined;
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0 || value.some(isEmpty);
  return isJsonObject(value) && Object.keys(value).length === 0;
}
