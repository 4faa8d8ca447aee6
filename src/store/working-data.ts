import { and, eq, gt, min, ne } from 'drizzle-orm';
import { parseJson, isJsonObject } from '../domain/json.ts';
import { err, ok } from '../domain/result.ts';
import type { Ceremony } from '../domain/sign-in/ceremony.ts';
import type { WorkingData } from '../ports.ts';
import { within } from './conditions.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { lastLedgerCheck } from './ledger-check-schema.ts';
import { drafts, reviewClaims } from './review-schema.ts';
import { ceremonies } from './sign-in-schema.ts';

/** What people are in the middle of: single statements, without ledger entries. */
export function workingData(database: ReadDatabase, executor: Executor): WorkingData {
  return {
    draft: async (softwareId) =>
      (await database.select().from(drafts).where(eq(drafts.softwareId, softwareId)))[0],
    saveDraft: async (draft) => {
      const rows = await executor.rows({
        sql:
          'INSERT INTO drafts (software_id, software_version, metadata_text, note, updated_by, updated_at, version) ' +
          'SELECT ?, ?, ?, ?, ?, ?, ? WHERE ? = 1 OR EXISTS (SELECT 1 FROM drafts WHERE software_id = ?) ' +
          'ON CONFLICT (software_id) DO UPDATE SET software_version = excluded.software_version, ' +
          'metadata_text = excluded.metadata_text, note = excluded.note, updated_by = excluded.updated_by, ' +
          'updated_at = excluded.updated_at, version = excluded.version ' +
          'WHERE drafts.version = excluded.version - 1 RETURNING version',
        params: [
          draft.softwareId,
          draft.softwareVersion,
          draft.metadataText,
          draft.note,
          draft.updatedBy,
          draft.updatedAt,
          draft.version,
          draft.version,
          draft.softwareId,
        ],
      });
      return rows.length > 0;
    },
    removeDraft: (softwareId) =>
      executor.batch([{ sql: 'DELETE FROM drafts WHERE software_id = ?', params: [softwareId] }]),

    saveCeremony: async ({ id, kind, data, expiresAt }, now, most) => {
      await executor.batch([{ sql: 'DELETE FROM ceremonies WHERE expires_at <= ?', params: [now] }]);
      const kept = await executor.rows({
        sql:
          'INSERT INTO ceremonies (id, kind, data, expires_at) ' +
          `SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM ceremonies WHERE (kind = '${REQUEST}') = ?) < ? RETURNING id`,
        params: [id, kind, JSON.stringify(data), expiresAt, kind === REQUEST ? 1 : 0, most],
      });
      if (kept.length > 0) return ok(undefined);
      const [next] = await database
        .select({ at: min(ceremonies.expiresAt) })
        .from(ceremonies)
        .where(kind === REQUEST ? eq(ceremonies.kind, REQUEST) : ne(ceremonies.kind, REQUEST));
      return err({ nextOver: next?.at ?? now });
    },
    ceremony: async (id, now) =>
      (
        await database
          .select()
          .from(ceremonies)
          .where(and(eq(ceremonies.id, id), gt(ceremonies.expiresAt, now)))
      )[0],
    takeCeremony: async (id, now) => {
      const [row] = await executor.rows({
        sql: 'DELETE FROM ceremonies WHERE id = ? RETURNING kind, data, expires_at',
        params: [id],
      });
      // Whoever takes one sweeps up what nobody came back for.
      await executor.batch([{ sql: 'DELETE FROM ceremonies WHERE expires_at <= ?', params: [now] }]);
      return row === undefined ? undefined : ceremonyOf(id, row, now);
    },

    claimReview: async (claim) => {
      const { submissionId, personId, claimedAt, expiresAt } = claim;
      await executor.batch([
        // Whoever claims one sweeps up what ran out, so that the table stays as small as the reviewers are few.
        { sql: 'DELETE FROM review_claims WHERE expires_at <= ?', params: [claimedAt] },
        {
          sql:
            'INSERT INTO review_claims (submission_id, person_id, claimed_at, expires_at) VALUES (?, ?, ?, ?) ' +
            'ON CONFLICT (submission_id) DO UPDATE SET person_id = excluded.person_id, ' +
            'claimed_at = excluded.claimed_at, expires_at = excluded.expires_at ' +
            'WHERE review_claims.person_id = excluded.person_id OR review_claims.expires_at <= excluded.claimed_at',
          params: [submissionId, personId, claimedAt, expiresAt],
        },
      ]);
      const [held] = await database
        .select()
        .from(reviewClaims)
        .where(eq(reviewClaims.submissionId, submissionId));
      return held ?? claim;
    },
    releaseReview: (submissionId, personId) =>
      executor.batch([
        {
          sql: 'DELETE FROM review_claims WHERE submission_id = ? AND person_id = ?',
          params: [submissionId, personId],
        },
      ]),
    reviewClaims: (submissionIds, now) =>
      database
        .select()
        .from(reviewClaims)
        .where(and(within(reviewClaims.submissionId, submissionIds), gt(reviewClaims.expiresAt, now))),

    noteDomainCheck: async ({ id, version, checkedAt, detail, failingSince, nextCheckAt }) => {
      const rows = await executor.rows({
        sql:
          'UPDATE domain_claims SET checked_at = ?, detail = ?, failing_since = ?, next_check_at = ?, version = ? ' +
          'WHERE id = ? AND version = ? RETURNING version',
        params: [checkedAt, detail, failingSince, nextCheckAt, version, id, version - 1],
      });
      return rows.length > 0;
    },
    noteEvidenceTry: async ({ id, version, checkedAt, detail }) => {
      const rows = await executor.rows({
        sql:
          'UPDATE evidence SET checked_at = ?, detail = ?, version = ? ' +
          `WHERE id = ? AND version = ? AND outcome = 'pending' RETURNING version`,
        params: [checkedAt, detail, version, id, version - 1],
      });
      return rows.length > 0;
    },

    endedLedgerCheck: async () => {
      const [row] = await database.select().from(lastLedgerCheck);
      if (row === undefined) return undefined;
      const { id: _, fault, verified, ...check } = row;
      return { ...check, fault: fault ?? undefined, verified: verified ?? undefined };
    },
    noteLedgerCheck: (check) =>
      executor.batch([
        // One that ended earlier is swept away; while a later one stands, nothing is written.
        { sql: 'DELETE FROM last_ledger_check WHERE finished_at <= ?', params: [check.finishedAt] },
        {
          sql:
            'INSERT INTO last_ledger_check (id, state, checked, total, started_at, finished_at, started_by, fault, verified) ' +
            'VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
          params: [
            check.state,
            check.checked,
            check.total,
            check.startedAt,
            check.finishedAt,
            check.startedBy,
            check.fault === undefined ? null : JSON.stringify(check.fault),
            check.verified === undefined ? null : JSON.stringify(check.verified),
          ],
        },
      ]),

    touchSession: (id, at) =>
      executor.batch([
        { sql: 'UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?', params: [at, id] },
      ]),
  };
}

const REQUEST = 'authorization_request';
const KINDS = ['passkey_registration', 'passkey_authentication', 'open_id_connect', REQUEST] as const;

function ceremonyOf(id: string, row: readonly unknown[], now: number): Ceremony | undefined {
  const [stored, text, expiresAt] = row;
  const kind = KINDS.find((known) => known === stored);
  const data = typeof text === 'string' ? parseJson(text, { maxDepth: 20 }) : undefined;
  if (kind === undefined || data?.ok !== true || !isJsonObject(data.value)) return undefined;
  return typeof expiresAt === 'number' && expiresAt > now
    ? { id, kind, data: data.value, expiresAt }
    : undefined;
}
