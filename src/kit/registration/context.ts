import type { Fetcher } from '../../domain/network/fetcher.ts';
import type { Sealing } from '../../domain/ledger/seal.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { uuid } from '../../domain/uuid.ts';
import type { StatementVerifier } from '../verifier/statement-verifier.ts';
import type { Policy } from './policy.ts';
import type { AuditEntry, HostClients, RegistrationChange, RegistrationStore } from './ports.ts';
import type { RegistrationRefusal } from './refusal.ts';

/** Told of what an operator should know: refused requests and their reasons, failures of the host's store. Never a credential. */
export type RegistrationLog = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields: Readonly<Record<string, string | number | undefined>>,
) => void;

/** What every use case of the registration endpoint receives. */
export type Registry = {
  /** RFC 8414 issuer identifier of the authorization server that clients register at. */
  readonly authorizationServer: string;
  /** URL of the registration endpoint; `registration_client_uri` lies below it. */
  readonly endpoint: string;
  readonly policy: Policy;
  readonly verifier: StatementVerifier | undefined;
  readonly store: RegistrationStore;
  readonly clients: HostClients | undefined;
  /** Guarded fetch for `jwks_uri` and metadata documents; without it, keys are not looked at, and no statement of profile cimd counts. */
  readonly fetcher: Fetcher | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMilliseconds: () => number;
  readonly random: (octets: number) => Uint8Array;
  readonly log: RegistrationLog;
  /** Signs checkpoints of the audit log; without it, the log is kept and not sealed. */
  readonly sealing: Omit<Sealing, 'now'> | undefined;
  /** Something was committed: the audit log has entries to seal. */
  readonly committed: () => void;
};

/** The present, seconds. */
export function nowOf(registry: Registry): number {
  return Math.floor(registry.nowMilliseconds() / 1000);
}

/** A UUIDv7 (RFC 9562 §5.7). */
export function newId(registry: Registry): string {
  return uuid(registry.nowMilliseconds(), registry.random(10));
}

/** What a use case wants to be true, prepared from what it just read. */
export type Plan<T> =
  | {
      readonly entries: readonly [AuditEntry, ...AuditEntry[]];
      readonly changes: readonly RegistrationChange[];
      readonly value: T;
    }
  /** It is so already. */
  | { readonly settled: T };

const ATTEMPTS = 10;
/** Milliseconds waited at most after the first attempt, twice as many after each further one, and never more than the second number. */
const PAUSE = { first: 10, most: 500 };

/**
 * Reads, decides and commits; when another writer was faster, reads and decides again.
 *
 * @returns the plan's value once it is durable, or the refusal that `prepare` came to
 */
export async function decideAndCommit<T>(
  registry: Registry,
  prepare: () => Promise<Result<Plan<T>, RegistrationRefusal>>,
): Promise<Result<T, RegistrationRefusal>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const prepared = await prepare();
    if (!prepared.ok) return prepared;
    if ('settled' in prepared.value) return ok(prepared.value.settled);
    const { entries, changes, value } = prepared.value;
    const committed = await registry.store.commit(entries, changes);
    if (committed.ok) {
      registry.committed();
      return ok(value);
    }
    await pause(registry, attempt);
  }
  return err({
    status: 503,
    error: 'temporarily_unavailable',
    description: 'Too many changes at once. Send the same request again.',
    retryAfterSeconds: 1,
    reason: 'contention',
  });
}

/** Writers that were in each other's way try again at different times: all at once, one would win each round and the rest give up. */
async function pause(registry: Registry, attempt: number): Promise<void> {
  const [share = 0] = registry.random(1);
  const milliseconds = (share / 256) * Math.min(PAUSE.most, PAUSE.first * 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
