import { err, ok, type Result } from '../domain/result.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { drawIndexes } from '../domain/status-list/allocate.ts';
import { STATUS_LIST_FILL, type StatusList } from '../domain/status-list/status-list.ts';
import { newStatusList } from './found.ts';
import { entryOf, newId, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

export type Reservation = {
  readonly jti: string;
  readonly key: SigningKey;
  readonly list: StatusList;
  readonly idx: number;
};

/** Enough draws that at the highest fill one in about 60 rounds finds none free. */
const CANDIDATES = 8;

/**
 * What a new statement needs for itself alone: an id, the active key, and a place in the open status list
 * drawn at random. Nothing is held yet: the commit's unique constraints decide, and a loser draws again.
 */
export async function reserve(issuer: Issuer): Promise<Result<Reservation, Refusal>> {
  const [keys, open] = await Promise.all([issuer.store.signingKeys(), issuer.store.openStatusList()]);
  const key = keys.find((candidate) => candidate.state === 'active');
  if (key === undefined) return err({ code: 'no_active_key' });
  const list = open ?? (await openNext(issuer));
  for (;;) {
    const candidates = drawIndexes(issuer.random, list.size, CANDIDATES);
    const taken = await issuer.store.takenIndexes(list.id, candidates);
    const idx = candidates.find((candidate) => !taken.includes(candidate));
    if (idx === undefined) continue;
    if (list.allocated >= list.size * STATUS_LIST_FILL) await closeAndOpenNext(issuer, list);
    return ok({ jti: newId(issuer), key, list, idx });
  }
}

async function closeAndOpenNext(issuer: Issuer, full: StatusList): Promise<void> {
  const next = newStatusList(issuer);
  // A conflict means that somebody else closed it in the same moment, which is just as well.
  await issuer.store.commit(
    [
      entryOf(issuer, 'issuer', 'status-list.closed', {
        subject: full.id,
        data: { allocated: full.allocated },
      }),
      entryOf(issuer, 'issuer', 'status-list.opened', {
        subject: next.id,
        data: { size: next.size, bits: next.bits },
      }),
    ],
    [
      { close: 'statusList', id: full.id, unallocatedStatus: full.unallocatedStatus },
      { insert: 'statusList', row: next },
    ],
  );
}

async function openNext(issuer: Issuer): Promise<StatusList> {
  const next = newStatusList(issuer);
  await issuer.store.commit(
    [
      entryOf(issuer, 'issuer', 'status-list.opened', {
        subject: next.id,
        data: { size: next.size, bits: next.bits },
      }),
    ],
    [{ insert: 'statusList', row: next }],
  );
  return (await issuer.store.openStatusList()) ?? next;
}
