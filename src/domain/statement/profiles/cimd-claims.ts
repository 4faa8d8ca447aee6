import type { DocumentReference } from '../../client-identifier.ts';
import type { JsonObject } from '../../json.ts';
import { err, type Result } from '../../result.ts';
import { passLint, type IssuerClaims, type LintedStatement, type StatementHeader } from '../claims.ts';
import type { StatementFault } from '../snapshot-fault.ts';

/** `typ` of profile cimd (draft-mcguinness-oauth-cimd-sw-stmt, The Software Statement). */
export const CIMD_STATEMENT_TYPE = 'software-statement+jwt';

/** Every claim this profile has; it carries no client metadata, so there is no room for any other. */
const CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'iat',
  'exp',
  'jti',
  'cimd_digest',
  'status',
]);

/**
 * Puts a digest-bound statement together: who decided, about which document, for how long. The metadata is the document itself, which the
 * digest names (draft-mcguinness-oauth-cimd-sw-stmt).
 *
 * @param document what was approved: its URL becomes `sub`, its digest `cimd_digest`
 * @returns a fault when the claims are not exactly those: a bug of ours, which stops the signature
 */
export function cimdStatement(
  key: Omit<StatementHeader, 'typ'>,
  issuer: IssuerClaims,
  document: DocumentReference,
): Result<LintedStatement, StatementFault> {
  const claims: JsonObject = {
    iss: issuer.iss,
    sub: document.url,
    ...(issuer.audience === null ? {} : { aud: [...issuer.audience] }),
    iat: issuer.iat,
    exp: issuer.exp,
    jti: issuer.jti,
    cimd_digest: document.digest,
    status: { status_list: { idx: issuer.status.idx, uri: issuer.status.uri } },
  };
  const stranger = Object.keys(claims).find((name) => !CLAIMS.has(name));
  if (stranger !== undefined)
    return err({ code: 'not_in_profile', detail: `${stranger} has no place in profile cimd` });
  if (!/^[A-Za-z0-9_-]{43}$/.test(document.digest))
    return err({ code: 'digest', detail: 'cimd_digest is not a base64url SHA-256' });
  if (issuer.exp <= issuer.iat) return err({ code: 'time', detail: 'exp does not lie after iat' });
  return passLint({ header: { ...key, typ: CIMD_STATEMENT_TYPE }, claims });
}
