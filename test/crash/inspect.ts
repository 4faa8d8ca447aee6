import { readdirSync } from 'node:fs';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { getStatus } from '../../src/domain/status-list/bits.ts';
import { readStatusList } from '../../src/domain/status-list/token.ts';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import { isJsonObject } from '../../src/domain/json.ts';
import type { Checkpoint, StoredEntry } from '../../src/domain/ledger/entry.ts';
import { ledgerOrigin } from '../../src/services/issuer.ts';
import { verifyLedger } from '../../src/domain/ledger/verify-ledger.ts';
import type { ClientMemory } from './memory.ts';

const ISSUER = 'https://issuer.example';
const jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });
const statusClaim = z.object({
  status: z.object({ status_list: z.object({ idx: z.int(), uri: z.string() }) }),
});

/**
 * Compares what clients remember with what a server has, in its database and on its public surface. Gives every
 * difference as a sentence; nothing when all is well.
 *
 * @param url a running server on this database
 */
export async function findLosses(url: string, database: string, memory: ClientMemory): Promise<string[]> {
  const db = new Database(database, { readonly: true, fileMustExist: true });
  try {
    return [
      ...(await lostStatements(url, db, memory)),
      ...(await lostRevocations(url, db, memory)),
      ...lostSubmissions(db, memory),
      ...brokenRules(db),
      ...(await ledgerFaults(db)),
    ];
  } finally {
    db.close();
  }
}

async function lostStatements(url: string, db: Database.Database, memory: ClientMemory): Promise<string[]> {
  const published = createLocalJWKSet(await publishedKeys(url));
  const row = db.prepare<[string], { jwt: string; list_id: string; idx: number }>(
    'SELECT jwt, list_id, idx FROM statements WHERE jti = ?',
  );
  const losses: string[] = [];
  const places = new Set<string>();
  for (const [jti, jwt] of memory.statements) {
    const stored = row.get(jti);
    if (stored?.jwt !== jwt) losses.push(`statement ${jti} is ${stored === undefined ? 'lost' : 'another'}`);
    const { payload } = await jwtVerify(jwt, published, { issuer: ISSUER, algorithms: ['ES256'] });
    const { idx, uri } = statusClaim.parse(payload).status.status_list;
    if (payload.jti !== jti) losses.push(`statement ${jti} says jti ${payload.jti}`);
    if (stored !== undefined && (uri !== `${ISSUER}/status-lists/${stored.list_id}` || idx !== stored.idx))
      losses.push(`statement ${jti} names a place that is not its own`);
    if (places.has(`${uri} ${idx}`)) losses.push(`two clients hold statements at ${uri} ${idx}`);
    places.add(`${uri} ${idx}`);
  }
  return losses;
}

async function lostRevocations(url: string, db: Database.Database, memory: ClientMemory): Promise<string[]> {
  const rows = db
    .prepare<[], { jti: string; state: string; list_id: string; idx: number }>(
      'SELECT jti, state, list_id, idx FROM statements',
    )
    .all();
  const published = createLocalJWKSet(await publishedKeys(url));
  const losses: string[] = [];
  for (const listId of new Set(rows.map((row) => row.list_id))) {
    const uri = `${ISSUER}/status-lists/${listId}`;
    const jwt = await (await fetch(`${url}/status-lists/${listId}`)).text();
    const { payload } = await jwtVerify(jwt, published, { typ: 'statuslist+jwt' });
    const now = Math.floor(Date.now() / 1000);
    const header = { typ: decodeProtectedHeader(jwt).typ ?? '' };
    const claims: unknown = JSON.parse(JSON.stringify(payload));
    if (!isClaims(claims)) throw new Error('the status list holds no claims');
    const read = await readStatusList(claims, header, { uri, now, clockToleranceSeconds: 5 });
    if (!read.ok) return [`status list ${listId}: ${read.error.detail}`];
    for (const { jti, state, idx } of rows.filter((row) => row.list_id === listId)) {
      const status = getStatus(read.value.list, idx);
      const says = status.ok ? status.value : undefined;
      if (memory.revoked.has(jti) && state !== 'revoked') losses.push(`the revocation of ${jti} is lost`);
      if (says !== (state === 'revoked' ? 1 : 0))
        losses.push(`status list ${listId} says ${says} of ${jti}, which is ${state}`);
    }
  }
  for (const jti of memory.revoked)
    if (!rows.some((row) => row.jti === jti)) losses.push(`revoked statement ${jti} is lost`);
  return losses;
}

function isClaims(value: unknown): value is Parameters<typeof readStatusList>[0] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lostSubmissions(db: Database.Database, memory: ClientMemory): string[] {
  const row = db.prepare<[string], { metadata_sha256: string }>(
    'SELECT metadata_sha256 FROM submissions WHERE id = ?',
  );
  return [...memory.submissions]
    .filter(([id, sha256]) => row.get(id)?.metadata_sha256 !== sha256)
    .map(([id]) => `submission ${id} is lost or another`);
}

