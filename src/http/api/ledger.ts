import { z } from 'zod';
import type { StoredEntry } from '../../domain/ledger/entry.ts';
import { ENTRY_KINDS } from '../../domain/ledger/entry.ts';
import { ok } from '../../domain/result.ts';
import {
  entryLeafHash,
  listCheckpoints,
  listEntries,
  proveConsistency,
  proveEntry,
  readEntry,
  readHead,
} from '../../services/ledger.ts';
import { checkpointBody, exportLedger } from '../../services/ledger-export.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { id, jsonObject, numericDate } from './schemas.ts';

const tag = 'ledger';
const seq = z.coerce.number().int().min(1);
const size = z.coerce.number().int().min(1);
const limit = z.coerce.number().int().min(1).max(200).default(50);

const entryReply = z
  .object({
    seq: z.int(),
    leaf_hash: z.string().describe('base64url, RFC 6962 §2.1, over the octets of `text`'),
    text: z.string().describe('the exact text that is hashed'),
    entry: jsonObject,
  })
  .meta({ id: 'LedgerEntry' });

const checkpointReply = z
  .object({
    size: z.int(),
    previous_size: z.int(),
    root_hash: z.string(),
    signed_at: numericDate,
    note: z.string().describe('signed note (c2sp.org/tlog-checkpoint)'),
  })
  .meta({ id: 'Checkpoint' });

export const ledgerEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/ledger',
    pagedBy: 'before',
    action: 'ledger:read',
    tag,
    summary: 'List ledger entries, newest first, by kind, actor, subject or time',
    params: NOTHING,
    query: z.strictObject({
      kind: z.enum(ENTRY_KINDS).optional(),
      actor: id.optional().describe('person'),
      publisher_id: id.optional(),
      software_id: id.optional(),
      subject: z.string().max(500).optional(),
      from: z.coerce.number().int().optional(),
      to: z.coerce.number().int().optional(),
      before: seq.optional().describe('`next` of the page before'),
      limit,
    }),
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(entryReply), next: z.int().nullable() }),
    handle: async ({ issuer, actor, query }) => {
      const filter = {
        kind: query.kind,
        actorId: query.actor,
        publisherId: query.publisher_id,
        softwareId: query.software_id,
        subject: query.subject,
        from: query.from,
        to: query.to,
      };
      const found = await listEntries(issuer, actor, filter, query.before, query.limit + 1);
      if (!found.ok) return found;
      const rows = found.value.slice(0, query.limit);
      const next = found.value.length > query.limit ? (rows.at(-1)?.seq ?? null) : null;
      return ok({ status: 200, body: { items: rows.map(entryBody), next } });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/ledger/export',
    action: 'ledger:read',
    tag,
    summary: 'Every entry and checkpoint as JSON Lines, oldest first',
    description: 'Lines are {"seq","text"} and {"checkpoint"}; `imprimatur ledger verify --file` reads them.',
    params: NOTHING,
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0).describe('skip entries up to this seq'),
    }),
    body: NOTHING,
    status: 200,
    replyType: 'application/jsonl',
    handle: async ({ issuer, actor, query: { after } }) => {
      const lines = await exportLedger(issuer, actor, after);
      return lines.ok ? ok({ status: 200, lines: lines.value }) : lines;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/ledger/checkpoints',
    action: 'ledger:read',
    tag,
    summary: 'List signed checkpoints, oldest first',
    params: NOTHING,
    query: z.strictObject({ after: z.coerce.number().int().min(0).default(0).describe('size'), limit }),
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(checkpointReply), next: z.int().nullable() }),
    handle: async ({ issuer, actor, query }) => {
      const found = await listCheckpoints(issuer, actor, query.after, query.limit + 1);
      if (!found.ok) return found;
      const rows = found.value.slice(0, query.limit);
      const next = found.value.length > query.limit ? (rows.at(-1)?.size ?? null) : null;
      return ok({ status: 200, body: { items: rows.map(checkpointBody), next } });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/ledger/checkpoints/latest',
    action: 'ledger:read',
    tag,
    summary: 'How far the ledger is sealed, and the key that says so',
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({ entries: z.int(), verifier_key: z.string(), checkpoint: checkpointReply.nullable() }),
    handle: async ({ issuer, actor }) => {
      const head = await readHead(issuer, actor);
      if (!head.ok) return head;
      const { checkpoint, entries, verifierKey } = head.value;
      const sealed = checkpoint === undefined ? null : checkpointBody(checkpoint);
      return ok({ status: 200, body: { entries, verifier_key: verifierKey, checkpoint: sealed } });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/ledger/consistency',
    action: 'ledger:read',
    tag,
    summary: 'Prove that one checkpoint continues another (RFC 9162 §2.1.4)',
    params: NOTHING,
    query: z.strictObject({ from: size, to: size }),
    body: NOTHING,
    status: 200,
    reply: z.object({ from: checkpointReply, to: checkpointReply, proof: z.array(z.string()) }),
    handle: async ({ issuer, actor, query }) => {
      const proved = await proveConsistency(issuer, actor, query.from, query.to);
      if (!proved.ok) return proved;
      const { from, to, proof } = proved.value;
      return ok({ status: 200, body: { from: checkpointBody(from), to: checkpointBody(to), proof } });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/ledger/{seq}',
    action: 'ledger:read',
    tag,
    summary: 'Read one ledger entry',
    params: z.object({ seq }),
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: entryReply,
    handle: async ({ issuer, actor, params }) => {
      const found = await readEntry(issuer, actor, params.seq);
      return found.ok ? ok({ status: 200, body: entryBody(found.value) }) : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/ledger/{seq}/proof',
    action: 'ledger:read',
    tag,
    summary: 'Prove that an entry is covered by the latest checkpoint (RFC 9162 §2.1.3)',
    params: z.object({ seq }),
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({
      entry: entryReply,
      checkpoint: checkpointReply,
      leaf_index: z.int(),
      proof: z.array(z.string()),
    }),
    handle: async ({ issuer, actor, params }) => {
      const proved = await proveEntry(issuer, actor, params.seq);
      if (!proved.ok) return proved;
      const { entry, checkpoint, leafIndex, proof } = proved.value;
      return ok({
        status: 200,
        body: {
          entry: entryBody(entry),
          checkpoint: checkpointBody(checkpoint),
          leaf_index: leafIndex,
          proof,
        },
      });
    },
  }),
];

function entryBody(entry: StoredEntry) {
  const parsed: unknown = JSON.parse(entry.text);
  return { seq: entry.seq, leaf_hash: entryLeafHash(entry), text: entry.text, entry: parsed };
}
