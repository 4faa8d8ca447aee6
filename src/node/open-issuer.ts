import { join } from 'node:path';
import { openKeyFiles } from '../custody/key-files.ts';
import { unlockFrom } from '../custody/unlock.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Log } from '../ports.ts';
import { createNodeFetcher } from '../fetcher/node-fetcher.ts';
import { createNodeResolveText } from '../fetcher/node-resolve-text.ts';
import { createSignInMethods } from '../identity/sign-in-methods.ts';
import type { SignInMethods } from '../ports/sign-in.ts';
import { lockDatabase } from '../store/lock-database.ts';
import { openSqliteStore } from '../store/open-sqlite-store.ts';
import type { Issuer } from '../services/issuer.ts';
import { createPublications, type Publications } from '../services/publications.ts';
import { createSealer } from '../domain/ledger/sealer.ts';
import { sealLedger } from '../services/seal-ledger.ts';
import { afterMilliseconds, jsonLog, systemClock, systemRandom } from './adapters.ts';
import type { Environment } from './environment.ts';
import { createBackground } from './background.ts';
import { makeDirectory } from './make-directory.ts';

export const DATABASE_FILE = 'imprimatur.sqlite';

/** This machine's issuer, open and alone on its database. */
export type OpenIssuer = {
  readonly issuer: Issuer;
  readonly publications: Publications;
  readonly signIn: SignInMethods;
  readonly log: Log;
  readonly warnings: readonly string[];
  /** Copies the live database to a file that must not exist. */
  readonly backup: (path: string) => Promise<void>;
  /** Seals what is left of the ledger and lets go of database and lock. */
  readonly close: () => Promise<void>;
};

/** Opens database and keys; refuses with a sentence that says what to do. */
export async function openIssuer(
  environment: Environment,
  log: Log = jsonLog,
): Promise<Result<OpenIssuer, { readonly code: string; readonly detail: string }>> {
  const unlock = unlockFrom(environment);
  if (!unlock.ok) return unlock;
  const directory = makeDirectory(environment.dataDirectory);
  if (!directory.ok) return directory;
  const path = join(environment.dataDirectory, DATABASE_FILE);
  const lock = lockDatabase(path);
  if (!lock.ok) return lock;
  const custody = await openKeyFiles({ directory: environment.keysDirectory, unlock: unlock.value.unlock });
  if (!custody.ok) {
    lock.value();
    return custody;
  }
  const opened = openSqliteStore(path);
  if (!opened.ok) {
    lock.value();
    return opened;
  }
  const sealer = createSealer({
    seal: () => sealLedger(issuer),
    failed: (error) => log('error', 'ledger.seal_failed', { error: String(error) }),
    schedule: afterMilliseconds,
  });
  const background = createBackground(log);
  const { store } = opened.value;
  const issuer: Issuer = {
    identifier: environment.issuer,
    store: {
      ...store,
      commit: async (entries, changes) => {
        const committed = await store.commit(entries, changes);
        if (committed.ok) sealer.nudge();
        return committed;
      },
    },
    custody: custody.value,
    clock: systemClock,
    random: systemRandom,
    log,
    fetcher: createNodeFetcher({ allowPrivate: isDevelopment(environment.issuer) }),
    trustDomain: environment.trustDomain,
    resolveText: createNodeResolveText(),
    inBackground: background.run,
    changed: (what) => publications.invalidate(what),
  };
  const publications = createPublications(issuer, {
    recheckSeconds: Number.POSITIVE_INFINITY,
    policyUri: environment.policyUri,
    termsUri: environment.termsUri,
  });
  // A process that was killed may have left entries that no checkpoint covers.
  sealer.nudge();
  return ok({
    issuer,
    publications,
    signIn: createSignInMethods(environment.issuer, environment.identityProvider),
    log,
    warnings: unlock.value.warning === undefined ? [] : [unlock.value.warning],
    backup: opened.value.backup,
    close: async () => {
      await background.stop();
      await sealer.stop();
      opened.value.close();
      lock.value();
    },
  });
}

/** An issuer without TLS is on this machine alone, and so are the documents its developers try it with. */
function isDevelopment(issuer: string): boolean {
  return issuer.startsWith('http:');
}
