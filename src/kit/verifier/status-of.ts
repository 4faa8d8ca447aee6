import type { BitstringReference } from '../../domain/credential/bitstring-status-list.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { StatusReference } from '../../domain/statement/judge.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { STATUS } from '../../domain/status-list/token.ts';
import type { BitstringLists } from './bitstring-lists.ts';
import { invalid, unavailable, type StatementRefusal } from './refusal.ts';
import type { StatusAnswer, StatusLists, StatusRefusal } from './status-lists.ts';
import type { IssuerTrust } from './trusted-issuer.ts';

/** What is known of a statement's status. `checkedAt`: when the list in use was fetched, seconds. */
export type StatementStatus =
  | {
      readonly outcome: 'valid' | 'suspended';
      readonly checkedAt: number;
      /** Seconds that the list was used beyond its time, because the issuer could not be reached; usually 0. */
      readonly staleSeconds: number;
    }
  /** Nobody was asked, or nobody could be, and the configuration accepts that. */
  | { readonly outcome: 'not_asked' | 'unavailable' };

/** Everywhere the status of one statement is kept. */
export type StatusReferences = {
  /** In a Token Status List. */
  readonly statusReference: StatusReference | undefined;
  /** In bitstring status lists (profile vc+jwt). */
  readonly credentialStatus?: readonly BitstringReference[];
};

/** Seconds after which a client may try again when nobody could be asked. */
export const RETRY_AFTER_SECONDS = 30;

/** What the configuration says, else what the profile makes the default: a status is optional for cimd alone. */
export function resolveOf(trust: IssuerTrust, profile: Profile) {
  return trust.status.resolve ?? (profile === 'cimd' ? 'when_present' : 'required');
}

/** Asks everywhere; the worst that is heard counts, and of what holds, what was fetched first. */
export async function statusOf(
  trust: IssuerTrust,
  profile: Profile,
  lists: { readonly tokens: StatusLists; readonly bitstrings: BitstringLists },
  { statusReference, credentialStatus = [] }: StatusReferences,
): Promise<Result<StatementStatus, StatementRefusal>> {
  const resolve = resolveOf(trust, profile);
  if (resolve === 'never') return ok({ outcome: 'not_asked' });
  if (statusReference === undefined && credentialStatus.length === 0)
    return resolve === 'required'
      ? err(invalid('status_missing', 'The software statement does not say where its status is kept.'))
      : ok({ outcome: 'not_asked' });
  const heard: Result<StatementStatus, StatementRefusal>[] = [];
  if (statusReference !== undefined) heard.push(judge(trust, await lists.tokens.statusOf(statusReference)));
  for (const reference of credentialStatus) {
    const answer = await lists.bitstrings.statusOf(reference);
    const isSuspension = reference.purpose === 'suspension';
    heard.push(
      judge(trust, isSuspension && answer.ok && answer.value.value === 1 ? suspended(answer.value) : answer),
    );
  }
  const [first, ...others] = heard;
  return others.reduce(worse, first ?? ok({ outcome: 'not_asked' }));
}

function suspended(answer: StatusAnswer): Result<StatusAnswer, StatusRefusal> {
  return ok({ ...answer, value: STATUS.SUSPENDED });
}

function judge(
  { status: { whenUnavailable, suspended: whenSuspended } }: IssuerTrust,
  answer: Result<StatusAnswer, StatusRefusal>,
): Result<StatementStatus, StatementRefusal> {
  if (!answer.ok) {
    const { code, detail } = answer.error;
    if (code === 'index_out_of_bounds') return err(invalid('status_invalid', detail));
    return whenUnavailable === 'accept'
      ? ok({ outcome: 'unavailable' })
      : err(unavailable(code, detail, RETRY_AFTER_SECONDS));
  }
  const { value, checkedAt, staleSeconds } = answer.value;
  if (value === STATUS.VALID) return ok({ outcome: 'valid', checkedAt, staleSeconds });
  if (value === STATUS.SUSPENDED) {
    if (whenSuspended === 'accept') return ok({ outcome: 'suspended', checkedAt, staleSeconds });
    return err(invalid('suspended', 'The software statement is suspended by its issuer.'));
  }
  return err(
    value === STATUS.INVALID
      ? invalid('revoked', 'The software statement was revoked by its issuer.')
      : invalid('status_invalid', `The issuer gives the software statement the status ${value}.`),
  );
}

/** A refusal for good before one that may pass, that before a status, and of these the one that says less. */
function worse(
  a: Result<StatementStatus, StatementRefusal>,
  b: Result<StatementStatus, StatementRefusal>,
): Result<StatementStatus, StatementRefusal> {
  return rankOf(b) > rankOf(a) ? b : a;
}

function rankOf(heard: Result<StatementStatus, StatementRefusal>): number {
  if (!heard.ok) return heard.error.retryAfterSeconds === undefined ? 9 : 8;
  return ['valid', 'suspended', 'not_asked', 'unavailable'].indexOf(heard.value.outcome);
}
