import { compactVerify, errors, importJWK, type JWK } from 'jose';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { METADATA_DOCUMENT_WANTED } from '../domain/client-metadata/metadata-document.ts';
import {
  chooseKey,
  fails,
  holds,
  judgeHeader,
  judgeStatus,
  parseCompact,
  statusReferenceOf,
  unknown,
  type Check,
  type UnverifiedJws,
} from '../domain/statement/judge.ts';
import { digestOfDocument } from '../domain/statement/profiles/judge-cimd.ts';
import { byProfile } from '../domain/statement/profiles/judge-profile.ts';
import { readStatus, STATUS_LIST_TYPE, type StatusProblem } from '../domain/status-list/token.ts';
import { fetchOctets, fetchText, type FetchRules } from '../kit/fetch-document.ts';
import { issuerKeys, placeOf } from './issuer-keys.ts';
import { text } from './members.ts';

/** Characters of a statement; ours have at most 8 KiB, others may be more generous. */
const MAX_STATEMENT_CHARACTERS = 64 * 1024;
/** Token text; a list of 2^26 entries, inflated, is bounded where it is read. */
const MAX_STATUS_LIST_OCTETS = 16 * 1024 * 1024;
const CLOCK_TOLERANCE_SECONDS = 60;

const KEY_SPEC = 'RFC 7517 §5';
const DOCUMENT_SPEC = 'draft-mcguinness-oauth-cimd-sw-stmt, Metadata Digest';
const STATUS_SPEC = 'draft-ietf-oauth-status-list §8.3';

export type VerifyOptions = {
  readonly fetch: typeof fetch;
  /** NumericDate, seconds. */
  readonly now: number;
  readonly allowHttp: boolean;
  /** The issuer it has to be from; any when undefined. */
  readonly issuer: string | undefined;
  /** The authorization server it has to be for; any when undefined. */
  readonly audience: string | undefined;
};

/** What was found, in order; `claims` only when the signature holds. */
export type Verification = { readonly checks: readonly Check[]; readonly claims: JsonObject | undefined };

/**
 * Verifies a statement as an authorization server would that knows nothing: from `iss` to metadata (RFC 8414), keys,
 * signature, claims, status list and, for a digest-bound statement, the document it is about. Each step is judged by `domain/statement/judge.ts`; this only fetches.
 */
export async function verifyStatement(statement: string, options: VerifyOptions): Promise<Verification> {
  const parsed = parseCompact(statement, MAX_STATEMENT_CHARACTERS);
  if (!parsed.ok)
    return only(fails('form', 'malformed', `This is no statement: ${parsed.error}.`, 'RFC 7515 §3.1'));
  const jws = parsed.value;
  const profile = byProfile(jws.header, jws.claims);
  const checks: Check[] = [
    holds('form', 'It is a well-formed compact JWS.', 'RFC 7515 §3.1'),
    profile.header,
  ];
  const issuer = profile.issuer(jws.claims);
  if (!issuer.ok) return { checks: [...checks, issuer.error], claims: undefined };
  if (options.issuer !== undefined && issuer.value !== options.issuer) {
    const detail = `It names ${issuer.value} as its issuer, not ${options.issuer}.`;
    checks.push(fails('issuer', 'foreign', detail, 'RFC 7591 §2.3'));
  }
  if (checks.some(({ outcome }) => outcome === 'fails')) return { checks, claims: undefined };

  const place = placeOf(issuer.value);
  if (!place.ok) return { checks: [...checks, place.error], claims: undefined };
  const rules = { fetch: options.fetch, allowHttp: options.allowHttp, issuer: place.value };
  const keys = await issuerKeys(issuer.value, rules, checks);
  const judged = profile.judge({
    claims: jws.claims,
    now: options.now,
    clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
    audience: options.audience,
  });
  if (keys === undefined) {
    // Nobody vouches for these claims, but what disqualifies itself does so unsigned too.
    const alone = judged.filter(({ outcome }) => outcome === 'fails');
    return { checks: [...checks, ...alone], claims: undefined };
  }
  const signature = await judgeSignature(jws, profile.keyName, keys);
  checks.push(...signature);
  if (signature.some(({ outcome }) => outcome !== 'holds')) return { checks, claims: undefined };
  checks.push(...judged, await status(jws.claims, keys, rules, options.now));
  // Nobody is asked for the document of a statement that falls already.
  if (profile.isDigestBound && checks.every(({ outcome }) => outcome !== 'fails'))
    checks.push(await documentCheck(jws.claims, rules));
  return { checks, claims: jws.claims };
}

