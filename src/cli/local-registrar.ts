import type { StoredEntry } from '../domain/ledger/entry.ts';
import type { LedgerFault, LedgerVerified } from '../domain/ledger/verify-ledger.ts';
import type { Result } from '../domain/result.ts';
import type { Registrar } from '../kit/registration/registrar.ts';
import type { RegistrationLog } from '../kit/registration/context.ts';
import type { LocalRefusal } from './local.ts';

/** A registration server that listens. */
export type ServingRegistrar = {
  readonly url: string;
  readonly authorizationServer: string;
  readonly endpoint: string;
  readonly trusted: readonly string[];
  readonly stop: () => Promise<void>;
};

/** The registrar of this machine, its database and keys open. */
export type OpenRegistrar = {
  readonly registrar: Registrar;
  readonly warnings: readonly string[];
  readonly serve: () => Promise<Result<ServingRegistrar, LocalRefusal>>;
  /** The audit log, ascending. */
  readonly entries: () => AsyncIterable<StoredEntry>;
  /** Recomputes the audit log under the key in custody. */
  readonly verify: (progress?: (entries: number) => void) => Promise<Result<LedgerVerified, LedgerFault>>;
  /** Copies the live database to a file that must not exist. */
  readonly backup: (path: string) => Promise<Result<void, LocalRefusal>>;
  /** Seals what is left of the audit log and lets go. */
  readonly close: () => Promise<void>;
};

/** What the Node adapters give the commands about registration. */
export type LocalRegistrar = {
  readonly open: (options: {
    readonly config: string | undefined;
    readonly trust: readonly string[];
    readonly variables: { readonly [name: string]: string | undefined };
    readonly log: RegistrationLog;
  }) => Promise<Result<OpenRegistrar, LocalRefusal>>;
  readonly log: RegistrationLog;
};
