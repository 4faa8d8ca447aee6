import type { Actor } from '../domain/access.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Checkpoint, StoredEntry } from '../domain/ledger/entry.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Issuer } from './issuer.ts';
import { exportEntries, readHead } from './ledger.ts';
import type { Refusal } from './refusal.ts';

const CHECKPOINTS_READ = 200;

/**
 * The ledger as JSON Lines, oldest first, read in small pieces while it is consumed: `{"verifier_key"}`, then
 * `{"seq","text"}` for every entry that exists now and `{"checkpoint"}` after the last one that it covers.
 * `imprimatur ledger verify --file` reads it.
 *
 * @param afterSeq skips entries up to this one
 */
export async function exportLedger(
  issuer: Issuer,
  actor: Actor,
  afterSeq: number,
): Promise<Result<AsyncIterable<string>, Refusal>> {
  const [entries, head] = await Promise.all([
    exportEntries(issuer, actor, afterSeq),
    readHead(issuer, actor),
  ]);
  if (!entries.ok) return entries;
  if (!head.ok) return head;
  return ok(linesOf(issuer, head.value.verifierKey, entries.value, afterSeq));
}

/** A checkpoint as it is sent. */
export function checkpointBody(checkpoint: Checkpoint) {
  return {
    size: checkpoint.size,
    previous_size: checkpoint.previousSize,
    root_hash: checkpoint.rootHash,
    signed_at: checkpoint.signedAt,
    note: checkpoint.note,
  } satisfies JsonObject;
}

async function* linesOf(
  issuer: Issuer,
  verifierKey: string,
  entries: AsyncIterable<StoredEntry>,
  after: number,
): AsyncGenerator<string> {
  const checkpointsAfter = (size: number) => issuer.store.checkpointsAfter(size, CHECKPOINTS_READ);
  yield `${JSON.stringify({ verifier_key: verifierKey })}\n`;
  let waiting = await checkpointsAfter(after);
  for await (const { seq, text } of entries) {
    yield `${JSON.stringify({ seq, text })}\n`;
    const [next, ...rest] = waiting;
    if (next?.size !== seq) continue;
    yield `${JSON.stringify({ checkpoint: checkpointBody(next) })}\n`;
    waiting = rest.length > 0 ? rest : await checkpointsAfter(seq);
  }
}
