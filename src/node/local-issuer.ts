import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalIssuer } from '../cli/local.ts';
import { openKeyFiles } from '../custody/key-files.ts';
import { createSealedKey } from '../custody/create-sealed-key.ts';
import { unlockFrom } from '../custody/unlock.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Log } from '../ports.ts';
import { ledgerOrigin } from '../services/issuer.ts';
import { recoverOperator, type RecoveredOperator } from '../services/recover-operator.ts';
import { checkBeforeServing } from '../services/start-up.ts';
import { verifyLedger, type LedgerFault, type LedgerVerified } from '../domain/ledger/verify-ledger.ts';
import { openSqliteStore } from '../store/open-sqlite-store.ts';
import { jsonLog } from './adapters.ts';
import { backup, type LocalRefusal } from './backup.ts';
import { doctor } from './doctor.ts';
import { readEnvironment, VARIABLES, type Environment } from './environment.ts';
import { everyCheckpoint, everyEntry } from './every.ts';
import { DATABASE_FILE, openIssuer } from './open-issuer.ts';
import { AFTER_RESTORE, restore } from './restore.ts';
import { serve } from './serve.ts';

/** What the command line does on this machine itself, without asking a server. */
export const localIssuer: LocalIssuer = {
  open: (variables) => {
    const environment = readEnvironment(variables);
    if (!environment.ok) return environment;
    const settings = environment.value;
    return ok({
      serve: (log) => serve(settings, log),
      backup: (target) => backup(settings.dataDirectory, target),
      restore: (source, log) => restore(settings, source, log),
      doctor: (progress) => doctor(settings, progress),
      recoverOperator: (log) => recoverLocalOperator(settings, log),
      verifyLedger: (progress) => verifyLocalLedger(settings, progress),
    });
  },
  variables: VARIABLES,
  afterRestore: AFTER_RESTORE,
  log: jsonLog,
  createSealedKey,
};

/** A fresh operator token, made on the database itself; refused while a server holds it. */
async function recoverLocalOperator(
  environment: Environment,
  log: Log,
): Promise<Result<RecoveredOperator, LocalRefusal>> {
  const opened = await openIssuer(environment, log);
  if (!opened.ok) return opened;
  const { issuer, close } = opened.value;
  const checked = await checkBeforeServing(issuer);
  const recovered = checked.ok ? await recoverOperator(issuer) : checked;
  await close();
  if (recovered.ok) return recovered;
  const { error } = recovered;
  return err({
    code: error.code,
    detail:
      'detail' in error
        ? error.detail
        : 'there is no issuer in this database yet; run `imprimatur serve` once',
  });
}

/** Recomputes the ledger of the database on this machine, under the checkpoint key in its custody. */
async function verifyLocalLedger(
  environment: Environment,
  progress?: (entries: number) => void,
): Promise<Result<LedgerVerified, LedgerFault | LocalRefusal>> {
  const path = join(environment.dataDirectory, DATABASE_FILE);
  if (!existsSync(path))
    return err({
      code: 'no_database',
      detail: `there is no database in ${environment.dataDirectory}; set IMPRIMATUR_DATA`,
    });
  const unlock = unlockFrom(environment);
  if (!unlock.ok) return unlock;
  const custody = await openKeyFiles({ directory: environment.keysDirectory, unlock: unlock.value.unlock });
  if (!custody.ok) return custody;
  const opened = openSqliteStore(path);
  if (!opened.ok) return opened;
  try {
    const { store } = opened.value;
    return await verifyLedger(
      {
        entries: everyEntry(store),
        checkpoints: everyCheckpoint(store),
        publicKey: await custody.value.checkpointPublicKey(),
        origin: ledgerOrigin(environment.issuer, 0),
      },
      progress,
    );
  } finally {
    opened.value.close();
  }
}
