import { actorId, entryText, type LedgerEntry } from '../domain/ledger/entry.ts';
import type { Change, Rows, Versioned } from '../ports.ts';
import type { Statement } from './executor.ts';
import { rowStatements, type RowStatements } from './row-statements.ts';
import {
  decisions,
  idempotencyKeys,
  memberships,
  people,
  policies,
  publishers,
  signingKeys,
  software,
  statements,
  statusLists,
  submissions,
  tokens,
} from './schema.ts';
import {
  clientIdentifiers,
  deferrals,
  documentWatches,
  initialAccessTokens,
  metadataDocuments,
  spentTokens,
  workloads,
} from './exchange-schema.ts';
import { comments, domainClaims, evidence } from './review-schema.ts';
import { identities, invitations, passkeys, sessions } from './sign-in-schema.ts';

const TABLES: Readonly<Record<Exclude<keyof Rows, 'policy'>, RowStatements>> = {
  publisher: rowStatements(publishers, ['id']),
  person: rowStatements(people, ['id']),
  membership: rowStatements(memberships, ['personId']),
  token: rowStatements(tokens, ['id']),
  software: rowStatements(software, ['id']),
  submission: rowStatements(submissions, ['id']),
  decision: rowStatements(decisions, ['id']),
  statement: rowStatements(statements, ['jti']),
  statusList: rowStatements(statusLists, ['id']),
  signingKey: rowStatements(signingKeys, ['kid']),
  idempotency: rowStatements(idempotencyKeys, ['key']),
  passkey: rowStatements(passkeys, ['id']),
  identity: rowStatements(identities, ['issuer', 'subject']),
  session: rowStatements(sessions, ['id']),
  invitation: rowStatements(invitations, ['id']),
  domainClaim: rowStatements(domainClaims, ['id']),
  evidence: rowStatements(evidence, ['id']),
  comment: rowStatements(comments, ['id']),
  metadataDocument: rowStatements(metadataDocuments, ['digest', 'url']),
  clientIdentifier: rowStatements(clientIdentifiers, ['url']),
  documentWatch: rowStatements(documentWatches, ['url']),
  workload: rowStatements(workloads, ['id']),
  initialAccessToken: rowStatements(initialAccessTokens, ['id']),
  deferral: rowStatements(deferrals, ['id']),
  spentToken: rowStatements(spentTokens, ['id']),
};
const POLICIES = rowStatements(policies, ['version']);

const VERSIONED: Readonly<Record<Versioned, { readonly table: string; readonly key: string }>> = {
  publisher: { table: 'publishers', key: 'id' },
  person: { table: 'people', key: 'id' },
  token: { table: 'tokens', key: 'id' },
  software: { table: 'software', key: 'id' },
  submission: { table: 'submissions', key: 'id' },
  statement: { table: 'statements', key: 'jti' },
  signingKey: { table: 'signing_keys', key: 'kid' },
  passkey: { table: 'passkeys', key: 'id' },
  session: { table: 'sessions', key: 'id' },
  invitation: { table: 'invitations', key: 'id' },
  domainClaim: { table: 'domain_claims', key: 'id' },
  evidence: { table: 'evidence', key: 'id' },
  clientIdentifier: { table: 'client_identifiers', key: 'url' },
  documentWatch: { table: 'document_watches', key: 'url' },
  workload: { table: 'workloads', key: 'id' },
  initialAccessToken: { table: 'initial_access_tokens', key: 'id' },
  deferral: { table: 'deferrals', key: 'id' },
};

const REVOKED_OF = { publisher: 'publisher_id', software: 'software_id', signingKey: 'kid' } as const;

/**
 * A commit as one list of SQL statements. The first entry comes first and carries every guard in its `guarded`
 * column, whose CHECK fails the whole list when a guard does not hold (ARCHITECTURE.md, "How a commit works").
 */
export function commitStatements(
  entries: readonly [LedgerEntry, ...LedgerEntry[]],
  changes: readonly Change[],
): readonly Statement[] {
  const [first, ...others] = entries;
  const guards = changes.flatMap((change) => guardsOf(change));
  return [
    insertEntry(first, guards),
    ...others.map((entry) => insertEntry(entry, [])),
    ...changes.flatMap((change) => statementsOf(change)),
  ];
}

