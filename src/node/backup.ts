import { existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import { openSqliteStore } from '../store/open-sqlite-store.ts';
import { DATABASE_FILE } from './open-issuer.ts';
import { syncPath } from './sync-path.ts';

export type LocalRefusal = { readonly code: string; readonly detail: string };

/**
 * Copies the database, consistent at one moment, while a server may go on writing. The private keys are not in it:
 * they belong into another backup.
 *
 * @param target a file that does not exist yet
 */
export async function backup(
  dataDirectory: string,
  target: string,
): Promise<Result<{ readonly path: string; readonly entries: number }, LocalRefusal>> {
  const source = join(dataDirectory, DATABASE_FILE);
  if (!existsSync(source))
    return err({
      code: 'no_database',
      detail: `there is no database in ${dataDirectory}; set IMPRIMATUR_DATA`,
    });
  if (existsSync(target))
    return err({ code: 'target_exists', detail: `${target} exists; a backup overwrites nothing` });
  const opened = openSqliteStore(source);
  if (!opened.ok) return opened;
  const temporary = `${target}.part`;
  try {
    await opened.value.backup(temporary);
  } catch (error) {
    return err({ code: 'backup_failed', detail: `cannot write ${temporary}: ${String(error)}` });
  } finally {
    opened.value.close();
  }
  const copy = openSqliteStore(temporary);
  if (!copy.ok) return copy;
  const damage = copy.value.findDamage();
  const entries = await copy.value.store.entryCount();
  copy.value.close();
  if (damage.length > 0)
    return err({ code: 'backup_damaged', detail: `the copy is damaged: ${damage.join('; ')}` });
  renameSync(temporary, target);
  syncPath(target);
  syncPath(dirname(target));
  return ok({ path: target, entries });
}
