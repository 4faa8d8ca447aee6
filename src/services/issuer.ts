import type { Actor } from '../domain/access.ts';
import { ISSUER_AGENT, type Agent } from '../domain/agent.ts';
import type { JsonObject } from '../domain/json.ts';
import type { EntryActor, EntryKind, LedgerEntry } from '../domain/ledger/entry.ts';
import { DEFAULT_POLICY, type IssuerPolicy } from '../domain/policy.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Fetcher } from '../domain/network/fetcher.ts';
import type { ResolveText } from '../domain/network/resolve-text.ts';
import type { Change, Clock, Custody, Log, Random, Store } from '../ports.ts';
import type { Refusal } from './refusal.ts';
import { uuid } from '../domain/uuid.ts';

/** What every use case receives: this issuer, and the world through ports. */
export type Issuer = {
  /** The issuer identifier, exactly as configured (RFC 8414 §2). */
  readonly identifier: string;
  readonly store: Store;
  readonly custody: Custody;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Guarded fetch for what strangers name (invariant 8). */
  readonly fetcher: Fetcher;
  /** The SPIFFE trust domain it issues JWT-SVIDs in; undefined for none. */
  readonly trustDomain?: string | undefined;
  /** The TXT records of a name. */
  readonly resolveText: ResolveText;
  /**
   * Repeats a step of long work until it says `done`, giving way to requests in between. Absent where nothing goes on
   * after an answer (Workers): there each request that asks for progress does a step.
   */
  readonly inBackground?: ((step: () => Promise<'more' | 'done'>) => void) | undefined;
  /** Told after a commit what may be published now; see services/publications.ts. */
  readonly changed: (what: 'keys' | 'status') => void;
};

/** Who caused an entry: a person, a workload or client that asked at the token endpoint, or the issuer's own scheduled work. */
export type Cause = Actor | EntryActor | 'issuer';

/** Repeats of a POST with the same key give what the first one made. */
export type Idempotency = { readonly key: string; readonly requestSha256: string };

/** What a use case wants to be true, prepared from what it just read. */
export type Plan<T> =
  | {
      readonly entries: readonly [LedgerEntry, ...LedgerEntry[]];
      readonly changes: readonly Change[];
      readonly value: T;
    }
  /** Nothing to write: the answer of an earlier, identical request. */
  | { readonly replay: T };

const ATTEMPTS = 10;

/**
 * Reads, decides and commits; when another writer was faster, reads and decides again (ARCHITECTURE.md, invariant 1).
 *
 * @returns the plan's value once it is durable, the refusal `prepare` came to, or `contention`
 */
export async function decideAndCommit<T>(
  issuer: Issuer,
  prepare: () => Promise<Result<Plan<T>, Refusal>>,
): Promise<Result<T, Refusal>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const prepared = await prepare();
    if (!prepared.ok) return prepared;
    const plan = prepared.value;
    if ('replay' in plan) return ok(plan.replay);
    const committed = await issuer.store.commit(plan.entries, plan.changes);
    if (committed.ok) return ok(plan.value);
  }
  return err({ code: 'contention' });
}

/** A new entry at the present time. */
export function entryOf(
  issuer: Issuer,
  cause: Cause,
  kind: EntryKind,
  about: {
    readonly subject: string;
    readonly publisherId?: string;
    readonly softwareId?: string;
    readonly data?: JsonObject;
  },
): LedgerEntry {
  return {
    id: newId(issuer),
    at: issuer.clock.now(),
    kind,
    actor: actorOf(cause),
    publisherId: about.publisherId ?? null,
    softwareId: about.softwareId ?? null,
    subject: about.subject,
    data: about.data ?? {},
  };
}

function actorOf(cause: Cause): EntryActor {
  if (cause === 'issuer') return { type: 'issuer' };
  if ('type' in cause) return cause;
  const { personId, credential } = cause;
  return credential.type === 'token'
    ? { type: 'person', personId, tokenId: credential.id }
    : { type: 'person', personId, sessionId: credential.id };
}

/** Whom a row names as its maker. */
export function agentOf(cause: Cause): Agent {
  const actor = actorOf(cause);
  switch (actor.type) {
    case 'person':
      return actor.personId;
    case 'workload':
      return `workload:${actor.workloadId}`;
    case 'client':
      return `client:${actor.clientId}`;
    case 'issuer':
      return ISSUER_AGENT;
  }
}

/** A UUIDv7 (RFC 9562 §5.7): ids order by time of creation. */
export function newId(issuer: Issuer): string {
  return uuid(issuer.clock.nowMilliseconds(), issuer.random(10));
}

/**
 * The name of the ledger in its checkpoints: a URL prefix without scheme (c2sp.org/tlog-checkpoint). Each restore
 * starts another name, because entries after the backup differ from what older checkpoints may cover.
 *
 * @param restores how often the issuer was restored from a backup
 */
export function ledgerOrigin(identifier: string, restores: number): string {
  return `${identifier.replace(/^https?:\/\//, '')}/ledger${restores === 0 ? '' : `/${restores}`}`;
}

/** How often this issuer was restored from a backup. */
export async function restoreCount(issuer: Issuer): Promise<number> {
  return (await issuer.store.entries({ kind: 'issuer.restored' }, undefined, 1_000)).length;
}

/** The policy in force. One stored by an earlier version lacks what came later, and has the defaults of it. */
export async function currentPolicy(issuer: Issuer): Promise<IssuerPolicy> {
  return { ...DEFAULT_POLICY, ...(await issuer.store.policy()) };
}

/**
 * The id that an earlier request with the same idempotency key made, if any.
 *
 * @returns undefined for a first request; refuses `idempotency_key_reused` when the earlier request differed
 */
export async function earlierSubject(
  issuer: Issuer,
  actor: Actor,
  idempotency: Idempotency | undefined,
): Promise<Result<string | undefined, Refusal>> {
  if (idempotency === undefined) return ok(undefined);
  const record = await issuer.store.idempotency(actor.personId, idempotency.key);
  if (record === undefined) return ok(undefined);
  return record.requestSha256 === idempotency.requestSha256
    ? ok(record.subject)
    : err({ code: 'idempotency_key_reused', key: idempotency.key });
}

/**
 * The plan that answers a repeated request with what the first one made; undefined for a first request.
 *
 * @param read finds what was made by its id
 */
export async function replayOf<T>(
  issuer: Issuer,
  actor: Actor,
  idempotency: Idempotency | undefined,
  read: (subject: string) => Promise<Result<T, Refusal>>,
): Promise<Result<{ readonly replay: T } | undefined, Refusal>> {
  const earlier = await earlierSubject(issuer, actor, idempotency);
  if (!earlier.ok || earlier.value === undefined) return earlier.ok ? ok(undefined) : earlier;
  const found = await read(earlier.value);
  return found.ok ? ok({ replay: found.value }) : found;
}

/** The change that remembers an idempotency key; none when the caller sent no key. */
export function rememberKey(
  issuer: Issuer,
  actor: Actor,
  idempotency: Idempotency | undefined,
  subject: string,
): readonly Change[] {
  if (idempotency === undefined) return [];
  const row = {
    personId: actor.personId,
    key: idempotency.key,
    requestSha256: idempotency.requestSha256,
    subject,
    createdAt: issuer.clock.now(),
  };
  return [{ insert: 'idempotency', row }];
}
