import { didWebOf } from '../domain/credential/did-document.ts';
import type { JsonObject } from '../domain/json.ts';
import { textMember } from '../domain/json.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import {
  fails,
  holds,
  parseCompact,
  unknown,
  type Check,
  type UnverifiedJws,
} from '../domain/statement/judge.ts';
import { svidIssuer } from '../domain/statement/profiles/jwt-svid.ts';
import { byProfile, type ByProfile } from '../domain/statement/profiles/judge-profile.ts';
import { effectiveState } from '../domain/statement/statement.ts';
import { isSignedBy } from '../domain/statement/verify-signature.ts';
import type { StatementStanding } from '../ports.ts';
import { standingOfDocument, type DocumentStanding } from './documents/standing.ts';
import type { Issuer } from './issuer.ts';

/** Characters of what is pasted; statements of this issuer have 8 KiB at most, others may be longer. */
export const MAX_CHECKED_CHARACTERS = 32 * 1024;

/** What was revoked, and the statement with it; what the person who did it wrote is not told. */
export type RevocationCategory = 'statement' | 'software' | 'publisher';

/** Why something else counts by now, though this still verifies. */
export type Succession =
  | { readonly by: 'approval'; readonly softwareVersion: string }
  /** NumericDate, seconds. */
  | { readonly by: 'renewal'; readonly at: number };

/** How a statement of this issuer stands, the gravest first. */
export type OwnStanding =
  | { readonly outcome: 'key_revoked'; readonly at: number | null }
  /** The signature is ours and the statement is not in the records: it was made before a restore, or not by us. */
  | { readonly outcome: 'unknown_here'; readonly because: 'no_record' | 'another_record' }
  | { readonly outcome: 'revoked'; readonly at: number | null; readonly category: RevocationCategory }
  | { readonly outcome: 'suspended'; readonly by: 'statement' | 'software' | 'publisher' }
  | { readonly outcome: 'expired'; readonly at: number }
  | { readonly outcome: 'not_yet'; readonly at: number }
  /** The document it is about is not what is served there, since then; for digest-bound statements alone. */
  | { readonly outcome: 'document_changed'; readonly url: string; readonly since: number | null }
  | { readonly outcome: 'superseded'; readonly succession: readonly [Succession, ...Succession[]] }
  | { readonly outcome: 'valid' };

/** What is found of a text that somebody takes for a statement. `checks` are all that was looked at, in order. */
export type CheckedStatement = { readonly checks: readonly Check[] } & (
  | { readonly outcome: 'malformed' }
  /** Undefined when it names no issuer at all. */
  | { readonly outcome: 'foreign'; readonly claimedIssuer: string | undefined }
  | { readonly outcome: 'not_signed_by_us' }
  | (OwnStanding & {
      /** What the signature covers; believe it only as far as the outcome lets you. */
      readonly header: JsonObject;
      readonly claims: JsonObject;
      /** As the issuer's records have them; undefined where there are none. */
      readonly softwareId: string | undefined;
      readonly softwareName: string | undefined;
      readonly publisherName: string | undefined;
    })
);

/**
 * Says whether a pasted text is a statement of this issuer and how it stands. Anybody may ask. Nothing of the text is
 * stored or logged, and of a statement that is not ours nothing is looked up.
 */
export async function checkStatement(issuer: Issuer, pasted: string): Promise<CheckedStatement> {
  const text = compactIn(pasted);
  const parsed = parseCompact(text, MAX_CHECKED_CHARACTERS);
  if (!parsed.ok) {
    const check = fails('form', 'malformed', `This is no statement: ${parsed.error}.`, 'RFC 7515 §3.1');
    return { outcome: 'malformed', checks: [check] };
  }
  const jws = parsed.value;
  const form = holds('form', 'It is a well-formed compact JWS.', 'RFC 7515 §3.1');
  const profile = byProfile(jws.header, jws.claims);
  const named = profile.issuer(jws.claims);
  if (!named.ok) return { outcome: 'foreign', claimedIssuer: undefined, checks: [form, named.error] };
  if (!namesOf(issuer).includes(named.value)) {
    const detail = `It names ${named.value} as its issuer, not ${issuer.identifier}.`;
    const foreign = fails('issuer', 'foreign', detail, 'RFC 7591 §2.3');
    return { outcome: 'foreign', claimedIssuer: named.value, checks: [form, foreign] };
  }
  const checks = [form, holds('issuer', 'It names this issuer.', 'RFC 7591 §2.3')];
  const { header } = profile;
  const signed = header.outcome === 'holds' ? await signingKeyOf(issuer, jws, profile.keyName) : undefined;
  checks.push(header, ...(signed?.checks ?? []));
  if (signed?.key === undefined) return { outcome: 'not_signed_by_us', checks };
  return ownStatement(issuer, jws, signed.key, profile, checks);
}

