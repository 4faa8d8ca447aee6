import type { BitstringReference } from '../../domain/credential/bitstring-status-list.ts';
import type { DocumentReference } from '../../domain/client-identifier.ts';
import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { claimsRefusal, secondsMember, withoutNulls } from './claims.ts';
import { beyondPermission } from './permitted.ts';
import { readCimdStatement } from './read-cimd-statement.ts';
import { readCredentialStatement } from './read-credential-statement.ts';
import type { StatementRefusal } from './refusal.ts';
import type { IssuerProfile, IssuerTrust } from './trusted-issuer.ts';

/** What a statement says about software, whatever its profile. Its status is not asked for yet. */
export type ReadStatement = {
  readonly profile: Profile;
  /** What the statement is about, as this server counts it: see `VerifiedStatement`. */
  readonly softwareId: string;
  readonly softwareVersion: string | undefined;
  /** Client metadata in the statement itself; empty for profile cimd. */
  readonly metadata: JsonObject;
  /** The document that carries the metadata, for profile cimd. */
  readonly document: DocumentReference | undefined;
  /** Empty for a statement without one. */
  readonly jti: string;
  /** NumericDates, seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Places in bitstring status lists, for profile vc+jwt. */
  readonly credentialStatus?: readonly BitstringReference[];
};

/** A statement whose signature holds, and who asks. */
export type Asked = {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly trust: IssuerTrust;
  /** Identifiers of this authorization server that the issuer may name. */
  readonly audience: readonly string[];
  /** This authorization server's tenant, for profile cimd. */
  readonly tenant: string | undefined;
  /** Seconds. */
  readonly at: number;
};

/** Claims about the statement, not about the client (RFC 7519 §4.1, draft-ietf-oauth-status-list §6.1, RFC 7800). */
const NOT_METADATA: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'status',
  'cnf',
]);

/** Reads a statement of a profile that was told by its `typ`, by that profile's own rules. */
export function readStatement(profile: IssuerProfile, asked: Asked): Result<ReadStatement, StatementRefusal> {
  switch (profile) {
    case 'rfc7591':
      return readPlainStatement(asked);
    case 'cimd':
      return readCimdStatement(asked);
    case 'vc+jwt':
      return readCredentialStatement(asked);
  }
}

function readPlainStatement({ claims, trust, audience, at }: Asked): Result<ReadStatement, StatementRefusal> {
  const refusal = claimsRefusal(claims, trust, audience, at) ?? beyondPermission(claims, trust);
  if (refusal !== undefined) return err(refusal);
  const { software_version: softwareVersion } = claims;
  return ok({
    profile: 'rfc7591',
    softwareId: textMember(claims, 'software_id'),
    softwareVersion: typeof softwareVersion === 'string' ? softwareVersion : undefined,
    metadata: metadataOf(claims),
    document: undefined,
    jti: textMember(claims, 'jti'),
    issuedAt: secondsMember(claims, 'iat'),
    expiresAt: secondsMember(claims, 'exp'),
  });
}

function metadataOf(claims: JsonObject): JsonObject {
  return withoutNulls(Object.fromEntries(Object.entries(claims).filter(([name]) => !NOT_METADATA.has(name))));
}
