import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Table } from 'drizzle-orm';
import { parseClientMetadata } from '../../src/domain/client-metadata/parse-client-metadata.ts';
import { entryText, type EntryKind } from '../../src/domain/ledger/entry.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { sha256Base64url } from '../../src/domain/sha256.ts';
import { STATUS_LIST_FILL, STATUS_LIST_SIZE } from '../../src/domain/status-list/status-list.ts';
import { uuid } from '../../src/domain/uuid.ts';
import { rowStatements } from '../../src/store/row-statements.ts';
import {
  ledgerEntries,
  publishers,
  software,
  statements,
  statusLists,
  submissions,
} from '../../src/store/schema.ts';
import type { DatasetSize, People } from './dataset.ts';
import { fillConsole } from './fill-console.ts';

const YEAR_MILLISECONDS = 365 * 86_400_000;
/** Places of a list that are taken before the next one opens. */
const PLACES = Math.floor(STATUS_LIST_SIZE * STATUS_LIST_FILL);
/** So that one place in a hundred of a full list is revoked. */
const REVOKED_SHARE = 0.01 / STATUS_LIST_FILL;
const OPEN_SHARE = 0.3;

/**
 * Writes rows as a year of use would have left them, straight into the tables: the shape and length of every row are
 * those of the service, the signatures are random octets. The ledger is left unsealed.
 *
 * @returns software of the first publisher, approved and with nothing waiting for review
 */
