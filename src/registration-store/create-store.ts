import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import { err, ok } from '../domain/result.ts';
import type {
  AuditEntry,
  Registration,
  RegistrationChange,
  RegistrationStore,
} from '../kit/registration/ports.ts';
import { equals } from '../store/conditions.ts';
import { conflictOf } from '../store/conflict.ts';
import { readDatabase } from '../store/database.ts';
import type { Executor } from '../store/executor.ts';
import { sealableLog } from '../store/sealable-log.ts';
import { commitStatements } from './change-statements.ts';
import {
  attestedSoftware,
  auditCheckpoints,
  auditEntries,
  auditTiles,
  initialAccessTokens,
  registrations,
} from './schema.ts';

/**
 * The one registration store, over whatever runs its statements.
 *
 * @param options.isAmbiguous whether an error leaves it open that the batch happened (D1 over a network)
 */
export function createRegistrationStore(
  executor: Executor,
  options: { readonly isAmbiguous?: (error: unknown) => boolean } = {},
): RegistrationStore {
  const database = readDatabase(executor);
  const byClientId = database
    .select()
    .from(registrations)
    .where(eq(registrations.clientId, sql.placeholder('clientId')))
    .limit(1)
    .prepare();

  async function commit(
    entries: readonly [AuditEntry, ...AuditEntry[]],
    changes: readonly RegistrationChange[],
    triesLeft = 2,
  ): ReturnType<RegistrationStore['commit']> {
    try {
      await executor.batch(commitStatements(entries, changes));
      return ok(undefined);
    } catch (error) {
      const conflict = conflictOf(error);
      if (conflict === undefined && options.isAmbiguous?.(error) !== true) throw error;
      // The commit had happened already, whichever guard or key its repetition ran into.
      if (await hasEntry(entries[0].id)) return ok(undefined);
      if (conflict !== undefined) return err({ code: conflict.code });
      if (triesLeft === 0) throw error;
      return commit(entries, changes, triesLeft - 1);
    }
  }

  async function hasEntry(id: string): Promise<boolean> {
    const rows = await executor.rows({
      sql: 'SELECT 1 FROM registration_audit_entries WHERE id = ?',
      params: [id],
    });
    return rows.length > 0;
  }

  return {
    ...sealableLog(database, executor, {
      entries: auditEntries,
      checkpoints: auditCheckpoints,
      tiles: auditTiles,
    }),
    commit: (entries, changes) => commit(entries, changes),
    registration: async (clientId) => {
      const [row] = await byClientId.all({ clientId });
      return row === undefined ? undefined : registrationOf(row);
    },
    registrations: async (filter, after, limit) => {
      const rows = await database
        .select()
        .from(registrations)
        .where(
          and(
            equals(registrations.issuer, filter.issuer),
            equals(registrations.softwareId, filter.softwareId),
            equals(registrations.statement, filter.statement),
            equals(registrations.clientClass, filter.clientClass),
            equals(registrations.state, filter.state),
            after === undefined ? undefined : gt(registrations.clientId, after),
          ),
        )
        .orderBy(asc(registrations.clientId))
        .limit(limit);
      return rows.map(registrationOf);
    },
    software: async (issuer, softwareId) =>
      (
        await database
          .select()
          .from(attestedSoftware)
          .where(and(eq(attestedSoftware.issuer, issuer), eq(attestedSoftware.softwareId, softwareId)))
          .limit(1)
      )[0],
    initialAccessToken: async (id) =>
      (await database.select().from(initialAccessTokens).where(eq(initialAccessTokens.id, id)).limit(1))[0],
    initialAccessTokens: (limit) =>
      database.select().from(initialAccessTokens).orderBy(desc(initialAccessTokens.id)).limit(limit),
    touch: (clientId, at) =>
      executor.batch([
        {
          sql: 'UPDATE registration_clients SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE client_id = ?',
          params: [at, clientId],
        },
      ]),
  };
}

function registrationOf(row: typeof registrations.$inferSelect): Registration {
  const { issuer: _issuer, softwareId: _softwareId, statement: _statement, ...registration } = row;
  return registration;
}
