import type { Actor } from '../domain/access.ts';
import { ok, type Result } from '../domain/result.ts';
import type { StatusList } from '../domain/status-list/status-list.ts';
import { authorize } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Publications } from './publications.ts';
import { STATUS_LIST_LIFETIME_SECONDS, statusListUri } from './signed-lists.ts';
import type { Refusal } from './refusal.ts';

/** A status list, and how old what is served of it is. */
export type PublishedList = {
  readonly list: StatusList;
  /** Where consumers fetch it; part of every statement. */
  readonly uri: string;
  /** When what is served was signed and until when it is good; undefined when no key could sign it. */
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** Octets of the token as it is served. */
  readonly octets: number | undefined;
};

/** Every status list, oldest first. */
export async function readPublishedLists(
  issuer: Issuer,
  actor: Actor,
  publications: Pick<Publications, 'statusList'>,
): Promise<Result<readonly PublishedList[], Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  return allowed.ok ? ok(await publishedLists(issuer, publications)) : allowed;
}

/** The same, for use cases that have authorised already. */
export async function publishedLists(
  issuer: Issuer,
  publications: Pick<Publications, 'statusList'>,
): Promise<readonly PublishedList[]> {
  return Promise.all(
    (await issuer.store.statusLists()).map(async (list) => {
      // Without an active key nothing is signed; that is for the page to show, not to fail over.
      const served = await publications.statusList(list.id).catch(() => undefined);
      const expiresAt = served?.expiresAt;
      return {
        list,
        uri: statusListUri(issuer.identifier, list.id),
        issuedAt: expiresAt === undefined ? undefined : expiresAt - STATUS_LIST_LIFETIME_SECONDS,
        expiresAt,
        octets: served?.body.length,
      };
    }),
  );
}
