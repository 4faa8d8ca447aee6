import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import type { Log } from '../ports.ts';
import { recordRestore, type Restored } from '../services/record-restore.ts';
import { checkBeforeServing } from '../services/start-up.ts';
import { sealLedger } from '../services/seal-ledger.ts';
import { openSqliteStore } from '../store/open-sqlite-store.ts';
import type { LocalRefusal } from './backup.ts';
import type { Environment } from './environment.ts';
import { DATABASE_FILE, openIssuer } from './open-issuer.ts';
import { syncPath } from './sync-path.ts';

/** What an operator has to know after a restore, because no database can. */
export const AFTER_RESTORE = [
  'Statements issued after the backup was taken are forgotten and read INVALID: their developers need new ones.',
  'Revocations and suspensions made after the backup are forgotten: repeat them, the last published status lists tell which.',
  'API tokens revoked after the backup work again: check `imprimatur token list`.',
] as const;

/**
 * Puts a backup in place of a database that is not there any more, and makes it safe to go on from it. Refuses
 * to touch an existing database.
 */
export async function restore(
  environment: Environment,
  source: string,
  log: Log,
): Promise<Result<Restored, LocalRefusal>> {
  const target = join(environment.dataDirectory, DATABASE_FILE);
  if (!existsSync(source)) return err({ code: 'no_backup', detail: `there is no file ${source}` });
  if (existsSync(target))
    return err({
      code: 'database_exists',
      detail: `${target} exists. Move it away first (keep it: it may know more than the backup), with its -wal and -shm files.`,
    });
  mkdirSync(environment.dataDirectory, { recursive: true, mode: 0o700 });
  const temporary = `${target}.restoring`;
  rmSync(temporary, { force: true });
  copyFileSync(source, temporary);
  const damage = damageOf(temporary);
  if (!damage.ok) {
    rmSync(temporary, { force: true });
    return damage;
  }
  for (const suffix of ['-wal', '-shm']) rmSync(`${temporary}${suffix}`, { force: true });
  syncPath(temporary);
  renameSync(temporary, target);
  syncPath(environment.dataDirectory);

  const opened = await openIssuer(environment, log);
  if (!opened.ok) return undo(target, opened);
  const { issuer, close } = opened.value;
  const checked = await checkBeforeServing(issuer);
  const takenAt = Math.floor(statSync(source).mtimeMs / 1000);
  const recorded = checked.ok ? await recordRestore(issuer, takenAt) : checked;
  if (recorded.ok) await sealLedger(issuer);
  await close();
  if (recorded.ok) return ok(recorded.value);
  return undo(
    target,
    err({
      code: recorded.error.code,
      detail: 'detail' in recorded.error ? recorded.error.detail : `${source} is not a backup of an issuer`,
    }),
  );
}

function damageOf(path: string): Result<void, LocalRefusal> {
  const opened = openSqliteStore(path);
  if (!opened.ok) return opened;
  const damage = opened.value.findDamage();
  opened.value.close();
  return damage.length === 0
    ? ok(undefined)
    : err({ code: 'backup_damaged', detail: `the backup is damaged: ${damage.join('; ')}` });
}

/** A backup that was not made safe must not be served by the next start. */
function undo<T>(target: string, refusal: T): T {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${target}${suffix}`, { force: true });
  return refusal;
}
