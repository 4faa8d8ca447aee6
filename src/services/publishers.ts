import { ANY_PUBLISHER, type Actor } from '../domain/access.ts';

import type { Publisher } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Page } from '../ports.ts';
import { ledgerData } from './ledger-data.ts';
import { authorize, visiblePublishers } from './authorize.ts';
import {
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import { readName } from './names.ts';
import type { Refusal } from './refusal.ts';

export type PublisherDraft = Pick<Publisher, 'name' | 'verifiedDomains' | 'allowedScopes'>;

/** Admits a publisher. Its verified domains are what an operator has checked. */
export async function createPublisher(
  issuer: Issuer,
  actor: Actor,
  draft: PublisherDraft,
  idempotency?: Idempotency,
): Promise<Result<Publisher, Refusal>> {
  const allowed = authorize(actor, 'publishers:write', undefined);
  if (!allowed.ok) return allowed;
  const name = readName(draft.name, '/name');
  if (!name.ok) return name;
  return decideAndCommit(issuer, async () => {
    const repeat = await replayOf(issuer, actor, idempotency, (id) => publisherOf(issuer, id));
    if (!repeat.ok) return repeat;
    if (repeat.value !== undefined) return ok(repeat.value);
    const publisher: Publisher = {
      ...draft,
      name: name.value,
      id: newId(issuer),
      state: 'active',
      stateReason: null,
      createdAt: issuer.clock.now(),
      version: 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'publisher.created', {
          subject: publisher.id,
          publisherId: publisher.id,
          data: ledgerData({ ...draft, name: name.value }),
        }),
      ],
      changes: [
        { insert: 'publisher', row: publisher },
        ...rememberKey(issuer, actor, idempotency, publisher.id),
      ],
      value: publisher,
    });
  });
}

/** One publisher, for its members and the issuer's people. */
export async function readPublisher(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<Publisher, Refusal>> {
  const allowed = authorize(actor, 'publishers:read', id);
  return allowed.ok ? publisherOf(issuer, id) : allowed;
}

/** Publishers the actor may see, newest first. */
export async function listPublishers(
  issuer: Issuer,
  actor: Actor,
  filter: { readonly search?: string | undefined },
  page: Page,
): Promise<Result<readonly Publisher[], Refusal>> {
  const allowed = authorize(actor, 'publishers:read', ANY_PUBLISHER);
  if (!allowed.ok) return allowed;
  return ok(
    await issuer.store.publishers(
      { ids: visiblePublishers(actor, 'publishers:read'), search: filter.search },
      page,
    ),
  );
}

/**
 * Changes what is known of a publisher. What was approved before stands; the next submission is read against
 * the new domains and scopes.
 */
export async function changePublisher(
  issuer: Issuer,
  actor: Actor,
  id: string,
  change: Partial<PublisherDraft>,
  expectedVersion?: number,
): Promise<Result<Publisher, Refusal>> {
  const allowed = authorize(actor, 'publishers:write', undefined);
  if (!allowed.ok) return allowed;
  const name = change.name === undefined ? ok(undefined) : readName(change.name, '/name');
  if (!name.ok) return name;
  return decideAndCommit(issuer, async () => {
    const found = await publisherOf(issuer, id);
    if (!found.ok) return found;
    const before = found.value;
    if (expectedVersion !== undefined && expectedVersion !== before.version)
      return err({ code: 'version_mismatch', current: before.version });
    const after: Publisher = { ...before, ...change, version: before.version + 1 };
    return ok({
      entries: [
        entryOf(issuer, actor, 'publisher.changed', {
          subject: id,
          publisherId: id,
          data: { before: ledgerData(draftOf(before)), after: ledgerData(draftOf(after)) },
        }),
      ],
      changes: [{ replace: 'publisher', row: after }],
      value: after,
    });
  });
}

/** A publisher by id, for use cases that have authorised already. */
export async function publisherOf(issuer: Issuer, id: string): Promise<Result<Publisher, Refusal>> {
  const publisher = await issuer.store.publisher(id);
  return publisher === undefined ? err({ code: 'not_found', what: 'publisher', id }) : ok(publisher);
}

function draftOf(publisher: Publisher): PublisherDraft {
  return {
    name: publisher.name,
    verifiedDomains: publisher.verifiedDomains,
    allowedScopes: publisher.allowedScopes,
  };
}
