import { encodeBase64url, encodeBase64urlText } from '../domain/base64url.ts';
import type { ClientIdentifier } from '../domain/client-identifier.ts';
import type { LedgerEntry } from '../domain/ledger/entry.ts';
import type { JsonObject } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { MAX_STATEMENT_OCTETS, signingInput, type IssuerClaims } from '../domain/statement/claims.ts';
import {
  composeStatement,
  profileProblem,
  type StatementContent,
} from '../domain/statement/profiles/profile.ts';
import { svidAudienceProblem, svidKeyProblem } from '../domain/statement/profiles/jwt-svid.ts';
import type { Profile, Statement } from '../domain/statement/statement.ts';
import type { Terms } from '../domain/statement/terms.ts';
import type { Submission } from '../domain/submission.ts';
import type { Change, SoftwareStanding } from '../ports.ts';
import { agentOf, entryOf, type Cause, type Issuer } from './issuer.ts';
import { statusListUri } from './signed-lists.ts';
import type { Refusal } from './refusal.ts';
import { reserve } from './reserve.ts';

/** Seconds that `iat` may run ahead of the clock, where several statements about one subject are issued within a second. */
const MAX_AHEAD_SECONDS = 5;

/** What a statement is to be. */
export type StatementOrder = {
  readonly profile: Profile;
  readonly terms: Terms;
  /** The approval that stands; see `approvalThatStands`. */
  readonly approved: Submission;
  /** `jti` of the statement it succeeds. */
  readonly renewedFrom: string | null;
  /** What the ledger should say besides: by which token or workload it was asked for. */
  readonly about?: JsonObject;
};

export type PlannedStatement = {
  readonly statement: Statement;
  readonly entries: readonly [LedgerEntry];
  readonly changes: readonly Change[];
};

/** The approval that may be signed now: of software and publisher that stand. */
export function approvalThatStands({
  software,
  publisher,
  approved,
}: SoftwareStanding): Result<Submission, Refusal> {
  if (publisher.state !== 'active')
    return err({
      code: 'publisher_state',
      publisherId: publisher.id,
      state: publisher.state,
      reason: publisher.stateReason,
    });
  if (software.state !== 'active')
    return err({
      code: 'software_state',
      softwareId: software.id,
      state: software.state,
      reason: software.stateReason,
    });
  return approved === undefined ? err({ code: 'no_approval', softwareId: software.id }) : ok(approved);
}

/**
 * Signs a statement and prepares the commit that makes it one. It must leave this process only after that commit: a signature whose
 * commit fails is never sent (ARCHITECTURE.md, "Why one commit is enough to issue"). Who may ask was decided by the caller.
 *
 * @returns `profile_not_available` when the profile cannot be made of this approval; `too_soon` when statements about one subject
 *   come so fast that `iat` would run ahead of the clock
 */
export async function planStatement(
  issuer: Issuer,
  cause: Cause,
  { software, publisher }: SoftwareStanding,
  order: StatementOrder,
): Promise<Result<PlannedStatement, Refusal>> {
  const { profile, terms, approved } = order;
  const { document } = approved;
  const problem = profileProblem(profile, {
    document,
    trustDomain: issuer.trustDomain,
    identifier: issuer.identifier,
  });
  if (problem !== undefined) return err({ code: 'profile_not_available', profile, detail: problem });
  const [reserved, subject] = await Promise.all([
    reserve(issuer),
    profile === 'cimd' && document !== null ? issuer.store.clientIdentifier(document.url) : undefined,
  ]);
  if (!reserved.ok) return reserved;
  const { jti, key, list, idx } = reserved.value;
  const unfit =
    profile === 'jwt-svid' ? (svidKeyProblem(key.alg) ?? svidAudienceProblem(terms.audience)) : undefined;
  if (unfit !== undefined) return err({ code: 'profile_not_available', profile, detail: unfit });
  const now = issuer.clock.now();
  const iat = Math.max(now, (subject?.lastIssuedAt ?? 0) + 1);
  if (subject !== undefined && iat > now + MAX_AHEAD_SECONDS)
    return err({ code: 'too_soon', retryAfterSeconds: iat - now });
  const claims: IssuerClaims = {
    iss: issuer.identifier,
    iat: subject === undefined ? now : iat,
    exp: (subject === undefined ? now : iat) + terms.lifetimeSeconds,
    jti,
    softwareId: software.id,
    softwareVersion: approved.softwareVersion,
    audience: terms.audience,
    status: { uri: statusListUri(issuer.identifier, list.id), idx },
  };
  const content = { issuer: claims, metadata: approved.metadata, document, trustDomain: issuer.trustDomain };
  const signed = await sign(issuer, key, profile, content);
  if (!signed.ok) return signed;
  const jwt = signed.value;
  const statement: Statement = {
    jti,
    softwareId: software.id,
    publisherId: publisher.id,
    submissionId: approved.id,
    softwareVersion: approved.softwareVersion,
    kid: key.kid,
    alg: key.alg,
    profile,
    audience: terms.audience,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    listId: list.id,
    idx,
    state: 'valid',
    stateReason: null,
    stateAt: null,
    jwt,
    sha256: sha256Base64url(jwt),
    issuedBy: agentOf(cause),
    renewedFrom: order.renewedFrom,
    version: 1,
  };
  return ok({
    statement,
    entries: [
      entryOf(issuer, cause, 'statement.issued', {
        subject: jti,
        publisherId: publisher.id,
        softwareId: software.id,
        data: {
          submission_id: statement.submissionId,
          ...(profile === 'rfc7591' ? {} : { profile }),
          ...(profile === 'cimd' && document !== null ? { cimd_digest: document.digest } : {}),
          kid: key.kid,
          audience: statement.audience,
          iat: claims.iat,
          exp: claims.exp,
          status_list: list.id,
          idx,
          sha256: statement.sha256,
          renewed_from: order.renewedFrom,
          ...order.about,
        },
      }),
    ],
    changes: [
      { unchanged: 'software', id: software.id, version: software.version },
      { unchanged: 'publisher', id: publisher.id, version: publisher.version },
      { unchanged: 'signingKey', id: key.kid, version: key.version },
      { allocate: 'statusList', id: list.id },
      { insert: 'statement', row: statement },
      ...(subject === undefined ? [] : [issuedAbout(subject, iat)]),
    ],
  });
}

/** `iat` increases strictly per subject, whoever signs: the row's version makes one of two writers decide again. */
function issuedAbout(subject: ClientIdentifier, iat: number): Change {
  return {
    replace: 'clientIdentifier',
    row: { ...subject, lastIssuedAt: iat, version: subject.version + 1 },
  };
}

async function sign(
  issuer: Issuer,
  key: SigningKey,
  profile: Profile,
  content: StatementContent,
): Promise<Result<string, Refusal>> {
  const linted = composeStatement(profile, { alg: key.alg, kid: key.kid }, content);
  if (!linted.ok) throw new Error(`statement lint: ${linted.error.code}: ${linted.error.detail}`);
  const input = signingInput(linted.value, encodeBase64urlText);
  const signature = await issuer.custody.sign(key.kid, new TextEncoder().encode(input));
  if (!signature.ok) return signature;
  const jwt = `${input}.${encodeBase64url(signature.value)}`;
  return jwt.length > MAX_STATEMENT_OCTETS
    ? err({ code: 'statement_too_large', octets: jwt.length, maxOctets: MAX_STATEMENT_OCTETS })
    : ok(jwt);
}