function insertEntry(entry: LedgerEntry, guards: readonly Statement[]): Statement {
  const guarded = guards.length === 0 ? '1' : `(SELECT ${guards.map(({ sql }) => sql).join(' AND ')})`;
  return {
    sql:
      'INSERT INTO ledger_entries (id, at, kind, actor_id, publisher_id, software_id, subject, text, guarded) ' +
      `VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${guarded})`,
    params: [
      entry.id,
      entry.at,
      entry.kind,
      actorId(entry.actor),
      entry.publisherId,
      entry.softwareId,
      entry.subject,
      entryText(entry),
      ...guards.flatMap(({ params }) => params),
    ],
  };
}

function guardsOf(change: Change): readonly Statement[] {
  if ('replace' in change) return [versionGuard(change.replace, idOf(change), change.row.version - 1)];
  if ('unchanged' in change) return [versionGuard(change.unchanged, change.id, change.version)];
  if ('allocate' in change || 'close' in change) {
    const open = `EXISTS (SELECT 1 FROM status_lists WHERE id = ? AND state = 'open')`;
    return [{ sql: open, params: [change.id] }];
  }
  return [];
}

function versionGuard(row: Versioned, id: string, version: number): Statement {
  const { table, key } = VERSIONED[row];
  return { sql: `EXISTS (SELECT 1 FROM ${table} WHERE ${key} = ? AND version = ?)`, params: [id, version] };
}

function idOf(change: Extract<Change, { readonly replace: Versioned }>): string {
  switch (change.replace) {
    case 'statement':
      return change.row.jti;
    case 'signingKey':
      return change.row.kid;
    case 'clientIdentifier':
    case 'documentWatch':
      return change.row.url;
    case 'publisher':
    case 'person':
    case 'token':
    case 'software':
    case 'submission':
    case 'passkey':
    case 'session':
    case 'invitation':
    case 'domainClaim':
    case 'evidence':
    case 'workload':
    case 'initialAccessToken':
    case 'deferral':
      return change.row.id;
  }
}

function statementsOf(change: Change): readonly Statement[] {
  if ('insert' in change)
    return [
      change.insert === 'policy'
        ? POLICIES.insert({ version: change.row.version, policy: change.row })
        : TABLES[change.insert].insert(change.row),
    ];
  if ('replace' in change) return [TABLES[change.replace].update(change.row)];
  if ('unchanged' in change) return [];
  if ('remove' in change) return [removal(change)];
  if ('allocate' in change)
    return [{ sql: 'UPDATE status_lists SET allocated = allocated + 1 WHERE id = ?', params: [change.id] }];
  if ('close' in change)
    return [
      {
        sql: `UPDATE status_lists SET state = 'closed', unallocated_status = ?, revision = revision + 1 WHERE id = ?`,
        params: [change.unallocatedStatus, change.id],
      },
    ];
  if ('touch' in change)
    return change.ids === 'all'
      ? [{ sql: 'UPDATE status_lists SET revision = revision + 1', params: [] }]
      : change.ids.map((id) => ({
          sql: 'UPDATE status_lists SET revision = revision + 1 WHERE id = ?',
          params: [id],
        }));
  return [
    {
      sql:
        `UPDATE statements SET state = 'revoked', state_reason = ?, state_at = ?, version = version + 1 ` +
        `WHERE ${REVOKED_OF[change.revokeStatements]} = ? AND state <> 'revoked'`,
      params: [change.reason, change.at, change.id],
    },
  ];
}

function removal(change: Extract<Change, { readonly remove: string }>): Statement {
  switch (change.remove) {
    case 'membership':
      return {
        sql: 'DELETE FROM memberships WHERE publisher_id = ? AND person_id = ?',
        params: [change.publisherId, change.personId],
      };
    case 'identity':
      return {
        sql: 'DELETE FROM identities WHERE issuer = ? AND subject = ?',
        params: [change.issuer, change.subject],
      };
    case 'passkey':
      return { sql: 'DELETE FROM passkeys WHERE id = ?', params: [change.id] };
    case 'domainClaim':
      return { sql: 'DELETE FROM domain_claims WHERE id = ?', params: [change.id] };
  }
}
