import {
  BITSTRING_LIST_CREDENTIAL,
  isSet,
  readBitstringList,
  type BitstringList,
  type BitstringReference,
} from '../../domain/credential/bitstring-status-list.ts';
import { readCredential, VC_JWT_TYPE } from '../../domain/credential/vc-jwt.ts';
import { textMember } from '../../domain/json.ts';
import { cachedDocument, type Held } from '../../domain/network/cached-document.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { judgeHeader, parseCompact } from '../../domain/statement/judge.ts';
import { fetchText, type FetchRules } from '../fetch-document.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { listsByUri } from './lists-by-uri.ts';
import { clause } from './refusal.ts';
import { freshFor, type StatusAnswer, type StatusRefusal } from './status-lists.ts';
import type { IssuerTrust } from './trusted-issuer.ts';
import { signatureFault } from './verify-signature.ts';

/** The bitstring status lists of one issuer. The value of an answer is 1 where the bit is set, else 0. */
export type BitstringLists = {
  readonly statusOf: (reference: BitstringReference) => Promise<Result<StatusAnswer, StatusRefusal>>;
};

type List = { readonly list: BitstringList; readonly exp: number | undefined };

const MAX_CREDENTIAL_OCTETS = 16 * 1024 * 1024;

/**
 * Fetches, verifies and keeps bitstring status lists (Bitstring Status List 1.0 §3.2): credentials of the same issuer, under its own keys,
 * kept for their `ttl` and as long as HTTP lets them be, never past their end.
 *
 * @param now seconds
 * @param background told of every load
 */
export function bitstringLists(
  trust: IssuerTrust,
  keys: IssuerKeys,
  rules: FetchRules,
  now: () => number,
  background: (work: Promise<unknown>) => void,
): BitstringLists {
  const listAt = listsByUri((url) =>
    cachedDocument<List>({
      load: () => load(url),
      now,
      maxStaleSeconds: trust.status.maxStaleSeconds,
      background,
    }),
  );

  async function load(url: string) {
    const unbelieved = (why: string) => err(`${url} cannot be believed: ${clause(why)}`);
    const wanted = { accept: 'application/vc+jwt', maxOctets: MAX_CREDENTIAL_OCTETS };
    const fetched = await fetchText(url, wanted, rules);
    if (!fetched.ok) return fetched;
    const jws = parseCompact(fetched.value.text.trim(), MAX_CREDENTIAL_OCTETS);
    if (!jws.ok) return err(`${url} gives no signed list: ${jws.error}`);
    const { header, claims, text } = jws.value;
    const form = judgeHeader(header, { types: [VC_JWT_TYPE], algorithms: trust.algorithms });
    if (form.outcome !== 'holds') return unbelieved(form.detail);
    const key = await keys.keyFor(header);
    if (!key.ok) return unbelieved(key.error.detail);
    const broken = await signatureFault(text, key.value, textMember(header, 'alg'));
    if (broken !== undefined) return unbelieved(broken);
    const { clockToleranceSeconds } = trust;
    const credential = readCredential({ header, claims, now: now(), clockToleranceSeconds });
    if (!credential.ok) return unbelieved(credential.error.detail);
    const { issuer, types, subject, expiresAt: exp } = credential.value;
    if (issuer !== trust.issuer) return unbelieved('it is another issuer’s');
    if (!types.includes(BITSTRING_LIST_CREDENTIAL)) return unbelieved('it is no credential of a status list');
    if (claims['id'] !== undefined && claims['id'] !== url)
      return unbelieved('it is the credential of another list');
    const list = await readBitstringList(subject);
    if (!list.ok) return unbelieved(list.error);
    const left = exp === undefined ? undefined : exp - now();
    const freshSeconds = freshFor(list.value.ttlSeconds, fetched.value.maxAgeSeconds, left);
    return ok({
      value: { list: list.value, exp },
      freshSeconds: Math.min(freshSeconds, trust.status.maxAgeSeconds),
    });
  }

  function read(
    { value: { list, exp }, loadedAt, staleSeconds }: Held<List>,
    { purpose, index, url }: BitstringReference,
  ): Result<StatusAnswer, StatusRefusal> {
    if (exp !== undefined && now() >= exp + trust.clockToleranceSeconds)
      return err({ code: 'status_unavailable', detail: `The status list ${url} has expired.` });
    const bit = isSet(list, index);
    if (!list.purposes.includes(purpose) || bit === undefined)
      return err({
        code: 'index_out_of_bounds',
        detail: `Its place ${index} for ${purpose} in the status list does not exist.`,
      });
    return ok({ value: bit ? 1 : 0, checkedAt: Math.floor(loadedAt), staleSeconds: Math.ceil(staleSeconds) });
  }

  return {
    statusOf: async (reference) => {
      const document = listAt(reference.url);
      const fresh = document.peek();
      const answer = fresh === undefined ? undefined : read(fresh, reference);
      if (answer?.ok === true) return answer;
      // A list may have been made longer, or have expired, since it was loaded.
      const loaded = await (fresh === undefined ? document.get() : document.reload());
      return loaded.ok
        ? read(loaded.value, reference)
        : err({
            code: 'status_unavailable',
            detail: `The status list could not be had: ${clause(loaded.error)}.`,
          });
    },
  };
}
