import type { Actor } from '../domain/access.ts';
import { encodeBase64urlText, encodeBase64url } from '../domain/base64url.ts';
import type { ClientMetadata } from '../domain/client-metadata/parse-client-metadata.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import {
  buildStatement,
  lintStatement,
  MAX_STATEMENT_OCTETS,
  signingInput,
  STATEMENT_TYPE,
  type IssuerClaims,
} from '../domain/statement/claims.ts';
import type { Statement } from '../domain/statement/statement.ts';
import { termsOf, type RequestedTerms } from '../domain/statement/terms.ts';
import type { Submission } from '../domain/submission.ts';
import type { SoftwareStanding, StatementStanding } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import {
  currentPolicy,
  decideAndCommit,
  earlierSubject,
  entryOf,
  rememberKey,
  type Idempotency,
  type Issuer,
  type Plan,
} from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { reserve } from './reserve.ts';
import { softwareOf } from './software.ts';
import { statementOf } from './statements.ts';
import { statusListUri } from './publications.ts';

/** A statement with the snapshot it was made from, which the ready registration request repeats. */
export type Issued = StatementStanding & { readonly metadata: ClientMetadata };

/**
 * Issues a statement over the approval that stands. Every claim comes from the approved snapshot or the issuer
 * (invariant 3), and the statement leaves only after it is durable (invariant 2): it is signed first and
 * committed then, and a signature whose commit fails never leaves this process.
 */
export async function issueStatement(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  command: RequestedTerms,
  idempotency?: Idempotency,
): Promise<Result<Issued, Refusal>> {
  return decideAndCommit<Issued>(issuer, async () => {
    const found = await softwareOf(issuer, softwareId);
    if (!found.ok) return concealUnknown(actor, 'statements:issue', found.error);
    const allowed = authorize(actor, 'statements:issue', found.value.software.publisherId);
    if (!allowed.ok) return allowed;
    return prepare(issuer, actor, found.value, command, null, idempotency);
  });
}

/**
 * Issues a successor of a statement: same audience, over the approval that stands now and within its conditions. The
 * old one stays as it is until it expires or is revoked; a revoked or suspended one cannot be renewed.
 */
export async function renewStatement(
  issuer: Issuer,
  actor: Actor,
  jti: string,
  command: { readonly lifetimeSeconds?: number | undefined },
  idempotency?: Idempotency,
): Promise<Result<Issued, Refusal>> {
  return decideAndCommit<Issued>(issuer, async () => {
    const earlier = await statementOf(issuer, jti);
    if (!earlier.ok) return concealUnknown(actor, 'statements:issue', earlier.error);
    const { statement } = earlier.value;
    const allowed = authorize(actor, 'statements:issue', statement.publisherId);
    if (!allowed.ok) return allowed;
    if (statement.state !== 'valid')
      return err({ code: 'statement_state', jti, state: statement.state, wanted: 'valid' });
    const found = await softwareOf(issuer, statement.softwareId);
    if (!found.ok) return found;
    const { audience } = statement;
    return prepare(
      issuer,
      actor,
      found.value,
      { lifetimeSeconds: command.lifetimeSeconds, audience: audience ?? undefined },
      jti,
      idempotency,
    );
  });
}

async function prepare(
  issuer: Issuer,
  actor: Actor,
  standing: SoftwareStanding,
  command: RequestedTerms,
  renewedFrom: string | null,
  idempotency: Idempotency | undefined,
): Promise<Result<Plan<Issued>, Refusal>> {
  const repeat = await earlierSubject(issuer, actor, idempotency);
  if (!repeat.ok) return repeat;
  if (repeat.value !== undefined) {
    const made = await statementOf(issuer, repeat.value);
    return made.ok ? ok({ replay: { ...made.value, metadata: await metadataOf(issuer, made.value) } }) : made;
  }
  const { software, publisher } = standing;
  const approved = approvalThatStands(standing);
  if (!approved.ok) return approved;
  const policy = await currentPolicy(issuer);
  const terms = termsOf(command, policy.statement, approved.value.conditions);
  if (!terms.ok) return terms;

  const reserved = await reserve(issuer);
  if (!reserved.ok) return reserved;
  const { jti, key, list, idx } = reserved.value;
  const iat = issuer.clock.now();
  const claims: IssuerClaims = {
    iss: issuer.identifier,
    iat,
    exp: iat + terms.value.lifetimeSeconds,
    jti,
    softwareId: software.id,
    softwareVersion: approved.value.softwareVersion,
    audience: terms.value.audience,
    status: { uri: statusListUri(issuer.identifier, list.id), idx },
  };
  const signed = await sign(issuer, key, claims, approved.value);
  if (!signed.ok) return signed;
  const jwt = signed.value;
  const statement: Statement = {
    jti,
    softwareId: software.id,
    publisherId: publisher.id,
    submissionId: approved.value.id,
    softwareVersion: approved.value.softwareVersion,
    kid: key.kid,
    alg: key.alg,
    profile: 'rfc7591',
    audience: terms.value.audience,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    listId: list.id,
    idx,
    state: 'valid',
    stateReason: null,
    stateAt: null,
    jwt,
    sha256: sha256Base64url(jwt),
    issuedBy: actor.personId,
    renewedFrom,
    version: 1,
  };
  return ok({
    entries: [
      entryOf(issuer, actor, 'statement.issued', {
        subject: jti,
        publisherId: publisher.id,
        softwareId: software.id,
        data: {
          submission_id: statement.submissionId,
          kid: key.kid,
          audience: statement.audience,
          iat: claims.iat,
          exp: claims.exp,
          status_list: list.id,
          idx,
          sha256: statement.sha256,
          renewed_from: renewedFrom,
        },
      }),
    ],
    changes: [
      { unchanged: 'software', id: software.id, version: software.version },
      { unchanged: 'publisher', id: publisher.id, version: publisher.version },
      { unchanged: 'signingKey', id: key.kid, version: key.version },
      { allocate: 'statusList', id: list.id },
      { insert: 'statement', row: statement },
      ...rememberKey(issuer, actor, idempotency, jti),
    ],
    value: { statement, software, publisher, metadata: approved.value.metadata },
  });
}

async function metadataOf(issuer: Issuer, { statement }: StatementStanding): Promise<ClientMetadata> {
  const submission = await issuer.store.submission(statement.submissionId);
  if (submission === undefined) throw new Error(`statement ${statement.jti} without its submission`);
  return submission.metadata;
}

function approvalThatStands({
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

async function sign(
  issuer: Issuer,
  key: SigningKey,
  claims: IssuerClaims,
  approved: Submission,
): Promise<Result<string, Refusal>> {
  const header = { alg: key.alg, kid: key.kid, typ: STATEMENT_TYPE };
  const linted = lintStatement(buildStatement(header, claims, approved.metadata), claims, approved.metadata);
  if (!linted.ok) throw new Error(`statement lint: ${linted.error.code}: ${linted.error.detail}`);
  const input = signingInput(linted.value, encodeBase64urlText);
  const signature = await issuer.custody.sign(key.kid, new TextEncoder().encode(input));
  if (!signature.ok) return signature;
  const jwt = `${input}.${encodeBase64url(signature.value)}`;
  return jwt.length > MAX_STATEMENT_OCTETS
    ? err({ code: 'statement_too_large', octets: jwt.length, maxOctets: MAX_STATEMENT_OCTETS })
    : ok(jwt);
}