/** What the statements of this issuer name as their issuer: its identifier, its `did:web`, its trust domain. */
function namesOf({ identifier, trustDomain }: Issuer): readonly string[] {
  const did = didWebOf(identifier);
  return [
    identifier,
    ...(did === undefined ? [] : [did]),
    ...(trustDomain === undefined ? [] : [svidIssuer(trustDomain)]),
  ];
}

/** A ready registration request holds one; terminals and mail wrap long lines, and JSON puts quotes around them. */
function compactIn(pasted: string): string {
  const [, member] = /"software_statement"\s*:\s*"([^"]*)"/.exec(pasted) ?? [];
  return (member ?? pasted).replaceAll(/[\s"'`]+/g, '');
}

type Signed = { readonly key: SigningKey | undefined; readonly checks: readonly Check[] };

/** The issuer's own key that signed it, published or not. */
async function signingKeyOf(issuer: Issuer, { header, text }: UnverifiedJws, kid: string): Promise<Signed> {
  const key = await issuer.store.signingKey(kid);
  if (key === undefined || key.alg !== header['alg'])
    return {
      key: undefined,
      checks: [fails('key', 'kid', 'It names a key that this issuer never had.', 'RFC 7515 §4.1.4')],
    };
  if (!(await isSignedBy(text, key.publicJwk)))
    return {
      key: undefined,
      checks: [
        keyCheck(key),
        fails(
          'signature',
          'signature',
          'The signature does not fit: the statement was changed, or this issuer never signed it.',
          'RFC 7515 §5.2',
        ),
      ],
    };
  return {
    key,
    checks: [keyCheck(key), holds('signature', 'The signature is this issuer’s.', 'RFC 7515 §5.2')],
  };
}

function keyCheck({ state }: SigningKey): Check {
  const spec = 'RFC 7517 §5';
  switch (state) {
    case 'pending':
    case 'active':
    case 'retiring':
      return holds('key', 'The key is published.', spec);
    case 'retired':
      return fails('key', 'kid', 'The key was retired: all that it signed had expired by then.', spec);
    case 'revoked':
      return fails('key', 'kid', 'The key was revoked: nothing that it signed counts.', spec);
  }
}

async function ownStatement(
  issuer: Issuer,
  jws: UnverifiedJws,
  key: SigningKey,
  profile: ByProfile,
  before: readonly Check[],
): Promise<CheckedStatement> {
  const { claims, header } = jws;
  const found = await issuer.store.statement(profile.jti(claims));
  const judged = profile.judge({ claims, now: issuer.clock.now(), clockToleranceSeconds: 0 });
  // An ECDSA signature can be rewritten without the key (r, n−s); what it covers cannot.
  const isSame = found !== undefined && signedPart(found.statement.jwt) === signedPart(jws.text);
  const records = isSame ? found : undefined;
  const document = profile.isDigestBound ? await documentOf(issuer, claims) : undefined;
  const standing = await standingOf(issuer, key, claims, {
    records,
    isOtherKnown: found !== undefined,
    document,
  });
  return {
    ...standing,
    checks: [
      ...before,
      ...judged,
      statusCheck(standing),
      ...(document === undefined ? [] : [documentCheck(document)]),
    ],
    claims,
    header,
    softwareId: records?.software.id,
    softwareName: records?.software.name,
    publisherName: records?.publisher.name,
  };
}

function signedPart(compact: string): string {
  return compact.slice(0, compact.lastIndexOf('.'));
}

async function standingOf(
  issuer: Issuer,
  key: SigningKey,
  claims: JsonObject,
  known: {
    readonly records: StatementStanding | undefined;
    readonly isOtherKnown: boolean;
    readonly document: DocumentStanding | undefined;
  },
): Promise<OwnStanding> {
  const { records, document } = known;
  if (key.state === 'revoked') return { outcome: 'key_revoked', at: key.endedAt };
  if (records === undefined)
    return { outcome: 'unknown_here', because: known.isOtherKnown ? 'another_record' : 'no_record' };
  const { statement, software, publisher } = records;
  const state = effectiveState(statement.state, software.state, publisher.state);
  if (state === 'revoked')
    return { outcome: 'revoked', at: statement.stateAt, category: await categoryOf(issuer, records) };
  if (state === 'suspended')
    return {
      outcome: 'suspended',
      by:
        statement.state === 'suspended'
          ? 'statement'
          : software.state === 'suspended'
            ? 'software'
            : 'publisher',
    };
  const now = issuer.clock.now();
  if (statement.expiresAt <= now) return { outcome: 'expired', at: statement.expiresAt };
  const { nbf } = claims;
  const from = Math.max(statement.issuedAt, typeof nbf === 'number' ? nbf : 0);
  if (from > now) return { outcome: 'not_yet', at: from };
  if (document?.served === 'changed')
    return {
      outcome: 'document_changed',
      url: document.document.url,
      since: document.watch?.driftedSince ?? null,
    };
  const [first, ...more] = await successionOf(issuer, records);
  return first === undefined ? { outcome: 'valid' } : { outcome: 'superseded', succession: [first, ...more] };
}

/** What was revoked: the statement alone has an entry of its own; with its publisher, software or key, it has none. */
async function categoryOf(
  issuer: Issuer,
  { statement, publisher }: StatementStanding,
): Promise<RevocationCategory> {
  const [own] = await issuer.store.entries(
    { subject: statement.jti, kind: 'statement.revoked' },
    undefined,
    1,
  );
  if (own !== undefined) return 'statement';
  return publisher.state === 'revoked' ? 'publisher' : 'software';
}

async function successionOf(
  issuer: Issuer,
  { statement, software }: StatementStanding,
): Promise<readonly Succession[]> {
  const [standing, renewedAt] = await Promise.all([
    issuer.store.software(software.id),
    issuer.store.renewedAt(statement.jti),
  ]);
  const approved = standing?.approved;
  return [
    ...(approved === undefined || approved.id === statement.submissionId
      ? []
      : [{ by: 'approval', softwareVersion: approved.softwareVersion } as const]),
    ...(renewedAt === undefined ? [] : [{ by: 'renewal', at: renewedAt } as const]),
  ];
}

const STATUS_SPEC = 'draft-ietf-oauth-status-list §7.1';

function statusCheck(standing: OwnStanding): Check {
  switch (standing.outcome) {
    case 'key_revoked':
    case 'revoked':
      return fails('status', 'revoked', 'This issuer revoked it: its status list says INVALID.', STATUS_SPEC);
    case 'suspended':
      return fails(
        'status',
        'suspended',
        'This issuer suspended it: its status list says SUSPENDED.',
        STATUS_SPEC,
      );
    case 'unknown_here':
      return unknown('status', 'unknown', 'This issuer has no record of it.', STATUS_SPEC);
    case 'expired':
    case 'not_yet':
    case 'document_changed':
    case 'superseded':
    case 'valid':
      return holds('status', 'The issuer’s status list says VALID.', STATUS_SPEC);
  }
}

/** What the issuer knows of the document a digest-bound statement of its own is about. Nobody is asked for it: anybody can make us check. */
async function documentOf(issuer: Issuer, claims: JsonObject): Promise<DocumentStanding | undefined> {
  const [url, digest] = [textMember(claims, 'sub'), textMember(claims, 'cimd_digest')];
  return url === '' || digest === '' ? undefined : standingOfDocument(issuer, { url, digest });
}

const DOCUMENT_SPEC = 'draft-mcguinness-oauth-cimd-sw-stmt, Metadata Digest';

function documentCheck({ document, served, watch }: DocumentStanding): Check {
  const when = watch?.checkedAt ?? null;
  const looked = when === null ? '' : ` when this issuer last looked, at ${instant(when)}`;
  switch (served) {
    case 'same':
      return holds('document', `What was reviewed was served at ${document.url}${looked}.`, DOCUMENT_SPEC);
    case 'changed':
      return fails(
        'document',
        'document_changed',
        `Something else than what was reviewed was served at ${document.url}${looked}.`,
        DOCUMENT_SPEC,
      );
    case 'unknown':
      return unknown(
        'document',
        'unknown',
        `This issuer does not look at ${document.url} any more.`,
        DOCUMENT_SPEC,
      );
  }
}

function instant(seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
