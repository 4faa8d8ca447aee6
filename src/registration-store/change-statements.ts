import type { AuditEntry, Registration, RegistrationChange } from '../kit/registration/ports.ts';
import type { Statement } from '../store/executor.ts';
import { rowStatements } from '../store/row-statements.ts';
import { attestedSoftware, initialAccessTokens, registrations } from './schema.ts';

const REGISTRATIONS = rowStatements(registrations, ['clientId']);
const SOFTWARE = rowStatements(attestedSoftware, ['issuer', 'softwareId']);
const TOKENS = rowStatements(initialAccessTokens, ['id']);

/**
 * A commit as one list of SQL statements. As in the issuer's ledger, the first entry comes first and carries every guard in its `guarded`
 * column, whose CHECK fails the whole list when a guard does not hold (ARCHITECTURE.md, "How a commit works").
 */
export function commitStatements(
  [first, ...others]: readonly [AuditEntry, ...AuditEntry[]],
  changes: readonly RegistrationChange[],
): readonly Statement[] {
  return [
    insertEntry(first, changes.flatMap(guardsOf)),
    ...others.map((entry) => insertEntry(entry, [])),
    ...changes.map(statementOf),
  ];
}

function insertEntry(entry: AuditEntry, guards: readonly Statement[]): Statement {
  const guarded = guards.length === 0 ? '1' : `(SELECT ${guards.map(({ sql }) => sql).join(' AND ')})`;
  return {
    sql:
      'INSERT INTO registration_audit_entries (id, at, kind, client_id, text, guarded) ' +
      `VALUES (?, ?, ?, ?, ?, ${guarded})`,
    params: [
      entry.id,
      entry.at,
      entry.kind,
      entry.clientId,
      entry.text,
      ...guards.flatMap(({ params }) => params),
    ],
  };
}

function guardsOf(change: RegistrationChange): readonly Statement[] {
  if ('insert' in change) return [];
  const version = change.row.version - 1;
  switch (change.replace) {
    case 'registration':
      return [guard('registration_clients WHERE client_id = ?', [change.row.clientId, version])];
    case 'software': {
      const { issuer, softwareId } = change.row;
      return [
        guard('registration_software WHERE issuer = ? AND software_id = ?', [issuer, softwareId, version]),
      ];
    }
    case 'initialAccessToken':
      return [guard('registration_initial_access_tokens WHERE id = ?', [change.row.id, version])];
  }
}

function guard(where: string, params: readonly unknown[]): Statement {
  return { sql: `EXISTS (SELECT 1 FROM ${where} AND version = ?)`, params };
}

function statementOf(change: RegistrationChange): Statement {
  if ('insert' in change) {
    switch (change.insert) {
      case 'registration':
        return REGISTRATIONS.insert(registrationRow(change.row));
      case 'software':
        return SOFTWARE.insert(change.row);
      case 'initialAccessToken':
        return TOKENS.insert(change.row);
    }
  }
  switch (change.replace) {
    case 'registration':
      return keepLastUse(REGISTRATIONS.update(registrationRow(change.row)));
    case 'software':
      return SOFTWARE.update(change.row);
    case 'initialAccessToken':
      return TOKENS.update(change.row);
  }
}

/** `touch` raises no version, so a row that was read before it must not undo it. */
function keepLastUse({ sql, params }: Statement): Statement {
  return { sql: sql.replace('"last_used_at" = ?', '"last_used_at" = coalesce("last_used_at", ?)'), params };
}

function registrationRow(row: Registration) {
  const { governing } = row;
  return {
    ...row,
    issuer: governing?.issuer,
    softwareId: governing?.softwareId,
    statement: governing?.jti,
  };
}
