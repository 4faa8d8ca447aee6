import { memberOf } from '../client-metadata/members.ts';
import { splitLanguageTag } from '../client-metadata/language-tag.ts';
import { canonicalText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { fails, type Check } from '../statement/judge.ts';
import { readStatusEntries, type BitstringReference } from './bitstring-status-list.ts';

/** `typ` of a W3C Verifiable Credential secured with JOSE (VC-JOSE-COSE §3.1.1). */
export const VC_JWT_TYPE = 'vc+jwt';
/** The type of a credential that carries client metadata (RFC 7591 §2) in its `credentialSubject`. */
export const CLIENT_METADATA_CREDENTIAL = 'OAuthClientMetadataCredential';

/** The first context of every credential of data model 2.0. */
export const CREDENTIAL_CONTEXT = 'https://www.w3.org/ns/credentials/v2';
const DATA_MODEL = 'Verifiable Credentials Data Model 2.0';
const JOSE = 'VC-JOSE-COSE §3.1';

/** What every credential has, whatever it is about. */
export type Credential = {
  /** An https URL or a DID. */
  readonly issuer: string;
  readonly types: readonly string[];
  readonly subject: JsonObject;
  /** NumericDates, seconds: `iat`, else `validFrom`; the sooner of `exp` and `validUntil`. */
  readonly issuedAt: number;
  readonly expiresAt: number | undefined;
};

/** What a credential says of client software. */
export type ClientCredential = Credential & {
  readonly expiresAt: number;
  readonly id: string;
  /** `id` of the subject, and its other members. */
  readonly subjectId: string;
  readonly metadata: JsonObject;
  readonly statusEntries: readonly BitstringReference[];
};

/** The issuer a credential names, nothing of it verified; the empty text for none. */
export function issuerOfCredential({ issuer }: JsonObject): string {
  const named = isJsonObject(issuer) ? issuer['id'] : issuer;
  return typeof named === 'string' ? named : '';
}

/**
 * Judges what every credential has whose signature holds: data model 2.0 and no older one, its issuer said once, both pairs of times. Contexts are
 * constants and never fetched. Codes `vc`, `context`, `type`, `issuer`, `cty`, `subject`, `iat`, `exp`, `nbf`, `validFrom`, `validUntil`.
 *
 * @param judged.now seconds, like the tolerance
 */
export function readCredential(judged: {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly now: number;
  readonly clockToleranceSeconds: number;
}): Result<Credential, Check> {
  const { header, claims } = judged;
  const { '@context': context, type, iss, credentialSubject: subject } = claims;
  // The payload is the credential: the older form puts it into a claim (VC-JOSE-COSE §1.1.2.1).
  if (claims['vc'] !== undefined || claims['vp'] !== undefined)
    return wrong('vc', 'It has a claim vc or vp, which is the older form.', JOSE);
  if (!Array.isArray(context) || context[0] !== CREDENTIAL_CONTEXT)
    return wrong('context', `Its first context is not ${CREDENTIAL_CONTEXT}.`, `${DATA_MODEL} §4.3`);
  const types = [type].flat().filter((one) => typeof one === 'string');
  if (!types.includes('VerifiableCredential'))
    return wrong('type', 'Its type is not VerifiableCredential.', `${DATA_MODEL} §4.5`);
  const issuer = issuerOfCredential(claims);
  if (issuer === '' || (iss !== undefined && iss !== issuer))
    return wrong('issuer', 'Its issuer and its iss are not one and the same.', JOSE);
  const { cty } = header;
  if (
    cty !== undefined &&
    (typeof cty !== 'string' || cty.toLowerCase().replace(/^application\//, '') !== 'vc')
  )
    return wrong('cty', 'Its content type (cty) is not vc.', JOSE);
  if (!isJsonObject(subject))
    return wrong('subject', 'It is not about one subject (credentialSubject).', `${DATA_MODEL} §4.8`);
  const times = readTimes(judged);
  return times.ok ? ok({ issuer, types, subject, ...times.value }) : times;
}

/**
 * Reads a credential as a software statement (draft-kasselman-oauth-dcr-trusted-issuer-token): client metadata in `credentialSubject`, said
 * elsewhere only if it says the same, and a status that is understood. Codes as `readCredential`, `client_type`, `subject_id`, `duplicate`,
 * `status`.
 */
export function readClientCredential(
  judged: Parameters<typeof readCredential>[0],
): Result<ClientCredential, Check> {
  const credential = readCredential(judged);
  if (!credential.ok) return credential;
  const { types, subject, expiresAt } = credential.value;
  if (!types.includes(CLIENT_METADATA_CREDENTIAL))
    return wrong('client_type', `Its type is not ${CLIENT_METADATA_CREDENTIAL}.`, `${DATA_MODEL} §4.5`);
  if (expiresAt === undefined)
    return fault('times', 'exp', 'It does not say when it expires (exp, validUntil).', 'RFC 7519 §4.1.4');
  const { claims } = judged;
  const different = Object.keys(claims).find(
    (name) => isMetadata(name) && canonicalText(claims[name]) !== canonicalText(subject[name]),
  );
  if (different !== undefined)
    return wrong(
      'duplicate',
      `It says ${different} outside credentialSubject, and not the same.`,
      'RFC 7591 §2.3',
    );
  const entries = readStatusEntries(claims['credentialStatus']);
  if (!entries.ok) return fault('status', 'status', entries.error, `${DATA_MODEL} §4.10`);
  const { id: subjectId, ...metadata } = subject;
  if (subjectId !== undefined && typeof subjectId !== 'string')
    return wrong('subject_id', 'The id of its subject is no text.', `${DATA_MODEL} §4.4`);
  const id = [claims['jti'], claims['id']].find((one) => typeof one === 'string');
  return ok({
    ...credential.value,
    expiresAt,
    id: typeof id === 'string' ? id : '',
    subjectId: subjectId ?? '',
    metadata,
    statusEntries: entries.value,
  });
}

/** Both pairs: `iat` and `exp` are the signature's, `validFrom` and `validUntil` the data's (VC-JOSE-COSE §3.1.3). */
function readTimes({
  claims,
  now,
  clockToleranceSeconds: tolerance,
}: Parameters<typeof readCredential>[0]): Result<Pick<Credential, 'issuedAt' | 'expiresAt'>, Check> {
  const { iat, exp, nbf, validFrom, validUntil } = claims;
  const spec = `${DATA_MODEL} §4.9`;
  const [from, until] = [dateOf(validFrom), dateOf(validUntil)];
  for (const [name, value] of Object.entries({ iat, exp, nbf }))
    if (value !== undefined && !isSeconds(value))
      return fault('times', name, `Its ${name} is no time.`, spec);
  if (validFrom !== undefined && from === undefined)
    return fault('times', 'validFrom', 'Its validFrom is no time with a time zone.', spec);
  if (validUntil !== undefined && until === undefined)
    return fault('times', 'validUntil', 'Its validUntil is no time with a time zone.', spec);
  const begins = isSeconds(iat) ? iat : from;
  if (begins === undefined) return fault('times', 'iat', 'It does not say when it was issued.', spec);
  const starts = Object.entries({ iat, nbf, validFrom: from });
  const early = starts.find(([, at]) => isSeconds(at) && at > now + tolerance);
  if (early !== undefined) return fault('times', early[0], `It is not valid yet (${early[0]}).`, spec);
  const late = Object.entries({ exp, validUntil: until }).find(
    ([, at]) => isSeconds(at) && at <= now - tolerance,
  );
  if (late !== undefined) return fault('times', late[0], `It expired (${late[0]}).`, spec);
  const ends = [exp, until].filter(isSeconds);
  const expiresAt = ends.length === 0 ? undefined : Math.min(...ends);
  if (expiresAt !== undefined && (expiresAt <= begins || expiresAt <= (from ?? 0)))
    return fault('times', 'exp', 'It expired before it was valid.', spec);
  return ok({ issuedAt: begins, expiresAt });
}

/** An XML Schema dateTimeStamp, as seconds. */
function dateOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function isMetadata(claim: string): boolean {
  const { member } = splitLanguageTag(claim);
  return memberOf(member) !== undefined || member === 'software_id' || member === 'software_version';
}

function isSeconds(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function wrong(code: string, detail: string, spec: string): Result<never, Check> {
  return fault('claims', code, detail, spec);
}

function fault(check: Check['check'], code: string, detail: string, spec: string): Result<never, Check> {
  return err(fails(check, code, detail, spec));
}
