/** The two codes a statement is refused with (RFC 7591 §3.2.2). */
export type StatementErrorCode = 'invalid_software_statement' | 'unapproved_software_statement';

/** Why, for an operator's log and for programs. Never shown to a stranger. */
export type StatementRefusalReason =
  | 'malformed'
  | 'header'
  | 'untrusted_issuer'
  | 'unknown_key'
  | 'key'
  | 'signature'
  | 'times'
  | 'too_old'
  | 'claims'
  | 'audience'
  | 'tenant'
  | 'client_identifier_not_permitted'
  | 'software_not_permitted'
  | 'publisher_not_permitted'
  | 'redirect_host_not_permitted'
  | 'status_missing'
  | 'status_invalid'
  | 'revoked'
  | 'suspended'
  | 'keys_unavailable'
  | 'status_unavailable';

/** A statement that does not count here. */
export type StatementRefusal = {
  readonly error: StatementErrorCode;
  /** A sentence for the developer of the client; it says nothing of whom this server trusts or why. */
  readonly description: string;
  readonly reason: StatementRefusalReason;
  /** A sentence for the operator of this server: what was seen, and what to do. */
  readonly detail: string;
  /** Set when nobody could be asked and asking again later may help. Seconds. */
  readonly retryAfterSeconds?: number;
};

/** What a developer is told of a refusal that is this server's decision (nothing of the decision itself). */
const UNAPPROVED = 'The software statement is not approved for use at this authorization server.';
const LATER = 'The software statement cannot be checked right now. Send the same request again later.';

/** The statement itself is wrong. `description` may be shown: the developer can read the statement too. */
export function invalid(
  reason: StatementRefusalReason,
  description: string,
  detail: string = description,
): StatementRefusal {
  return { error: 'invalid_software_statement', description: ascii(description), reason, detail };
}

/** The statement is well-made, and this server does not accept it. */
export function unapproved(reason: StatementRefusalReason, detail: string): StatementRefusal {
  return { error: 'unapproved_software_statement', description: UNAPPROVED, reason, detail };
}

/** Nobody could be asked, and this server does not accept what it cannot check. */
export function unavailable(
  reason: 'keys_unavailable' | 'status_unavailable',
  detail: string,
  retryAfterSeconds: number,
): StatementRefusal {
  return {
    error: 'unapproved_software_statement',
    description: LATER,
    reason,
    detail,
    retryAfterSeconds,
  };
}

/** A sentence as part of another one: without its full stop. */
export function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

/** RFC 7591 §3.2.2 wants a description in ASCII, and parts of it come from the statement. */
function ascii(text: string): string {
  return text.replaceAll('’', "'").replaceAll(/[^\x20-\x7e]/gu, '?');
}
