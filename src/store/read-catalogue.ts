import { desc, eq, sql, type SQL } from 'drizzle-orm';
import { STATEMENT_STATES } from '../domain/statement/statement.ts';
import type { CatalogueEvent, CatalogueFilter, CatalogueReads, StatementCount } from '../ports/catalogue.ts';
import type { ReadDatabase } from './database.ts';
import type { Executor } from './executor.ts';
import { publishers, software, submissions } from './schema.ts';

/**
 * The approvals that stand. The index holds all that a search looks at, so no row is read before it is on the page; SQLite
 * would choose the index of all submissions by state, which does not. The condition is the index's own, word for word.
 */
const LISTED = sql`submissions INDEXED BY submissions_approved WHERE state = 'approved' AND publisher_id NOT IN (
  SELECT id FROM publishers WHERE state <> 'active' AND state = 'revoked')`;

const SUSPENDED = sql`(software_id IN (SELECT id FROM software WHERE state = 'suspended')
  OR publisher_id IN (SELECT id FROM publishers WHERE state <> 'active'))`;

const EVENTS_OF_SOFTWARE = `
  SELECT e.seq, e.at, e.kind, s.software_version
  FROM ledger_entries e LEFT JOIN submissions s ON s.id = e.subject
  WHERE e.software_id = ? AND e.kind IN ('submission.decided', 'submission.superseded', 'software.suspended', 'software.reinstated', 'software.revoked')
    AND (e.kind <> 'submission.decided' OR e.text ->> '$.data.after' = 'approved')
    AND (e.kind <> 'submission.superseded' OR e.text ->> '$.data.before' = 'approved')
  ORDER BY e.seq DESC LIMIT ?`;

/** Few entries have a publisher as their subject, so no index of its own is kept for these. */
const EVENTS_OF_PUBLISHER = `
  SELECT seq, at, kind, NULL FROM ledger_entries
  WHERE subject = ? AND kind IN ('publisher.suspended', 'publisher.reinstated', 'publisher.revoked')
  ORDER BY seq DESC LIMIT ?`;

const COUNTS = `
  SELECT state, expires_at <= ?, count(*) FROM (
    SELECT state, expires_at FROM statements WHERE software_id = ? ORDER BY jti DESC LIMIT ?
  ) GROUP BY 1, 2`;

/** Reads of the public catalogue. */
export function catalogueReads(database: ReadDatabase, executor: Executor): CatalogueReads {
  return {
    catalogue: (filter, { after, limit }) => {
      const conditions = sql.join([LISTED, ...conditionsOf(filter, after)], sql` AND `);
      return database
        .select({
          approvalId: submissions.id,
          softwareId: software.id,
          softwareName: software.name,
          softwareState: software.state,
          publisherId: publishers.id,
          publisherName: publishers.name,
          publisherState: publishers.state,
          verifiedDomains: publishers.verifiedDomains,
          softwareVersion: submissions.softwareVersion,
          metadata: submissions.metadata,
          approvedAt: sql<number>`coalesce(${submissions.closedAt}, ${submissions.submittedAt})`,
        })
        .from(submissions)
        .innerJoin(software, eq(software.id, submissions.softwareId))
        .innerJoin(publishers, eq(publishers.id, submissions.publisherId))
        .where(sql`${submissions.id} IN (SELECT id FROM ${conditions} ORDER BY id DESC LIMIT ${limit})`)
        .orderBy(desc(submissions.id));
    },
    catalogueSize: async () => {
      const [row] = await database.all<[number, number]>(
        sql`SELECT count(*), count(DISTINCT publisher_id) FROM ${LISTED}`,
      );
      return { software: row?.[0] ?? 0, publishers: row?.[1] ?? 0 };
    },
    catalogueEvents: async ({ softwareId, publisherId }, limit) => {
      const [own, ofPublisher] = await Promise.all([
        executor.rows({ sql: EVENTS_OF_SOFTWARE, params: [softwareId, limit] }),
        executor.rows({ sql: EVENTS_OF_PUBLISHER, params: [publisherId, limit] }),
      ]);
      return [...own, ...ofPublisher]
        .flatMap(eventOf)
        .toSorted((a, b) => b.seq - a.seq)
        .slice(0, limit);
    },
    countStatements: async (softwareId, now, limit) =>
      (await executor.rows({ sql: COUNTS, params: [now, softwareId, limit] })).flatMap(countOf),
    renewedAt: async (jti) => {
      const [row] = await executor.rows({
        sql: 'SELECT max(issued_at) FROM statements WHERE renewed_from = ?',
        params: [jti],
      });
      return typeof row?.[0] === 'number' ? row[0] : undefined;
    },
  };
}

function conditionsOf(
  { search, publisherId, domain, standing }: CatalogueFilter,
  after: string | undefined,
): readonly SQL[] {
  return [
    ...(search === undefined ? [] : [matching(search)]),
    ...(publisherId === undefined ? [] : [sql`publisher_id = ${publisherId}`]),
    ...(domain === undefined ? [] : [ownedBy(domain)]),
    ...(standing === undefined ? [] : [standing === 'suspended' ? SUSPENDED : sql`NOT ${SUSPENDED}`]),
    ...(after === undefined ? [] : [sql`id < ${after}`]),
  ];
}

/**
 * instr and not LIKE: D1 takes patterns of 50 octets at most. lower() changes ASCII alone, so a search with other letters
 * looks for its lower, upper and typed form.
 */
function matching(search: string): SQL {
  const needles = [...new Set([search.toLowerCase(), search.toUpperCase(), search].map(lowerAscii))];
  const anyOf = (text: SQL) =>
    sql.join(
      needles.map((needle) => sql`instr(${text}, ${needle}) > 0`),
      sql` OR `,
    );
  return sql`(${anyOf(sql`lower(metadata ->> 'client_name')`)}
    OR publisher_id IN (SELECT id FROM publishers WHERE ${anyOf(sql`lower(name)`)})
    OR software_id IN (SELECT id FROM software WHERE ${anyOf(sql`lower(name)`)}))`;
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function ownedBy(domain: string): SQL {
  return sql`publisher_id IN (
    SELECT publishers.id FROM publishers, json_each(publishers.verified_domains) verified
    WHERE verified.value = ${domain} OR substr(${domain}, -length(verified.value) - 1) = '.' || verified.value)`;
}

const KINDS: Readonly<Record<string, CatalogueEvent['kind']>> = {
  'submission.decided': 'approved',
  'submission.superseded': 'superseded',
  'software.suspended': 'suspended',
  'software.reinstated': 'reinstated',
  'software.revoked': 'revoked',
  'publisher.suspended': 'publisher_suspended',
  'publisher.reinstated': 'publisher_reinstated',
  'publisher.revoked': 'publisher_revoked',
};

function eventOf([seq, at, kind, version]: readonly unknown[]): readonly CatalogueEvent[] {
  const known = KINDS[String(kind)];
  const softwareVersion = typeof version === 'string' ? version : null;
  return known === undefined ? [] : [{ seq: Number(seq), at: Number(at), kind: known, softwareVersion }];
}

function countOf([stored, expired, count]: readonly unknown[]): readonly StatementCount[] {
  const state = STATEMENT_STATES.find((known) => known === stored);
  return state === undefined ? [] : [{ state, isExpired: expired === 1, count: Number(count) }];
}
