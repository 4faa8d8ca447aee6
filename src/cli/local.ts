import type { Result } from '../domain/result.ts';
import type { PublicJwk, SigningAlgorithm } from '../domain/signing-key.ts';
import type { Log } from '../ports.ts';
import type { Founding } from '../services/found.ts';
import type { Restored } from '../services/record-restore.ts';
import type { RecoveredOperator } from '../services/recover-operator.ts';
import type { LedgerFault, LedgerVerified } from '../domain/ledger/verify-ledger.ts';

export type LocalRefusal = { readonly code: string; readonly detail: string };

/** One thing `doctor` looked at. */
export type LocalFinding = {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'damaged';
  readonly detail: string;
};

/** A server that listens. */
export type LocalServing = {
  readonly url: string;
  readonly issuer: string;
  readonly founding: Founding;
  readonly warnings: readonly string[];
  readonly stop: () => Promise<void>;
};

/** Everything the environment says of this machine's issuer was wrong at once. */
export type EnvironmentProblems = readonly { readonly variable: string; readonly detail: string }[];

/** The issuer of this machine, as its environment describes it. Only composition roots make one. */
export type OnThisMachine = {
  readonly serve: (log: Log) => Promise<Result<LocalServing, LocalRefusal>>;
  readonly backup: (
    target: string,
  ) => Promise<Result<{ readonly path: string; readonly entries: number }, LocalRefusal>>;
  readonly restore: (source: string, log: Log) => Promise<Result<Restored, LocalRefusal>>;
  readonly recoverOperator: (log: Log) => Promise<Result<RecoveredOperator, LocalRefusal>>;
  readonly doctor: (progress?: (text: string) => void) => Promise<readonly LocalFinding[]>;
  readonly verifyLedger: (
    progress?: (entries: number) => void,
  ) => Promise<Result<LedgerVerified, LedgerFault | LocalRefusal>>;
};

/** What the Node adapters give the commands that work without a server. */
export type LocalIssuer = {
  readonly open: (variables: {
    readonly [name: string]: string | undefined;
  }) => Result<OnThisMachine, EnvironmentProblems>;
  /** Every variable `serve` reads, with its meaning. */
  readonly variables: Readonly<Record<string, string>>;
  /** What an operator has to know after a restore. */
  readonly afterRestore: readonly string[];
  readonly log: Log;
  readonly createSealedKey: (
    alg: SigningAlgorithm,
    purpose: 'statement' | 'checkpoint',
    keyEncryptionKey: Uint8Array,
  ) => Promise<{ readonly publicJwk: PublicJwk; readonly jwe: string }>;
};
