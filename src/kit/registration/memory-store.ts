import type { Checkpoint, StoredEntry } from '../../domain/ledger/entry.ts';
import { err, ok } from '../../domain/result.ts';
import type {
  AttestedSoftware,
  AuditEntry,
  InitialAccessToken,
  Registration,
  RegistrationChange,
  RegistrationFilter,
  RegistrationStore,
} from './ports.ts';

type Versioned = { readonly version: number };

/** A registration store in the memory of one process, for tests and trials: everything is gone when the process ends. */
export function createMemoryStore(): RegistrationStore {
  const registrations = new Map<string, Registration>();
  const software = new Map<string, AttestedSoftware>();
  const tokens = new Map<string, InitialAccessToken>();
  const entries: StoredEntry[] = [];
  const entryIds = new Set<string>();
  const checkpoints: Checkpoint[] = [];
  const tiles = new Map<string, Uint8Array>();

  function isStale(change: RegistrationChange): boolean {
    return 'replace' in change && knownRow(change)?.version !== change.row.version - 1;
  }

  function hasDuplicate(added: readonly AuditEntry[], changes: readonly RegistrationChange[]): boolean {
    const ids = added.map(({ id }) => id);
    const inserts = changes.filter((change) => 'insert' in change);
    return (
      ids.some((id) => entryIds.has(id)) ||
      inserts.some((change) => knownRow(change) !== undefined) ||
      new Set(ids).size < ids.length ||
      new Set(inserts.map((change) => `${change.insert} ${keyOf(change)}`)).size < inserts.length
    );
  }

  function knownRow(change: RegistrationChange): Versioned | undefined {
    switch ('insert' in change ? change.insert : change.replace) {
      case 'registration':
        return registrations.get(keyOf(change));
      case 'software':
        return software.get(keyOf(change));
      case 'initialAccessToken':
        return tokens.get(keyOf(change));
    }
  }

  function write(change: RegistrationChange): void {
    const { row } = change;
    if ('newestMetadata' in row) software.set(softwareKey(row.issuer, row.softwareId), row);
    else if ('maxUses' in row) tokens.set(row.id, row);
    else {
      // `touch` raises no version, so a row that was read before it must not undo it.
      const lastUsedAt = registrations.get(row.clientId)?.lastUsedAt ?? row.lastUsedAt;
      registrations.set(row.clientId, { ...row, lastUsedAt });
    }
  }

  return {
    commit: async (added, changes) => {
      if (entryIds.has(added[0].id)) return ok(undefined);
      if (changes.some(isStale)) return err({ code: 'stale' });
      if (hasDuplicate(added, changes)) return err({ code: 'duplicate' });
      for (const { id, text } of added) {
        entryIds.add(id);
        entries.push({ seq: entries.length + 1, text });
      }
      changes.forEach(write);
      return ok(undefined);
    },
    registration: async (clientId) => registrations.get(clientId),
    registrations: async (filter, after = '', limit) =>
      [...registrations.values()]
        .filter((row) => row.clientId > after && isWanted(row, filter))
        .toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
        .slice(0, limit),
    software: async (issuer, softwareId) => software.get(softwareKey(issuer, softwareId)),
    initialAccessToken: async (id) => tokens.get(id),
    initialAccessTokens: async (limit) =>
      [...tokens.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit),
    touch: async (clientId, at) => {
      const row = registrations.get(clientId);
      if (row !== undefined)
        registrations.set(clientId, { ...row, lastUsedAt: Math.max(row.lastUsedAt ?? 0, at) });
    },
    entriesAfter: async (afterSeq, limit) => entries.slice(afterSeq, afterSeq + limit),
    entryCount: async () => entries.length,
    latestCheckpoint: async () => checkpoints.at(-1),
    checkpointsAfter: async (afterSize, limit) =>
      checkpoints.filter(({ size }) => size > afterSize).slice(0, limit),
    seal: async (checkpoint, grown) => {
      if (checkpoint.previousSize !== (checkpoints.at(-1)?.size ?? 0)) return err({ code: 'stale' });
      checkpoints.push(checkpoint);
      for (const { level, index, hashes } of grown) tiles.set(`${level}/${index}`, hashes);
      return ok(undefined);
    },
    tile: async (level, index) => tiles.get(`${level}/${index}`),
  };
}

function softwareKey(issuer: string, softwareId: string): string {
  return JSON.stringify([issuer, softwareId]);
}

function keyOf({ row }: RegistrationChange): string {
  if ('newestMetadata' in row) return softwareKey(row.issuer, row.softwareId);
  return 'maxUses' in row ? row.id : row.clientId;
}

function isWanted(row: Registration, filter: RegistrationFilter): boolean {
  const { issuer, softwareId, statement, clientClass, state } = filter;
  return (
    (issuer === undefined || row.governing?.issuer === issuer) &&
    (softwareId === undefined || row.governing?.softwareId === softwareId) &&
    (statement === undefined || row.governing?.jti === statement) &&
    (clientClass === undefined || row.clientClass === clientClass) &&
    (state === undefined || row.state === state)
  );
}
