import type { ClientMetadata } from '../client-metadata/parse-client-metadata.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import type { SigningAlgorithm } from '../signing-key.ts';
import { snapshotFault, type StatementFault } from './snapshot-fault.ts';

/** The compact form is at most this long: deployed servers bound bodies and headers. */
export const MAX_STATEMENT_OCTETS = 8 * 1024;

/** `typ` of profile rfc7591: deployed verifiers refuse types they do not know (trust-surface). */
export const STATEMENT_TYPE = 'JWT';

/** What the issuer adds around the approved snapshot. */
export type IssuerClaims = {
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly softwareId: string;
  readonly softwareVersion: string;
  /** RFC 8414 issuer identifiers of the authorization servers asked for; null for none. */
  readonly audience: readonly string[] | null;
  readonly status: { readonly uri: string; readonly idx: number };
};

export type StatementHeader = {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly typ: string;
  /** For profile vc+jwt alone. */
  readonly cty?: string;
};

export type UnsignedStatement = { readonly header: StatementHeader; readonly claims: JsonObject };

declare const linted: unique symbol;
/** A statement that passed the last look before the key is touched; only the lints of the profiles make one. */
export type LintedStatement = UnsignedStatement & { readonly [linted]: true };

/**
 * Puts a statement together: issuer claims and the approved snapshot, nothing else (RFC 7591 §2.3).
 *
 * @param metadata the approved snapshot, never the request
 */
export function buildStatement(
  header: StatementHeader,
  issuer: IssuerClaims,
  metadata: ClientMetadata,
): UnsignedStatement {
  const claims: JsonObject = {
    iss: issuer.iss,
    iat: issuer.iat,
    exp: issuer.exp,
    jti: issuer.jti,
    ...(issuer.audience === null ? {} : { aud: [...issuer.audience] }),
    software_id: issuer.softwareId,
    software_version: issuer.softwareVersion,
    status: { status_list: { idx: issuer.status.idx, uri: issuer.status.uri } },
    ...metadata,
  };
  return { header, claims };
}

const ISSUER_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'iat',
  'exp',
  'jti',
  'aud',
  'software_id',
  'software_version',
  'status',
]);

/**
 * The last look before signing: checks the finished claims against the profile as an outsider would, without
 * trusting how they were made. A fault here is a bug of ours and stops the signature.
 */
export function lintStatement(
  statement: UnsignedStatement,
  issuer: IssuerClaims,
  metadata: ClientMetadata,
): Result<LintedStatement, StatementFault> {
  const { claims } = statement;
  const fault = (code: string, detail: string) => err({ code, detail });
  if (claims['iss'] !== issuer.iss) return fault('iss', 'iss is not the configured issuer');
  if (!isSeconds(claims['iat']) || !isSeconds(claims['exp']))
    return fault('time', 'iat and exp are not integer seconds');
  if (claims['exp'] <= claims['iat']) return fault('time', 'exp does not lie after iat');
  if (claims['jti'] !== issuer.jti) return fault('jti', 'jti is not the reserved one');
  const aud = claims['aud'];
  if (JSON.stringify(aud ?? null) !== JSON.stringify(issuer.audience))
    return fault('aud', 'aud is not exactly what was asked for and allowed');
  if (statement.header.typ !== STATEMENT_TYPE) return fault('header', `typ is not ${STATEMENT_TYPE}`);
  const beyond = snapshotFault(claims, metadata, ISSUER_CLAIMS);
  return beyond === undefined ? passLint(statement) : err(beyond);
}

/** The JWS signing input octets' text: `BASE64URL(header).BASE64URL(claims)` (RFC 7515 §5.1). */
export function signingInput(statement: LintedStatement, encode: (text: string) => string): string {
  return `${encode(JSON.stringify(statement.header))}.${encode(JSON.stringify(statement.claims))}`;
}

/** The end of every profile's lint: what has passed may be signed. For the files of the profiles alone. */
export function passLint(statement: UnsignedStatement): Result<LintedStatement, StatementFault> {
  return isLinted(statement) ? ok(statement) : err({ code: 'header', detail: 'alg, kid and typ are needed' });
}

function isLinted(statement: UnsignedStatement): statement is LintedStatement {
  const { alg, kid, typ } = statement.header;
  return alg.length > 0 && kid.length > 0 && typ.length > 0;
}

/** Whether a claim is a NumericDate as this issuer writes them. */
export function isSeconds(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