async function judgeSignature(jws: UnverifiedJws, kid: string, jwks: JsonValue): Promise<readonly Check[]> {
  const key = chooseKey(jwks, kid === '' ? jws.header : { ...jws.header, kid });
  if (!key.ok) return [key.error];
  const chosen = holds('key', `The issuer publishes the key ${kid} for it.`, KEY_SPEC);
  const fault = await signatureFault(jws, key.value);
  return [
    chosen,
    fault === undefined
      ? holds('signature', 'The signature is the issuer’s.', 'RFC 7515 §5.2')
      : fails('signature', 'signature', fault, 'RFC 7515 §5.2'),
  ];
}

async function signatureFault(jws: UnverifiedJws, key: JsonObject): Promise<string | undefined> {
  const alg = text(jws.header, 'alg');
  try {
    await compactVerify(jws.text, await importJWK(publicMembers(key), alg), { algorithms: [alg] });
    return undefined;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return 'The signature does not fit: the statement was changed, or the issuer never signed it.';
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return `The published key cannot verify it: ${error.message}.`;
    throw error;
  }
}

/** Only what a public key is made of: a private member in a published set must not turn it into a private key here. */
function publicMembers(key: JsonObject): JWK {
  const members: Record<string, string> = {};
  for (const name of ['kty', 'crv', 'x', 'y', 'n', 'e']) {
    const value = key[name];
    if (typeof value === 'string') members[name] = value;
  }
  return members;
}

async function status(claims: JsonObject, jwks: JsonValue, rules: FetchRules, now: number): Promise<Check> {
  if (claims['status'] === undefined && claims['credentialStatus'] !== undefined)
    return unknown(
      'status',
      'bitstring',
      'Its status is in bitstring status lists alone, and this command reads Status List Tokens.',
      'Bitstring Status List 1.0 §3.2',
    );
  const reference = statusReferenceOf(claims, rules.issuer);
  if (!reference.ok) return reference.error;
  const { uri, idx } = reference.value;
  const accept = 'application/statuslist+jwt';
  const token = await fetchText(uri, { accept, maxOctets: MAX_STATUS_LIST_OCTETS }, rules);
  if (!token.ok)
    return unknown('status', 'unreachable', `The status list could not be had: ${token.error}.`, STATUS_SPEC);
  const list = parseCompact(token.value.text.trim(), MAX_STATUS_LIST_OCTETS);
  if (!list.ok) return disbelieved(`it is no signed list: ${list.error}`);
  const header = judgeHeader(list.value.header, { types: [STATUS_LIST_TYPE] });
  if (header.outcome !== 'holds') return disbelieved(header.detail);
  const fault = (await judgeSignature(list.value, text(list.value.header, 'kid'), jwks)).find(
    ({ outcome }) => outcome !== 'holds',
  );
  if (fault !== undefined) return disbelieved(fault.detail);
  const value = await readStatus(list.value.claims, list.value.header, {
    uri,
    idx,
    now,
    clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
  });
  return value.ok ? judgeStatus(value.value) : statusProblem(value.error);
}

/** Whether what is served now is the document that was reviewed (Metadata Digest, Change After Review). */
async function documentCheck(claims: JsonObject, rules: FetchRules): Promise<Check> {
  const [url, digest] = [text(claims, 'sub'), text(claims, 'cimd_digest')];
  const wanted = { accept: '*/*', maxOctets: METADATA_DOCUMENT_WANTED.maxOctets };
  const fetched = await fetchOctets(url, wanted, rules);
  if (!fetched.ok)
    return unknown(
      'document',
      'unreachable',
      `The document could not be had: ${fetched.error}.`,
      DOCUMENT_SPEC,
    );
  const served = digestOfDocument(fetched.value.octets);
  return served === digest
    ? holds('document', `What was reviewed is served at ${url}.`, DOCUMENT_SPEC)
    : fails(
        'document',
        'cimd_digest',
        `The document changed after it was reviewed: the digest of what is served at ${url} is ${served}.`,
        DOCUMENT_SPEC,
      );
}

function statusProblem({ code, detail }: StatusProblem): Check {
  // A place outside the list is the statement's fault (§8.3 MUST reject); everything else is the list's.
  return code === 'index_out_of_bounds'
    ? fails('status', code, `Its place in the status list does not exist: ${detail}.`, STATUS_SPEC)
    : disbelieved(detail);
}

function disbelieved(why: string): Check {
  const reason = why.replace(/\.$/, '');
  return fails('status', 'status_list', `The status list cannot be believed: ${reason}.`, STATUS_SPEC);
}

function only(check: Check): Verification {
  return { checks: [check], claims: undefined };
}
