import { textMember } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { judgeHeader, parseCompact, type StatusReference } from '../../domain/statement/judge.ts';
import { getStatus, type StatusBits } from '../../domain/status-list/bits.ts';
import { readStatusList, STATUS_LIST_TYPE } from '../../domain/status-list/token.ts';
import { fetchText, type FetchRules } from '../fetch-document.ts';
import { cachedDocument, type Held } from '../../domain/network/cached-document.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { listsByUri } from './lists-by-uri.ts';
import { clause } from './refusal.ts';
import type { IssuerTrust } from './trusted-issuer.ts';
import { signatureFault } from './verify-signature.ts';

/** A status value as a list gave it. `checkedAt`: NumericDate of the list in use, seconds. */
export type StatusAnswer = {
  readonly value: number;
  readonly checkedAt: number;
  /** Seconds that the list was used beyond its time. */
  readonly staleSeconds: number;
};

export type StatusRefusal = {
  readonly code: 'status_unavailable' | 'index_out_of_bounds';
  readonly detail: string;
};

/** The status lists of one issuer. */
export type StatusLists = {
  readonly statusOf: (reference: StatusReference) => Promise<Result<StatusAnswer, StatusRefusal>>;
};

type List = { readonly bits: StatusBits; readonly exp: number | undefined };

const MAX_TOKEN_OCTETS = 16 * 1024 * 1024;
const FRESH_SECONDS = { unsaid: 300, least: 5, most: 43_200 };

/**
 * Fetches, verifies and keeps status lists (draft-ietf-oauth-status-list §8.3): for their `ttl` and as long as HTTP lets them be
 * kept, whichever is shorter; never past `exp`.
 *
 * @param now seconds
 * @param background told of every load
 */
export function statusLists(
  trust: IssuerTrust,
  keys: IssuerKeys,
  rules: FetchRules,
  now: () => number,
  background: (work: Promise<unknown>) => void,
): StatusLists {
  const listAt = listsByUri((uri) =>
    cachedDocument<List>({
      load: () => load(uri),
      now,
      maxStaleSeconds: trust.status.maxStaleSeconds,
      background,
    }),
  );

  async function load(uri: string) {
    const wanted = { accept: 'application/statuslist+jwt', maxOctets: MAX_TOKEN_OCTETS };
    const fetched = await fetchText(uri, wanted, rules);
    if (!fetched.ok) return fetched;
    const jws = parseCompact(fetched.value.text.trim(), MAX_TOKEN_OCTETS);
    if (!jws.ok) return err(`${uri} gives no signed list: ${jws.error}`);
    const header = judgeHeader(jws.value.header, {
      types: [STATUS_LIST_TYPE],
      algorithms: trust.algorithms,
    });
    if (header.outcome !== 'holds') return err(`${uri} cannot be believed: ${header.detail}`);
    const key = await keys.keyFor(jws.value.header);
    if (!key.ok) return err(`${uri} cannot be believed: ${key.error.detail}`);
    const fault = await signatureFault(jws.value.text, key.value, textMember(jws.value.header, 'alg'));
    if (fault !== undefined) return err(`${uri} cannot be believed: ${fault}`);
    const token = await readStatusList(jws.value.claims, jws.value.header, {
      uri,
      now: now(),
      clockToleranceSeconds: trust.clockToleranceSeconds,
    });
    if (!token.ok) return err(`${uri} cannot be believed: ${token.error.detail}`);
    const { list: bits, exp, ttl } = token.value;
    const left = exp === undefined ? undefined : exp - now();
    const freshSeconds = freshFor(ttl, fetched.value.maxAgeSeconds, left);
    return ok({
      value: { bits, exp },
      freshSeconds: Math.min(freshSeconds, trust.status.maxAgeSeconds),
    });
  }

  /** What a list says; undefined when it is past its `exp`. */
  function read(held: Held<List>, idx: number): Result<StatusAnswer, StatusRefusal> | undefined {
    const { bits, exp } = held.value;
    if (exp !== undefined && now() >= exp + trust.clockToleranceSeconds) return undefined;
    const value = getStatus(bits, idx);
    if (!value.ok)
      return err({
        code: 'index_out_of_bounds',
        detail: `Its place ${idx} in the status list does not exist.`,
      });
    return ok({
      value: value.value,
      checkedAt: Math.floor(held.loadedAt),
      staleSeconds: Math.ceil(held.staleSeconds),
    });
  }

  return {
    statusOf: async ({ uri, idx }) => {
      const document = listAt(uri);
      const fresh = document.peek();
      const answer = fresh === undefined ? undefined : read(fresh, idx);
      if (answer?.ok === true) return answer;
      // A list may have been made longer, or have expired, since it was loaded.
      const loaded = await (fresh === undefined ? document.get() : document.reload());
      if (!loaded.ok)
        return err({
          code: 'status_unavailable',
          detail: `The status list could not be had: ${clause(loaded.error)}.`,
        });
      return (
        read(loaded.value, idx) ??
        err({ code: 'status_unavailable', detail: `The status list ${uri} has expired.` })
      );
    },
  };
}

/** Seconds a list is used: the shortest of what the token and HTTP say; `unsaid` when neither says for how long, and never beyond `exp` for long. */
export function freshFor(ttl?: number, maxAgeSeconds?: number, expiresInSeconds?: number): number {
  const { unsaid, least, most } = FRESH_SECONDS;
  const said = Math.min(ttl ?? Number.POSITIVE_INFINITY, maxAgeSeconds ?? Number.POSITIVE_INFINITY);
  const wanted = Math.min(Number.isFinite(said) ? said : unsaid, expiresInSeconds ?? most);
  return Math.min(most, Math.max(least, wanted));
}
