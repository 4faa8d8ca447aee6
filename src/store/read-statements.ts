import { and, desc, eq, inArray, max, sql } from 'drizzle-orm';
import { rowStatements } from './row-statements.ts';
import type { Store } from '../ports.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { before, equals, within } from './conditions.ts';
import {
  publishedStatusLists,
  publishers,
  signingKeys,
  software,
  statements,
  statusLists,
} from './schema.ts';

type StatementReads = Pick<
  Store,
  | 'statement'
  | 'statements'
  | 'countLiveStatements'
  | 'lastExpiresAt'
  | 'statusList'
  | 'statusLists'
  | 'openStatusList'
  | 'takenIndexes'
  | 'statusesOf'
  | 'publishedStatusList'
  | 'savePublishedStatusList'
  | 'signingKey'
  | 'signingKeys'
>;

/**
 * Statements of software or publishers that are suspended now, found from those few and not from the many statements:
 * the unary plus keeps SQLite from walking the index of the list (https://www.sqlite.org/optoverview.html §2).
 */
const SUSPENDED_BY_OTHERS = `
  SELECT json_group_array(idx) FROM statements WHERE +list_id = ? AND state = 'valid' AND software_id IN (
    SELECT id FROM software WHERE state = 'suspended'
    UNION SELECT id FROM software WHERE publisher_id IN (SELECT id FROM publishers WHERE state <> 'active'))`;

/** Reads of statements, the lists that say whether they stand, and the keys that signed them. */
export function statementReads(database: ReadDatabase, executor: Executor): StatementReads {
  const standings = () =>
    database
      .select({ statement: statements, software, publisher: publishers })
      .from(statements)
      .innerJoin(software, eq(software.id, statements.softwareId))
      .innerJoin(publishers, eq(publishers.id, statements.publisherId))
      .$dynamic();
  const statement = standings()
    .where(eq(statements.jti, sql.placeholder('jti')))
    .prepare();
  const list = database
    .select()
    .from(statusLists)
    .where(eq(statusLists.id, sql.placeholder('id')))
    .prepare();
  const openList = database
    .select()
    .from(statusLists)
    .where(eq(statusLists.state, 'open'))
    .orderBy(desc(statusLists.id))
    .limit(1)
    .prepare();
  const lists = database.select().from(statusLists).orderBy(statusLists.id).prepare();
  const key = database
    .select()
    .from(signingKeys)
    .where(eq(signingKeys.kid, sql.placeholder('kid')))
    .prepare();
  const keys = database
    .select()
    .from(signingKeys)
    .orderBy(signingKeys.createdAt, sql`rowid`)
    .prepare();
  const published = database
    .select()
    .from(publishedStatusLists)
    .where(eq(publishedStatusLists.listId, sql.placeholder('listId')))
    .prepare();

  return {
    statement: async (jti) => (await statement.all({ jti }))[0],
    statements: ({ softwareId, publisherIds, kid, states }, { after, limit }) =>
      standings()
        .where(
          and(
            equals(statements.softwareId, softwareId),
            within(statements.publisherId, publisherIds),
            equals(statements.kid, kid),
            states && inArray(statements.state, [...states]),
            before(statements.jti, after),
          ),
        )
        .orderBy(desc(statements.jti))
        .limit(limit),
    countLiveStatements: async (of, now) => {
      const [column, id] =
        of === 'all'
          ? ['', undefined]
          : 'publisherId' in of
            ? ['publisher_id = ? AND ', of.publisherId]
            : 'softwareId' in of
              ? ['software_id = ? AND ', of.softwareId]
              : ['kid = ? AND ', of.kid];
      const rows = await executor.rows({
        sql: `SELECT count(*) FROM statements WHERE ${column}state <> 'revoked' AND expires_at > ?`,
        params: id === undefined ? [now] : [id, now],
      });
      return Number(rows[0]?.[0] ?? 0);
    },
    lastExpiresAt: async (kid) => {
      const [row] = await database
        .select({ last: max(statements.expiresAt) })
        .from(statements)
        .where(eq(statements.kid, kid));
      return row?.last ?? undefined;
    },
    statusList: async (id) => (await list.all({ id }))[0],
    statusLists: () => lists.all(),
    openStatusList: async () => (await openList.all())[0],
    takenIndexes: async (listId, candidates) => {
      const rows = await executor.rows({
        sql: `SELECT idx FROM statements WHERE list_id = ? AND idx IN (${candidates.map(() => '?').join(', ')})`,
        params: [listId, ...candidates],
      });
      return rows.map(([idx]) => Number(idx));
    },
    statusesOf: async ({ id, unallocatedStatus }) => {
      const own = unallocatedStatus === 1 ? '' : ` AND state <> 'valid'`;
      // One row a state, its places as one JSON array: ten thousand rows cost more to hand over than to find.
      const [states, suspended] = await Promise.all([
        executor.rows({
          sql: `SELECT state, json_group_array(idx) FROM statements WHERE list_id = ?${own} GROUP BY state`,
          params: [id],
        }),
        executor.rows({ sql: SUSPENDED_BY_OTHERS, params: [id] }),
      ]);
      return [
        ...states.flatMap(([state, places]) => placesWith(STATUS_OF[String(state)] ?? 1, places)),
        ...suspended.flatMap(([places]) => placesWith(2, places)),
      ];
    },
    publishedStatusList: async (listId) => (await published.all({ listId }))[0],
    savePublishedStatusList: async (row) => {
      const { sql: insert, params } = PUBLISHED.insert(row);
      const newer =
        ' ON CONFLICT (list_id) DO UPDATE SET revision = excluded.revision, kid = excluded.kid, jwt = excluded.jwt,' +
        ' issued_at = excluded.issued_at, expires_at = excluded.expires_at' +
        ' WHERE excluded.revision > revision OR (excluded.revision = revision AND excluded.issued_at >= issued_at)';
      await executor.batch([{ sql: insert + newer, params }]);
    },
    signingKey: async (kid) => (await key.all({ kid }))[0],
    signingKeys: () => keys.all(),
  };
}

/** Places as SQLite's json_group_array gives them. */
function placesWith(
  status: 0 | 1 | 2,
  places: unknown,
): { readonly idx: number; readonly status: 0 | 1 | 2 }[] {
  const list: readonly number[] = JSON.parse(String(places));
  return list.map((idx) => ({ idx, status }));
}

const PUBLISHED = rowStatements(publishedStatusLists, ['listId']);

const STATUS_OF: Readonly<Record<string, 0 | 1 | 2>> = { valid: 0, revoked: 1, suspended: 2 };
