import type { Finding } from '../../domain/client-metadata/finding.ts';
import type { StatementRefusal } from '../verifier/refusal.ts';

/** Error codes of the registration endpoint (RFC 7591 §3.2.2, RFC 6750 §3.1, RFC 6749 §5.2). */
export type RegistrationErrorCode =
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  | 'invalid_token'
  | 'invalid_request'
  | 'temporarily_unavailable';

/** A request that was not granted. Nothing was written. */
export type RegistrationRefusal = {
  readonly status: 400 | 401 | 403 | 413 | 415 | 429 | 503;
  /** Absent where RFC 6750 §3.1 wants no code: a request without any credential. */
  readonly error?: RegistrationErrorCode;
  /** For the developer of the client: what is wrong and what to change. */
  readonly description: string;
  /** Every finding that stands in the way, in order. */
  readonly findings?: readonly Finding[];
  readonly retryAfterSeconds?: number;
  /** For the operator's log only. */
  readonly reason: string;
  readonly detail?: string;
};

/** 400 with one of the codes of RFC 7591 §3.2.2. */
export function refuse(
  error: RegistrationErrorCode,
  reason: string,
  description: string,
  detail?: string,
): RegistrationRefusal {
  return { status: 400, error, description, reason, ...(detail === undefined ? {} : { detail }) };
}

/** What the rules found, all of it; redirect URIs have a code of their own (RFC 7591 §3.2.2). */
export function refuseFindings(findings: readonly Finding[]): RegistrationRefusal {
  const isOfRedirects = findings.every(({ pointer }) => /^\/redirect_uris(?:\/|$)/.test(pointer));
  const error = findings.length > 0 && isOfRedirects ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  const shown = findings.slice(0, 5).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const more =
    findings.length > shown.length ? ` And ${findings.length - shown.length} more; see errors.` : '';
  return {
    status: 400,
    error,
    description: `${shown.join(' ')}${more}`,
    findings,
    reason: 'metadata',
  };
}

/** A statement that does not count, as the client hears of it. */
export function refuseStatement(refusal: StatementRefusal): RegistrationRefusal {
  const { error, description, reason, detail, retryAfterSeconds } = refusal;
  return {
    status: retryAfterSeconds === undefined ? 400 : 503,
    error,
    description,
    reason: `statement.${reason}`,
    detail,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** 401 for a credential that does not count, whatever is wrong with it (RFC 7592 §2.1, RFC 6750 §3.1). */
export function refuseToken(reason: string, description: string): RegistrationRefusal {
  return { status: 401, error: 'invalid_token', description, reason };
}

/** A description as RFC 7591 §3.2.2 wants it: ASCII. What a client sent may hold anything; it is shown escaped. */
export function asciiDescription(description: string): string {
  return description
    .replaceAll('§', 'section ')
    .replaceAll('’', "'")
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
