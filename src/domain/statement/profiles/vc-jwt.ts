import { dateTimeStamp } from '../../credential/date-time.ts';
import { verificationMethodOf } from '../../credential/did-document.ts';
import { STATUS_PURPOSES } from '../../credential/make-bitstring.ts';
import { CLIENT_METADATA_CREDENTIAL, CREDENTIAL_CONTEXT, VC_JWT_TYPE } from '../../credential/vc-jwt.ts';
import type { ClientMetadata } from '../../client-metadata/parse-client-metadata.ts';
import { isJsonObject, textMember, type JsonObject } from '../../json.ts';
import { err, type Result } from '../../result.ts';
import {
  isSeconds,
  passLint,
  type IssuerClaims,
  type LintedStatement,
  type StatementHeader,
} from '../claims.ts';
import { snapshotFault, type StatementFault } from '../snapshot-fault.ts';

/** `cty` of a credential secured with JOSE (VC-JOSE-COSE §3.1.1). */
export const CREDENTIAL_CONTENT_TYPE = 'vc';

/**
 * What every name means that the first context does not define: the registry in which client metadata is registered. So the credential is whole
 * as JSON-LD, and nobody has to fetch a context of ours.
 */
const VOCABULARY = { '@vocab': 'https://www.iana.org/assignments/oauth-parameters#' };

const CLAIMS: ReadonlySet<string> = new Set([
  '@context',
  'id',
  'type',
  'issuer',
  'iss',
  'validFrom',
  'validUntil',
  'iat',
  'exp',
  'jti',
  'aud',
  'credentialSubject',
  'status',
  'credentialStatus',
]);

/** What the subject has beside the snapshot. */
const SUBJECT_OWN: ReadonlySet<string> = new Set([
  'id',
  'type',
  '@id',
  '@type',
  '@context',
  'software_id',
  'software_version',
]);

/** The id of a credential, and of what it is about: a UUID as a URN (RFC 9562 §4). */
export function urnOf(uuid: string): string {
  return `urn:uuid:${uuid}`;
}

/** The address of the credential of a bitstring status list. */
export function bitstringListUrl(statusListUri: string, purpose: keyof typeof STATUS_PURPOSES): string {
  return `${statusListUri}/${purpose}`;
}

/**
 * Puts a statement together as a W3C Verifiable Credential (Verifiable Credentials Data Model 2.0, VC-JOSE-COSE §3.1): the approved snapshot in
 * `credentialSubject`, and the issuer under its `did:web`, which is `iss` too (docs/decisions/0023-credentials-are-of-the-did.md).
 *
 * @param did the issuer's `did:web`
 * @returns a fault when it is not exactly that: a bug of ours, which stops the signature
 */
export function credentialStatement(
  key: Omit<StatementHeader, 'typ'>,
  issuer: IssuerClaims,
  metadata: ClientMetadata,
  did: string,
): Result<LintedStatement, StatementFault> {
  const { iat, exp, audience, status } = issuer;
  const id = urnOf(issuer.jti);
  const header: StatementHeader = {
    alg: key.alg,
    kid: verificationMethodOf(did, key.kid),
    typ: VC_JWT_TYPE,
    cty: CREDENTIAL_CONTENT_TYPE,
  };
  const claims: JsonObject = {
    '@context': [CREDENTIAL_CONTEXT, VOCABULARY],
    id,
    type: ['VerifiableCredential', CLIENT_METADATA_CREDENTIAL],
    issuer: did,
    iss: did,
    validFrom: dateTimeStamp(iat),
    validUntil: dateTimeStamp(exp),
    iat,
    exp,
    jti: id,
    ...(audience === null ? {} : { aud: [...audience] }),
    credentialSubject: {
      id: urnOf(issuer.softwareId),
      software_id: issuer.softwareId,
      software_version: issuer.softwareVersion,
      ...metadata,
    },
    status: { status_list: { idx: status.idx, uri: status.uri } },
    credentialStatus: ['revocation' as const, 'suspension' as const].map((statusPurpose) => ({
      type: 'BitstringStatusListEntry',
      statusPurpose,
      statusListIndex: String(status.idx),
      statusListCredential: bitstringListUrl(status.uri, statusPurpose),
    })),
  };
  const fault = lint(claims, issuer, metadata);
  return fault === undefined ? passLint({ header, claims }) : err(fault);
}

/** The last look, without trusting how the claims were made. */
function lint(
  claims: JsonObject,
  issuer: IssuerClaims,
  metadata: ClientMetadata,
): StatementFault | undefined {
  const { iat, exp, credentialSubject: subject, aud } = claims;
  const stranger = Object.keys(claims).find((name) => !CLAIMS.has(name));
  if (stranger !== undefined)
    return { code: 'not_in_profile', detail: `${stranger} has no place in profile vc+jwt` };
  if (!isSeconds(iat) || !isSeconds(exp) || exp <= iat)
    return { code: 'time', detail: 'exp does not lie after iat, in integer seconds' };
  if (secondsOf(claims, 'validFrom') !== iat || secondsOf(claims, 'validUntil') !== exp)
    return { code: 'time', detail: 'validFrom and validUntil are not iat and exp' };
  if (JSON.stringify(aud ?? null) !== JSON.stringify(issuer.audience))
    return { code: 'aud', detail: 'aud is not exactly what was asked for and allowed' };
  if (!isJsonObject(subject)) return { code: 'subject', detail: 'credentialSubject is no object' };
  if (subject['software_id'] !== issuer.softwareId || subject['software_version'] !== issuer.softwareVersion)
    return { code: 'subject', detail: 'the subject is not the version of the software that was approved' };
  return snapshotFault(subject, metadata, SUBJECT_OWN);
}

function secondsOf(claims: JsonObject, name: string): number {
  return Date.parse(textMember(claims, name)) / 1000;
}
