import { and, asc, desc, eq, gt, lte, sql } from 'drizzle-orm';
import type { ExchangeReads } from '../ports/exchange-reads.ts';
import { before } from './conditions.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import {
  clientIdentifiers,
  deferrals,
  documentWatches,
  initialAccessTokens,
  metadataDocuments,
  spentTokens,
  statementCodes,
  workloads,
} from './exchange-schema.ts';
import { rowStatements } from './row-statements.ts';

const CODES = rowStatements(statementCodes, ['id']);
const WATCHES = rowStatements(documentWatches, ['url']);

/** What clients and workloads get statements by: reads, and the working data of the token endpoint. */
export function exchangeReads(database: ReadDatabase, executor: Executor): ExchangeReads {
  return {
    metadataDocument: async (url, digest) =>
      (
        await database
          .select()
          .from(metadataDocuments)
          .where(and(eq(metadataDocuments.digest, digest), eq(metadataDocuments.url, url)))
      )[0],
    clientIdentifier: async (url) =>
      (await database.select().from(clientIdentifiers).where(eq(clientIdentifiers.url, url)))[0],
    clientIdentifiersOf: (softwareId) =>
      database
        .select()
        .from(clientIdentifiers)
        .where(eq(clientIdentifiers.softwareId, softwareId))
        .orderBy(asc(clientIdentifiers.boundAt)),
    documentWatch: async (url) =>
      (await database.select().from(documentWatches).where(eq(documentWatches.url, url)))[0],
    documentWatchesOf: (softwareId) =>
      database.select().from(documentWatches).where(eq(documentWatches.softwareId, softwareId)),
    documentWatchesDue: (now, limit) =>
      database
        .select()
        .from(documentWatches)
        .where(lte(documentWatches.nextCheckAt, now))
        .orderBy(asc(documentWatches.nextCheckAt))
        .limit(limit),
    driftedDocuments: (limit) =>
      database
        .select()
        .from(documentWatches)
        .where(sql`${documentWatches.driftedSince} IS NOT NULL`)
        .orderBy(asc(documentWatches.driftedSince))
        .limit(limit),
    countDriftedDocuments: async () => {
      const [row] = await database
        .select({ count: sql<number>`count(*)` })
        .from(documentWatches)
        .where(sql`${documentWatches.driftedSince} IS NOT NULL`);
      return row?.count ?? 0;
    },
    workload: async (id) => (await database.select().from(workloads).where(eq(workloads.id, id)))[0],
    workloadsOf: (softwareId) =>
      database
        .select()
        .from(workloads)
        .where(eq(workloads.softwareId, softwareId))
        .orderBy(asc(workloads.id)),
    initialAccessToken: async (id) =>
      (await database.select().from(initialAccessTokens).where(eq(initialAccessTokens.id, id)))[0],
    initialAccessTokensOf: (softwareId, { after, limit }) =>
      database
        .select()
        .from(initialAccessTokens)
        .where(and(eq(initialAccessTokens.softwareId, softwareId), before(initialAccessTokens.id, after)))
        .orderBy(desc(initialAccessTokens.id))
        .limit(limit),
    deferral: async (id) => (await database.select().from(deferrals).where(eq(deferrals.id, id)))[0],
    deferralsOf: (submissionId) =>
      database.select().from(deferrals).where(eq(deferrals.submissionId, submissionId)),
    countPendingDeferrals: async (softwareId, now) => {
      const [row] = await database
        .select({ count: sql<number>`count(*)` })
        .from(deferrals)
        .where(
          and(
            eq(deferrals.softwareId, softwareId),
            // A literal, so that the partial index serves it.
            sql`${deferrals.state} = 'pending'`,
            gt(deferrals.expiresAt, now),
          ),
        );
      return row?.count ?? 0;
    },

    noteDocumentCheck: async (watch) => {
      const { sql: text, params } = WATCHES.update(watch);
      const rows = await executor.rows({
        sql: `${text} AND version = ? RETURNING version`,
        params: [...params, watch.version - 1],
      });
      return rows.length > 0;
    },
    notePoll: (id, { polledAt, intervalSeconds, earlyPolls }) =>
      executor.batch([
        {
          sql: 'UPDATE deferrals SET polled_at = ?, interval_seconds = ?, early_polls = ? WHERE id = ?',
          params: [polledAt, intervalSeconds, earlyPolls, id],
        },
      ]),
    saveStatementCode: (code) =>
      executor.batch([
        // Whoever makes one sweeps up what nobody can use any more; spent ones are kept an hour, to be recognised.
        { sql: 'DELETE FROM statement_codes WHERE expires_at <= ?', params: [code.expiresAt - 3_600] },
        CODES.insert(code),
      ]),
    spendStatementCode: async (id, now) => {
      const spent = await executor.rows({
        sql: 'UPDATE statement_codes SET spent_at = ? WHERE id = ? AND spent_at IS NULL RETURNING id',
        params: [now, id],
      });
      const [code] = await database.select().from(statementCodes).where(eq(statementCodes.id, id));
      return code === undefined || spent.length === 0 ? code : { ...code, spentAt: null };
    },
    noteCodeDeferral: (id, deferralId) =>
      executor.batch([
        { sql: 'UPDATE statement_codes SET deferral_id = ? WHERE id = ?', params: [deferralId, id] },
      ]),
    spendToken: async (id, expiresAt, now) => {
      await executor.batch([{ sql: 'DELETE FROM spent_tokens WHERE expires_at <= ?', params: [now] }]);
      const rows = await executor.rows({
        sql: 'INSERT INTO spent_tokens (id, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id',
        params: [id, expiresAt],
      });
      return rows.length > 0;
    },
    sweepSpentTokens: (now) =>
      executor.batch([{ sql: 'DELETE FROM spent_tokens WHERE expires_at <= ?', params: [now] }]),
    isSpent: async (id) =>
      (await database.select({ id: spentTokens.id }).from(spentTokens).where(eq(spentTokens.id, id))).length >
      0,
  };
}