/** Each query counts rows that must not exist: a half-written commit would show in one of them. */
const RULES: Readonly<Record<string, string>> = {
  'a jti twice': 'SELECT count(*) - count(DISTINCT jti) FROM statements',
  'a place twice': `SELECT count(*) - count(DISTINCT list_id || ' ' || idx) FROM statements`,
  'gaps in seq': 'SELECT count(*) - coalesce(max(seq), 0) FROM ledger_entries',
  'statements without an entry': `SELECT count(*) FROM statements WHERE NOT EXISTS (SELECT 1 FROM ledger_entries
    WHERE subject = jti AND kind = 'statement.issued' AND json_extract(text, '$.data.sha256') = sha256)`,
  'entries without a statement': `SELECT count(*) FROM ledger_entries WHERE kind = 'statement.issued'
    AND NOT EXISTS (SELECT 1 FROM statements WHERE jti = subject)`,
  'revocations without an entry': `SELECT count(*) FROM statements WHERE state = 'revoked' AND NOT EXISTS
    (SELECT 1 FROM ledger_entries WHERE subject = jti AND kind = 'statement.revoked')`,
  'entries of revocations that did not happen': `SELECT count(*) FROM ledger_entries
    WHERE kind = 'statement.revoked' AND NOT EXISTS (SELECT 1 FROM statements WHERE jti = subject AND state = 'revoked')`,
  'submissions without an entry': `SELECT count(*) FROM submissions WHERE NOT EXISTS
    (SELECT 1 FROM ledger_entries WHERE subject = submissions.id AND kind = 'submission.submitted')`,
  'places counted wrong': `SELECT count(*) FROM status_lists WHERE allocated <>
    (SELECT count(*) FROM statements WHERE list_id = status_lists.id)`,
  'idempotency keys without what they made': `SELECT count(*) FROM idempotency_keys
    WHERE subject NOT IN (SELECT jti FROM statements)`,
  'checkpoints over entries that do not exist':
    'SELECT count(*) FROM checkpoints WHERE size > (SELECT max(seq) FROM ledger_entries)',
};

function brokenRules(db: Database.Database): string[] {
  const broken = Object.entries(RULES).flatMap(([name, sql]) => {
    const count = db.prepare<[], number>(sql).pluck().get() ?? 0;
    return count === 0 ? [] : [`${count} × ${name}`];
  });
  const integrity = db.prepare<[], string>('PRAGMA integrity_check').pluck().all();
  const dangling = db.prepare('PRAGMA foreign_key_check').all();
  return [
    ...broken,
    ...(integrity.join() === 'ok' ? [] : integrity),
    ...(dangling.length === 0 ? [] : [`${dangling.length} dangling references`]),
  ];
}

async function ledgerFaults(db: Database.Database): Promise<string[]> {
  const first = db.prepare<[], string>('SELECT text FROM ledger_entries WHERE seq = 1').pluck().get() ?? '{}';
  const founded: unknown = JSON.parse(first);
  const data = isClaims(founded) ? founded['data'] : undefined;
  const checkpointKey = data !== undefined && isJsonObject(data) ? data['checkpoint_key'] : undefined;
  const publicKey = decodeBase64url(typeof checkpointKey === 'string' ? checkpointKey : '');
  if (!publicKey.ok) return ['the first ledger entry names no checkpoint key'];
  const verified = await verifyLedger({
    entries: entriesOf(db),
    checkpoints: checkpointsOf(db),
    publicKey: publicKey.value,
    origin: ledgerOrigin(ISSUER, 0),
  });
  return verified.ok ? [] : [`ledger: ${JSON.stringify(verified.error)}`];
}

async function* entriesOf(db: Database.Database): AsyncGenerator<StoredEntry> {
  yield* db.prepare<[], StoredEntry>('SELECT seq, text FROM ledger_entries ORDER BY seq').iterate();
}

type CheckpointRow = Omit<Checkpoint, 'compactRange'> & { readonly compactRange: string };

async function* checkpointsOf(db: Database.Database): AsyncGenerator<Checkpoint> {
  const rows = db
    .prepare<[], CheckpointRow>(
      `SELECT size, previous_size AS previousSize, root_hash AS rootHash, signed_at AS signedAt, note,
        compact_range AS compactRange FROM checkpoints ORDER BY size`,
    )
    .iterate();
  for (const row of rows)
    yield { ...row, compactRange: z.array(z.string()).parse(JSON.parse(row.compactRange)) };
}

async function publishedKeys(url: string): Promise<JSONWebKeySet> {
  return jwks.parse(await (await fetch(`${url}/jwks`)).json());
}

/** Names of the sealed key files, to see that a restart makes none. */
export function keyFiles(directory: string): readonly string[] {
  return readdirSync(directory).toSorted();
}
