import type { Actor } from '../domain/access.ts';
import { textMember } from '../domain/json.ts';
import { factOf, type LedgerFact } from '../domain/ledger/ledger-fact.ts';
import type { StoredEntry } from '../domain/ledger/entry.ts';
import { ok, type Result } from '../domain/result.ts';
import type { EntryFilter, NamedKind } from '../ports.ts';
import type { Issuer } from './issuer.ts';
import { listEntries, readEntry, entryLeafHash } from './ledger.ts';
import type { Refusal } from './refusal.ts';

/** Names of those that entries mention, by id. */
export type Names = ReadonlyMap<string, string>;

/** An entry and what it tells; `fact` is undefined for one that this version cannot read. */
export type ReadEntry = { readonly entry: StoredEntry; readonly fact: LedgerFact | undefined };

export type LedgerPage = {
  readonly entries: readonly ReadEntry[];
  readonly names: Names;
  /** What comes after this page, as `beforeSeq`. */
  readonly next: number | undefined;
};

/** A page of the ledger for people to read: entries newest first, and the names of whom they mention. */
export async function readLedgerPage(
  issuer: Issuer,
  actor: Actor,
  filter: EntryFilter,
  beforeSeq: number | undefined,
  limit: number,
): Promise<Result<LedgerPage, Refusal>> {
  const found = await listEntries(issuer, actor, filter, beforeSeq, limit + 1);
  if (!found.ok) return found;
  const entries = found.value.slice(0, limit).map(read);
  return ok({
    entries,
    names: await namesIn(issuer, entries),
    next: found.value.length > limit ? entries.at(-1)?.entry.seq : undefined,
  });
}

export type EntryView = ReadEntry & {
  readonly names: Names;
  /** base64url leaf hash (RFC 6962 §2.1). */
  readonly leafHash: string;
  /** Whether a checkpoint covers it, so that its place can be proved. */
  readonly isSealed: boolean;
};

/** One entry for people to read. */
export async function readEntryView(
  issuer: Issuer,
  actor: Actor,
  seq: number,
): Promise<Result<EntryView, Refusal>> {
  const found = await readEntry(issuer, actor, seq);
  if (!found.ok) return found;
  const entry = read(found.value);
  const [names, checkpoint] = await Promise.all([namesIn(issuer, [entry]), issuer.store.latestCheckpoint()]);
  const isSealed = checkpoint !== undefined && checkpoint.size >= seq;
  return ok({ ...entry, names, leafHash: entryLeafHash(found.value), isSealed });
}

function read(entry: StoredEntry): ReadEntry {
  return { entry, fact: factOf(entry) };
}

// Four reads, however many entries: ids are UUIDs, so that one map holds them all.
async function namesIn(issuer: Issuer, entries: readonly ReadEntry[]): Promise<Names> {
  const facts = entries.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
  const named = await Promise.all([
    namesOf(issuer, 'person', facts.flatMap(peopleIn)),
    namesOf(issuer, 'publisher', facts.flatMap(publishersIn)),
    namesOf(
      issuer,
      'software',
      facts.flatMap(({ softwareId }) => softwareId ?? []),
    ),
    namesOf(issuer, 'workload', facts.flatMap(workloadsIn)),
  ]);
  return new Map(named.flat().map(({ id, name }) => [id, name]));
}

function namesOf(issuer: Issuer, of: NamedKind, ids: readonly string[]) {
  const different = [...new Set(ids)].filter((id) => id !== '');
  return different.length === 0 ? [] : issuer.store.names(of, different);
}

function peopleIn({ kind, actor, subject, data }: LedgerFact): readonly string[] {
  const isAboutPerson = kind.startsWith('person.') || kind.startsWith('member.');
  return [
    ...(actor.type === 'person' ? [actor.personId] : []),
    ...(isAboutPerson ? [subject] : []),
    textMember(data, 'person_id'),
  ];
}

function workloadsIn({ kind, actor, subject }: LedgerFact): readonly string[] {
  return [
    ...(actor.type === 'workload' ? [actor.workloadId] : []),
    ...(kind.startsWith('workload.') ? [subject] : []),
  ];
}

function publishersIn({ publisherId, data }: LedgerFact): readonly string[] {
  return [publisherId ?? '', textMember(data, 'publisher_id')];
}
