import type { ClientMetadata } from '../../client-metadata/parse-client-metadata.ts';
import { textMember, type JsonObject } from '../../json.ts';
import { err, type Result } from '../../result.ts';
import type { SigningAlgorithm } from '../../signing-key.ts';
import { parseSpiffeId } from '../../spiffe/spiffe-id.ts';
import {
  isSeconds,
  passLint,
  type IssuerClaims,
  type LintedStatement,
  type StatementHeader,
} from '../claims.ts';
import { snapshotFault, type StatementFault } from '../snapshot-fault.ts';

/** `typ` of a JWT-SVID, which can have no other (JWT-SVID §2.3). */
export const SVID_TYPE = 'JWT';

/** Seconds that a JWT-SVID lasts at most: it is a bearer credential, and live evidence (docs/decisions/0024-statements-as-jwt-svids.md). */
export const MAX_SVID_LIFETIME_SECONDS = 3_600;

/** Algorithms of this issuer that JWT-SVIDs may be signed with (JWT-SVID §2.1): never EdDSA. */
const ALGORITHMS: ReadonlySet<SigningAlgorithm> = new Set(['ES256', 'ES384', 'RS256', 'PS256']);

const OWN: ReadonlySet<string> = new Set([
  'sub',
  'aud',
  'exp',
  'iat',
  'iss',
  'jti',
  'software_id',
  'software_version',
  'status',
  'spiffe_id',
]);

/** Whether keys of an algorithm sign JWT-SVIDs, and belong into a trust bundle. */
export function signsSvids(alg: SigningAlgorithm): boolean {
  return ALGORITHMS.has(alg);
}

/** The issuer that JWT-SVIDs of a trust domain name: the trust domain (draft-kasselman-oauth-dcr-trusted-issuer-token). */
export function svidIssuer(trustDomain: string): string {
  return `spiffe://${trustDomain}`;
}

/** The SPIFFE ID of a software: immutable, and below a path of its own in the trust domain. */
export function softwareSpiffeId(trustDomain: string, softwareId: string): string {
  return `spiffe://${trustDomain}/software/${softwareId}`;
}

/**
 * What keeps a JWT-SVID from being for these. One audience, because an SVID for two can be passed on by either of them to the other
 * (JWT-SVID §3.2, §7).
 *
 * @returns a sentence that says what to do; undefined when it can be made
 */
export function svidAudienceProblem(audience: readonly string[] | null): string | undefined {
  return audience?.length === 1
    ? undefined
    : 'A JWT-SVID is for exactly one audience: ask with the URL of the registration endpoint it is for, and with no other.';
}

/** What keeps a JWT-SVID from being signed with the active key. A sentence that says what to do; undefined when it can be signed. */
export function svidKeyProblem(alg: SigningAlgorithm): string | undefined {
  return signsSvids(alg)
    ? undefined
    : `JWT-SVIDs cannot be signed with ${alg}, which is what the active key of this issuer is for. An operator can activate a key for ES256.`;
}

/**
 * Puts a statement together as a JWT-SVID (JWT-SVID §2, §3) with the approved snapshot as further claims
 * (draft-kasselman-oauth-dcr-trusted-issuer-token).
 *
 * @param trustDomain the trust domain this issuer runs
 * @returns a fault when it is not exactly that: a bug of ours, which stops the signature
 */
export function svidStatement(
  key: Omit<StatementHeader, 'typ'>,
  issuer: IssuerClaims,
  metadata: ClientMetadata,
  trustDomain: string,
): Result<LintedStatement, StatementFault> {
  const header: StatementHeader = { alg: key.alg, kid: key.kid, typ: SVID_TYPE };
  const claims: JsonObject = {
    sub: softwareSpiffeId(trustDomain, issuer.softwareId),
    aud: [...(issuer.audience ?? [])],
    exp: issuer.exp,
    iat: issuer.iat,
    iss: svidIssuer(trustDomain),
    jti: issuer.jti,
    software_id: issuer.softwareId,
    software_version: issuer.softwareVersion,
    status: { status_list: { idx: issuer.status.idx, uri: issuer.status.uri } },
    ...metadata,
  };
  const fault = lint(header, claims, issuer, metadata);
  return fault === undefined ? passLint({ header, claims }) : err(fault);
}

function lint(
  { alg }: StatementHeader,
  claims: JsonObject,
  issuer: IssuerClaims,
  metadata: ClientMetadata,
): StatementFault | undefined {
  const { aud, iat, exp } = claims;
  if ((svidKeyProblem(alg) ?? svidAudienceProblem(issuer.audience)) !== undefined)
    return { code: 'svid', detail: 'a JWT-SVID needs another algorithm, or exactly one audience' };
  if (!parseSpiffeId(textMember(claims, 'sub')).ok) return { code: 'sub', detail: 'sub is no SPIFFE ID' };
  if (JSON.stringify(aud) !== JSON.stringify(issuer.audience))
    return { code: 'aud', detail: 'aud is not exactly what was asked for and allowed' };
  if (!isSeconds(iat) || !isSeconds(exp) || exp <= iat || exp - iat > MAX_SVID_LIFETIME_SECONDS)
    return { code: 'time', detail: `exp does not lie within ${MAX_SVID_LIFETIME_SECONDS} seconds after iat` };
  return snapshotFault(claims, metadata, OWN);
}
