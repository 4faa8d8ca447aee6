import type { Actor } from '../domain/access.ts';
import { encodeBase64url } from '../domain/base64url.ts';
import type { Checkpoint, StoredEntry } from '../domain/ledger/entry.ts';
import { leafHash } from '../domain/ledger/merkle.ts';
import { NOTE_SIGNATURE_TYPE, verifierKey } from '../domain/ledger/note.ts';
import { consistencyPlan, inclusionPlan, proofOf, type ProofPlan } from '../domain/ledger/proof.ts';
import { subtreeHash, tileOfSubtree } from '../domain/ledger/tile.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { EntryFilter } from '../ports.ts';
import { authorize } from './authorize.ts';
import { ledgerOrigin, restoreCount, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

const EXPORT_BATCH = 1_000;

export type InclusionProof = {
  readonly entry: StoredEntry;
  readonly checkpoint: Checkpoint;
  readonly leafIndex: number;
  /** base64url hashes, leaf to root (RFC 9162 §2.1.3). */
  readonly proof: readonly string[];
};

export type ConsistencyProof = {
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  /** base64url hashes (RFC 9162 §2.1.4). */
  readonly proof: readonly string[];
};

export type LedgerHead = {
  /** Undefined until the first seal. */
  readonly checkpoint: Checkpoint | undefined;
  readonly entries: number;
  /** What monitors are configured with to verify checkpoints (c2sp.org/signed-note). */
  readonly verifierKey: string;
};

/** Entries newest first; `beforeSeq` exclusive. */
export async function listEntries(
  issuer: Issuer,
  actor: Actor,
  filter: EntryFilter,
  beforeSeq: number | undefined,
  limit: number,
): Promise<Result<readonly StoredEntry[], Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  return allowed.ok ? ok(await issuer.store.entries(filter, beforeSeq, limit)) : allowed;
}

/** One entry by its `seq`. */
export async function readEntry(
  issuer: Issuer,
  actor: Actor,
  seq: number,
): Promise<Result<StoredEntry, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  return allowed.ok ? entryAt(issuer, seq) : allowed;
}

/** Every entry after `afterSeq` that exists now, ascending, read in small pieces while it is consumed. */
export async function exportEntries(
  issuer: Issuer,
  actor: Actor,
  afterSeq: number,
): Promise<Result<AsyncIterable<StoredEntry>, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  return allowed.ok ? ok(everyEntry(issuer, afterSeq)) : allowed;
}

/** How far the ledger is sealed, and the key that says so. */
export async function readHead(issuer: Issuer, actor: Actor): Promise<Result<LedgerHead, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const [checkpoint, entries, publicKey, restores] = await Promise.all([
    issuer.store.latestCheckpoint(),
    issuer.store.entryCount(),
    issuer.custody.checkpointPublicKey(),
    restoreCount(issuer),
  ]);
  const name = ledgerOrigin(issuer.identifier, restores);
  const key = verifierKey({ name, type: NOTE_SIGNATURE_TYPE.ED25519, publicKey });
  return ok({ checkpoint, entries, verifierKey: key });
}

/** Checkpoints ascending by size, those larger than `afterSize`. */
export async function listCheckpoints(
  issuer: Issuer,
  actor: Actor,
  afterSize: number,
  limit: number,
): Promise<Result<readonly Checkpoint[], Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  return allowed.ok ? ok(await issuer.store.checkpointsAfter(afterSize, limit)) : allowed;
}

/** Proof that an entry is in the tree of the latest checkpoint; `not_found` while no checkpoint covers it. */
export async function proveEntry(
  issuer: Issuer,
  actor: Actor,
  seq: number,
): Promise<Result<InclusionProof, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const entry = await entryAt(issuer, seq);
  if (!entry.ok) return entry;
  const checkpoint = await issuer.store.latestCheckpoint();
  if (checkpoint === undefined || checkpoint.size < seq)
    return err({
      code: 'not_found',
      what: 'checkpoint',
      id: `covering entry ${seq}; it is sealed within a second`,
    });
  const proof = await prove(issuer, inclusionPlan(seq - 1, checkpoint.size));
  return ok({ entry: entry.value, checkpoint, leafIndex: seq - 1, proof });
}

/** Proof that the tree of one checkpoint continues the tree of an earlier one. */
export async function proveConsistency(
  issuer: Issuer,
  actor: Actor,
  fromSize: number,
  toSize: number,
): Promise<Result<ConsistencyProof, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  if (fromSize > toSize)
    return err({
      code: 'invalid_input',
      problems: [{ pointer: '/from', detail: 'the earlier checkpoint is the larger one' }],
    });
  const [from, to] = await Promise.all([checkpointAt(issuer, fromSize), checkpointAt(issuer, toSize)]);
  if (!from.ok) return from;
  if (!to.ok) return to;
  return ok({
    from: from.value,
    to: to.value,
    proof: await prove(issuer, consistencyPlan(fromSize, toSize)),
  });
}

/** base64url leaf hash of an entry (RFC 6962 §2.1). */
export function entryLeafHash(entry: StoredEntry): string {
  return encodeBase64url(leafHash(new TextEncoder().encode(entry.text)));
}

async function entryAt(issuer: Issuer, seq: number): Promise<Result<StoredEntry, Refusal>> {
  const entry = await issuer.store.entry(seq);
  return entry === undefined ? err({ code: 'not_found', what: 'entry', id: String(seq) }) : ok(entry);
}

async function checkpointAt(issuer: Issuer, size: number): Promise<Result<Checkpoint, Refusal>> {
  const checkpoint = await issuer.store.checkpointCovering(size);
  return checkpoint?.size === size
    ? ok(checkpoint)
    : err({ code: 'not_found', what: 'checkpoint', id: String(size) });
}

async function* everyEntry(issuer: Issuer, afterSeq: number): AsyncGenerator<StoredEntry> {
  let last = afterSeq;
  for (;;) {
    const batch = await issuer.store.entriesAfter(last, EXPORT_BATCH);
    yield* batch;
    const end = batch.at(-1);
    if (end === undefined) return;
    last = end.seq;
  }
}

async function prove(issuer: Issuer, plan: ProofPlan): Promise<readonly string[]> {
  const tiles = new Map<string, Uint8Array>();
  for (const subtree of plan.flat()) {
    const { level, index } = tileOfSubtree(subtree);
    const name = `${level}/${index}`;
    if (tiles.has(name)) continue;
    const tile = await issuer.store.tile(level, index);
    if (tile === undefined) throw new Error(`ledger tile ${name} is missing`);
    tiles.set(name, tile);
  }
  const hashes = proofOf(plan, (level, index) => {
    const at = tileOfSubtree({ level, index });
    const tile = tiles.get(`${at.level}/${at.index}`);
    if (tile === undefined) throw new Error(`ledger tile ${at.level}/${at.index} was not read`);
    return subtreeHash({ level, index }, tile);
  });
  return hashes.map((hash) => encodeBase64url(hash));
}
