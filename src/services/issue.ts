import type { Actor } from '../domain/access.ts';
import type { ClientMetadata } from '../domain/client-metadata/parse-client-metadata.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { maxLifetimeOf } from '../domain/statement/profiles/profile.ts';
import type { Profile } from '../domain/statement/statement.ts';
import { termsOf, type RequestedTerms } from '../domain/statement/terms.ts';
import type { SoftwareStanding, StatementStanding } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import {
  currentPolicy,
  decideAndCommit,
  earlierSubject,
  rememberKey,
  type Idempotency,
  type Issuer,
  type Plan,
} from './issuer.ts';
import { approvalThatStands, planStatement } from './plan-statement.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';
import { statementOf } from './statements.ts';

/** What is asked of a statement: its terms, and the shape it takes; `rfc7591` unless said. */
export type IssueCommand = RequestedTerms & { readonly profile?: Profile | undefined };

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
  command: IssueCommand,
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
      {
        lifetimeSeconds: command.lifetimeSeconds,
        audience: audience ?? undefined,
        profile: statement.profile,
      },
      jti,
      idempotency,
    );
  });
}

async function prepare(
  issuer: Issuer,
  actor: Actor,
  standing: SoftwareStanding,
  command: IssueCommand,
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
  const profile = command.profile ?? 'rfc7591';
  const { conditions } = approved.value;
  const terms = termsOf(command, policy.statement, conditions, maxLifetimeOf(profile));
  if (!terms.ok) return terms;
  const planned = await planStatement(issuer, actor, standing, {
    profile,
    terms: terms.value,
    approved: approved.value,
    renewedFrom,
  });
  if (!planned.ok) return planned;
  const { statement, entries, changes } = planned.value;
  return ok({
    entries,
    changes: [...changes, ...rememberKey(issuer, actor, idempotency, statement.jti)],
    value: { statement, software, publisher, metadata: approved.value.metadata },
  });
}

async function metadataOf(issuer: Issuer, { statement }: StatementStanding): Promise<ClientMetadata> {
  const submission = await issuer.store.submission(statement.submissionId);
  if (submission === undefined) throw new Error(`statement ${statement.jti} without its submission`);
  return submission.metadata;
}
