import { err, ok, type Result } from '../domain/result.ts';
import { newStatusList } from './found.ts';
import { decideAndCommit, entryOf, restoreCount, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

export type Restored = {
  /** How often this issuer has been restored, this time included; names the ledger from here on. */
  readonly restores: number;
  /** Lists that were open in the backup: every place they think free reads INVALID from now on. */
  readonly closedLists: readonly string[];
  readonly openedList: string;
};

/**
 * Makes it safe to go on from a backup. After the backup was taken, statements may have been handed out that this
 * database does not know. Their places in the lists that were open look free: so these lists are closed, every place
 * nobody knows of reads INVALID (one that was used can only belong to a forgotten statement), and a new list is opened. No
 * index can then be handed out twice. The ledger goes on under another origin, because older checkpoints may cover
 * entries that are gone.
 */
export function recordRestore(
  issuer: Issuer,
  backupTakenAt: number | undefined,
): Promise<Result<Restored, Refusal>> {
  return decideAndCommit(issuer, async () => {
    if ((await issuer.store.policy()) === undefined)
      return err({
        code: 'not_found',
        what: 'entry',
        id: 'issuer.founded; this is not a backup of an issuer',
      });
    const restores = (await restoreCount(issuer)) + 1;
    const open = (await issuer.store.statusLists()).filter((list) => list.state === 'open');
    const next = newStatusList(issuer);
    return ok({
      entries: [
        entryOf(issuer, 'issuer', 'issuer.restored', {
          subject: issuer.identifier,
          data: { restores, backup_taken_at: backupTakenAt ?? null },
        }),
        ...open.map((list) =>
          entryOf(issuer, 'issuer', 'status-list.closed', {
            subject: list.id,
            data: { allocated: list.allocated, unallocated: 'INVALID', because: 'restored from a backup' },
          }),
        ),
        entryOf(issuer, 'issuer', 'status-list.opened', {
          subject: next.id,
          data: { size: next.size, bits: next.bits },
        }),
      ],
      changes: [
        ...open.map((list) => ({ close: 'statusList', id: list.id, unallocatedStatus: 1 }) as const),
        { insert: 'statusList', row: next },
      ],
      value: { restores, closedLists: open.map((list) => list.id), openedList: next.id },
    });
  });
}
