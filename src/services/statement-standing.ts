import type { Action, Actor } from '../domain/access.ts';
import type { EntryKind } from '../domain/ledger/entry.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { nextStatementState, type Statement, type StatementCommand } from '../domain/statement/statement.ts';
import type { StatementStanding } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { decideAndCommit, entryOf, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { statementOf } from './statements.ts';

/** What each command on a statement asks for and is told as. */
export const STATEMENT_STEPS = {
  revoke: { action: 'statements:revoke', kind: 'statement.revoked', wanted: 'valid or suspended' },
  suspend: { action: 'statements:suspend', kind: 'statement.suspended', wanted: 'valid' },
  reinstate: { action: 'statements:suspend', kind: 'statement.reinstated', wanted: 'suspended' },
} as const satisfies Readonly<
  Record<StatementCommand, { readonly action: Action; readonly kind: EntryKind; readonly wanted: string }>
>;

/**
 * Revokes, suspends or reinstates one statement. The status list says so from its next fetch on; a revoked
 * statement never becomes valid again (invariant 7).
 */
export async function changeStatement(
  issuer: Issuer,
  actor: Actor,
  jti: string,
  command: StatementCommand,
  reason: string,
): Promise<Result<StatementStanding, Refusal>> {
  const step = STATEMENT_STEPS[command];
  const changed = await decideAndCommit(issuer, async () => {
    const found = await statementOf(issuer, jti);
    if (!found.ok) return concealUnknown(actor, step.action, found.error);
    const { statement: before, software, publisher } = found.value;
    const allowed = authorize(actor, step.action, before.publisherId);
    if (!allowed.ok) return allowed;
    const state = nextStatementState(before.state, command);
    if (state === undefined)
      return err({ code: 'statement_state', jti, state: before.state, wanted: step.wanted });
    const statement: Statement = {
      ...before,
      state,
      stateReason: state === 'valid' ? null : reason,
      stateAt: issuer.clock.now(),
      version: before.version + 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, step.kind, {
          subject: jti,
          publisherId: before.publisherId,
          softwareId: before.softwareId,
          data: { before: before.state, after: state, reason, status_list: before.listId, idx: before.idx },
        }),
      ],
      changes: [
        { replace: 'statement', row: statement },
        { touch: 'statusList', ids: [before.listId] },
      ],
      value: { statement, software, publisher },
    });
  });
  if (changed.ok) issuer.changed('status');
  return changed;
}
