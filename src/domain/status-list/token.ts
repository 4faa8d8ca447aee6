import { decodeBase64url } from '../base64url.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { getStatus, isBitsPerStatus, statusBitsOf, type BitsPerStatus, type StatusBits } from './bits.ts';
import { inflateBits } from './compress.ts';

/** `typ` of a Status List Token (draft-ietf-oauth-status-list §5.1). */
export const STATUS_LIST_TYPE = 'statuslist+jwt';

/** Status values (draft-ietf-oauth-status-list §7.1). */
export const STATUS = { VALID: 0, INVALID: 1, SUSPENDED: 2 } as const;

/** Most octets a list from elsewhere may inflate to: 2^26 entries of 2 bits. */
export const MAX_STATUS_LIST_OCTETS = 2 ** 24;

/**
 * The claims of a Status List Token; times are NumericDates in seconds, `ttl` is in seconds.
 *
 * It never carries `iss`: the list is public and signed by the same keys as software statements. An authorization server
 * that ignores `typ` and takes any JWT of ours with our `iss` for a software statement would accept a list as one.
 * @see draft-ietf-oauth-status-list §5.1
 */
export function statusListClaims(list: {
  readonly uri: string;
  readonly iat: number;
  readonly exp: number;
  readonly ttl: number;
  readonly bits: BitsPerStatus;
  /** base64url of the ZLIB stream. */
  readonly lst: string;
  readonly aggregationUri?: string | undefined;
}): JsonObject {
  const { uri, iat, exp, ttl, bits, lst, aggregationUri } = list;
  const statusList =
    aggregationUri === undefined ? { bits, lst } : { bits, lst, aggregation_uri: aggregationUri };
  return { sub: uri, iat, exp, ttl, status_list: statusList };
}

/** Why a Status List Token says nothing about a statement; `claim` names the member at fault. */
export type StatusProblem = {
  readonly code:
    | 'not_a_status_list'
    | 'wrong_subject'
    | 'expired'
    | 'issued_in_the_future'
    | 'invalid_claim'
    | 'index_out_of_bounds';
  readonly claim: 'typ' | 'sub' | 'iat' | 'exp' | 'ttl' | 'status_list' | 'bits' | 'lst' | 'idx';
  readonly detail: string;
};

/** A Status List Token whose claims were checked; `exp` and `ttl` in seconds, absent where the token has none. */
export type StatusListToken = {
  readonly list: StatusBits;
  readonly iat: number;
  readonly exp: number | undefined;
  readonly ttl: number | undefined;
};

/**
 * Checks the header and claims of a Status List Token **whose signature was verified before**, and inflates its list:
 * the part of draft-ietf-oauth-status-list §8.3 that a consumer does once per fetched list. `uri` is the `uri` of the
 * statement's status claim, compared octet by octet with `sub`; `now` and `clockToleranceSeconds` are seconds.
 */
export async function readStatusList(
  claims: JsonObject,
  header: JsonObject,
  expected: { readonly uri: string; readonly now: number; readonly clockToleranceSeconds: number },
): Promise<Result<StatusListToken, StatusProblem>> {
  const { uri, now, clockToleranceSeconds } = expected;
  const { sub, iat, exp, ttl, status_list: statusList } = claims;
  if (header['typ'] !== STATUS_LIST_TYPE) {
    return refuse('not_a_status_list', 'typ', `typ is not ${STATUS_LIST_TYPE}`);
  }
  if (sub !== uri) return refuse('wrong_subject', 'sub', 'sub is not the uri of the status claim');
  if (!isFiniteNumber(iat)) return refuse('invalid_claim', 'iat', 'iat is not a NumericDate');
  if (iat > now + clockToleranceSeconds) return refuse('issued_in_the_future', 'iat', 'iat has not come yet');
  if (exp !== undefined && !isFiniteNumber(exp))
    return refuse('invalid_claim', 'exp', 'exp is not a NumericDate');
  if (exp !== undefined && exp <= now - clockToleranceSeconds)
    return refuse('expired', 'exp', 'exp has passed');
  if (ttl !== undefined && (!isFiniteNumber(ttl) || ttl <= 0)) {
    return refuse('invalid_claim', 'ttl', 'ttl is not a positive number');
  }
  if (!isJsonObject(statusList))
    return refuse('invalid_claim', 'status_list', 'status_list is not an object');
  const { bits, lst } = statusList;
  if (!isBitsPerStatus(bits)) return refuse('invalid_claim', 'bits', 'bits is not 1, 2, 4 or 8');
  const stream = typeof lst === 'string' ? decodeBase64url(lst) : undefined;
  if (stream?.ok !== true) return refuse('invalid_claim', 'lst', 'lst is not base64url');
  const octets = await inflateBits(stream.value, MAX_STATUS_LIST_OCTETS);
  if (!octets.ok) return refuse('invalid_claim', 'lst', octets.error.detail);
  return ok({ list: statusBitsOf(bits, octets.value), iat, exp, ttl });
}

/**
 * The status value that a Status List Token, its signature verified before, says of one statement (`idx` and `uri` of its
 * status claim). Everything `readStatusList` refuses, and `index_out_of_bounds`.
 * @see draft-ietf-oauth-status-list §8.3
 */
export async function readStatus(
  claims: JsonObject,
  header: JsonObject,
  expected: {
    readonly uri: string;
    readonly idx: number;
    readonly now: number;
    readonly clockToleranceSeconds: number;
  },
): Promise<Result<number, StatusProblem>> {
  const token = await readStatusList(claims, header, expected);
  if (!token.ok) return token;
  const status = getStatus(token.value.list, expected.idx);
  if (status.ok) return status;
  return refuse('index_out_of_bounds', 'idx', `idx is not below ${token.value.list.size}`);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function refuse(
  code: StatusProblem['code'],
  claim: StatusProblem['claim'],
  detail: string,
): Result<never, StatusProblem> {
  return err({ code, claim, detail });
}