export function fillDatabase(
  path: string,
  size: DatasetSize,
  people: People,
  issuer: string,
): readonly string[] {
  const database = new Database(path);
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('foreign_keys = OFF');
  const indexes = database
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`,
    )
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  database.exec('BEGIN');
  const softwareIds = fillTables(database, size, people, issuer);
  fillConsole(database, people);
  database.exec('COMMIT');
  for (const { sql } of indexes) database.exec(sql);
  database.pragma('journal_mode = WAL');
  database.close();
  return softwareIds;
}

function fillTables(
  database: Database.Database,
  size: DatasetSize,
  people: People,
  issuer: string,
): readonly string[] {
  const random = randomNumbers();
  const entryCount = size.software + 2 * size.submissions + size.statements * (1 + REVOKED_SHARE);
  const start = Date.now() - YEAR_MILLISECONDS;
  let milliseconds = start;
  /** Time goes on with every entry. */
  const tick = () => {
    milliseconds += (YEAR_MILLISECONDS * 0.99) / entryCount;
    return Math.floor(milliseconds);
  };
  const newId = (at: number) => uuid(at, random.octets(10));

  const insertPublisher = inserter(database, publishers, 'id');
  const insertSoftware = inserter(database, software, 'id');
  const insertSubmission = inserter(database, submissions, 'id');
  const insertStatement = inserter(database, statements, 'jti');
  const insertList = inserter(database, statusLists, 'id');
  const insertEntry = inserter(database, ledgerEntries, 'seq');

  function record(
    at: number,
    kind: EntryKind,
    personId: string,
    about: { subject: string; publisherId: string; softwareId: string; data: JsonObject },
  ): void {
    const { subject, publisherId, softwareId, data } = about;
    const id = newId(at);
    const actor = { type: 'person', personId, tokenId: id } as const;
    const seconds = Math.floor(at / 1000);
    const text = entryText({ id, at: seconds, kind, actor, publisherId, softwareId, subject, data });
    insertEntry({
      id,
      at: seconds,
      kind,
      actorId: personId,
      publisherId,
      softwareId,
      subject,
      text,
      guarded: 1,
    });
  }

  const publisherIds = [people.publisherId];
  for (let i = 1; i < size.publishers; i += 1) {
    const at = tick();
    const id = newId(at);
    publisherIds.push(id);
    insertPublisher({
      id,
      name: `Publisher ${i}`,
      state: 'active',
      stateReason: null,
      verifiedDomains: ['app.example'],
      allowedScopes: null,
      createdAt: Math.floor(at / 1000),
      version: 1,
    });
  }

  const products = Array.from({ length: size.software }, (_, i) => {
    const publisherId = publisherIds[i % publisherIds.length] ?? people.publisherId;
    const metadata = metadataOf(i);
    const sha256 = sha256Base64url(JSON.stringify(metadata));
    return { id: newId(tick()), publisherId, metadata, sha256, hasOpen: random.number() < OPEN_SHARE };
  });
  const perSoftware = Math.floor(size.submissions / size.software);
  const approvedIds: string[] = [];
  for (let round = 0; round < perSoftware; round += 1)
    for (const [i, { id: softwareId, publisherId, metadata, sha256, hasOpen }] of products.entries()) {
      const isLast = round === perSoftware - 1;
      const isApproved = round === perSoftware - (hasOpen ? 2 : 1);
      const state =
        isLast && hasOpen ? 'submitted' : isApproved ? 'approved' : round === 1 ? 'rejected' : 'superseded';
      const at = tick();
      const id = newId(at);
      if (isApproved) approvedIds[i] = id;
      const softwareVersion = `1.${round}.0`;
      insertSubmission({
        id,
        softwareId,
        publisherId,
        softwareVersion,
        metadata,
        metadataSha256: sha256,
        findings: FINDINGS,
        comparedWith: null,
        changes: CHANGES,
        riskLevel: (['low', 'medium', 'high'] as const)[i % 3],
        riskScore: i % 10,
        note: null,
        state,
        requiredApprovals: 1,
        conditions: null,
        submittedBy: people.developerId,
        submittedAt: Math.floor(at / 1000),
        closedAt: state === 'submitted' ? null : Math.floor(at / 1000),
        version: state === 'submitted' ? 1 : 2,
      });
      const about = { subject: id, publisherId, softwareId };
      record(at, 'submission.submitted', people.developerId, {
        ...about,
        data: {
          software_version: softwareVersion,
          metadata_sha256: sha256,
          compared_with: null,
          required_approvals: 1,
        },
      });
      if (state !== 'submitted')
        record(tick(), 'submission.decided', people.reviewerId, {
          ...about,
          data: {
            decision_id: id,
            verdict: state === 'rejected' ? 'reject' : 'approve',
            reason: 'redirects belong to the verified domain',
            before: 'submitted',
            after: state === 'rejected' ? 'rejected' : 'approved',
            approvals: 1,
            required_approvals: 1,
            metadata_sha256: sha256,
          },
        });
    }
  for (const [i, { id, publisherId }] of products.entries())
    insertSoftware({
      id,
      publisherId,
      name: `Example Application ${i}`,
      state: 'active',
      stateReason: null,
      approvedSubmissionId: approvedIds[i] ?? null,
      createdAt: Math.floor(start / 1000),
      version: 2,
    });

  const key = database
    .prepare<[], { kid: string; alg: string }>(`SELECT kid, alg FROM signing_keys WHERE state = 'active'`)
    .get();
  if (key === undefined) throw new Error('no active key');
  const { kid, alg } = key;
  database.exec('DELETE FROM status_lists');
  const header = base64url(JSON.stringify({ alg, kid, typ: 'JWT' }));
  for (let first = 0; first < Math.max(1, size.statements); first += PLACES) {
    const listId = newId(tick());
    const allocated = Math.min(PLACES, size.statements - first);
    insertList({
      id: listId,
      bits: 2,
      size: STATUS_LIST_SIZE,
      allocated,
      state: first + PLACES < size.statements ? 'closed' : 'open',
      unallocatedStatus: 0,
      createdAt: Math.floor(start / 1000),
      revision: 1,
    });
    for (let i = 0; i < allocated; i += 1) {
      const at = tick();
      const of = Math.floor(random.number() * products.length);
      const product = products[of];
      if (product === undefined) throw new Error('no software');
      const { id: softwareId, publisherId, metadata } = product;
      const jti = newId(at);
      const iat = Math.floor(at / 1000);
      const exp = iat + DEFAULT_POLICY.statement.defaultLifetimeSeconds;
      // Odd multipliers permute the places of a list whose size is a power of two.
      const idx = (i * 611_953 + 7) % STATUS_LIST_SIZE;
      const status = { status_list: { idx, uri: `${issuer}/status-lists/${listId}` } };
      const own = { iss: issuer, iat, exp, jti, software_id: softwareId, software_version: '1.3.0', status };
      const jwt = `${header}.${base64url(JSON.stringify({ ...own, ...metadata }))}.${random.signature()}`;
      const sha256 = sha256Base64url(jwt);
      const isRevoked = random.number() < REVOKED_SHARE;
      insertStatement({
        jti,
        softwareId,
        publisherId,
        submissionId: approvedIds[of],
        softwareVersion: '1.3.0',
        kid,
        alg,
        profile: 'rfc7591',
        audience: null,
        issuedAt: iat,
        expiresAt: exp,
        listId,
        idx,
        state: isRevoked ? 'revoked' : 'valid',
        stateReason: isRevoked ? 'posted in a public issue' : null,
        stateAt: isRevoked ? iat : null,
        jwt,
        sha256,
        issuedBy: people.developerId,
        renewedFrom: null,
        version: isRevoked ? 2 : 1,
      });
      const about = { subject: jti, publisherId, softwareId };
      const data = {
        submission_id: approvedIds[of] ?? '',
        kid,
        audience: null,
        iat,
        exp,
        status_list: listId,
        idx,
        sha256,
        renewed_from: null,
      };
      record(at, 'statement.issued', people.developerId, { ...about, data });
      if (isRevoked)
        record(tick(), 'statement.revoked', people.operatorId, {
          ...about,
          data: {
            before: 'valid',
            after: 'revoked',
            reason: 'posted in a public issue',
            status_list: listId,
            idx,
          },
        });
    }
  }
  return products
    .filter(({ publisherId, hasOpen }) => publisherId === people.publisherId && !hasOpen)
    .map(({ id }) => id);
}

const FINDINGS = [
  {
    rule: 'jwks-uri',
    severity: 'info',
    pointer: '/jwks_uri',
    detail: 'keys are published by the client and can change without a review',
    spec: 'RFC 7591 §2',
  },
];
const CHANGES = ['/redirect_uris/0', '/grant_types/0', '/scope', '/client_name'].map((pointer) => ({
  pointer,
  member: pointer.split('/')[1],
  kind: 'added',
  effect: 'expands',
  after: 'https://app.example/callback',
  reason: 'a first submission adds all of its authority',
}));

function metadataOf(i: number): JsonObject {
  const parsed = parseClientMetadata(
    {
      client_name: `Example Application ${i}`,
      client_uri: 'https://app.example/',
      redirect_uris: [`https://app.example/${i}/callback`, `https://app.example/${i}/callback2`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `https://app.example/${i}/jwks.json`,
      scope: 'openid profile email',
    },
    { policy: DEFAULT_POLICY.metadata, verifiedDomains: ['app.example'] },
  );
  if (parsed.metadata === undefined) throw new Error(JSON.stringify(parsed.findings));
  return parsed.metadata;
}

function inserter(database: Database.Database, table: Table, key: string) {
  const make = rowStatements(table, [key]);
  let prepared: Database.Statement | undefined;
  return (row: Readonly<Record<string, unknown>>): void => {
    const { sql, params } = make.insert(row);
    prepared ??= database.prepare(sql);
    prepared.run(...params);
  };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Random octets drawn from the system in large pieces: a draw per row would cost more than the row. */
function randomNumbers() {
  let pool = randomBytes(0);
  let at = 0;
  function octets(count: number): Uint8Array {
    if (at + count > pool.length) {
      pool = randomBytes(1 << 20);
      at = 0;
    }
    at += count;
    return pool.subarray(at - count, at);
  }
  return {
    octets,
    number: () => Buffer.from(octets(4)).readUInt32LE() / 2 ** 32,
    /** As long as one of ES256, 64 octets. */
    signature: () => Buffer.from(octets(64)).toString('base64url'),
  };
}
