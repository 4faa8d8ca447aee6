import type { JsonObject } from '../json.ts';

/** Everything that can happen, in the words of the journey. An entry says it once, for ever. */
export const ENTRY_KINDS = [
  'issuer.founded',
  'issuer.restored',
  'policy.changed',
  'publisher.created',
  'publisher.changed',
  'publisher.suspended',
  'publisher.reinstated',
  'publisher.revoked',
  'member.added',
  'member.removed',
  'person.created',
  'person.changed',
  'token.created',
  'token.revoked',
  'software.created',
  'software.changed',
  'software.suspended',
  'software.reinstated',
  'software.revoked',
  'submission.submitted',
  'submission.decided',
  'submission.withdrawn',
  'submission.superseded',
  'statement.issued',
  'statement.revoked',
  'statement.suspended',
  'statement.reinstated',
  'key.generated',
  'key.activated',
  'key.retiring',
  'key.retired',
  'key.revoked',
  'status-list.opened',
  'status-list.closed',
  'person.invited',
  'invitation.accepted',
  'invitation.revoked',
  'passkey.added',
  'passkey.renamed',
  'passkey.removed',
  'identity.linked',
  'identity.unlinked',
  'session.started',
  'session.stepped-up',
  'session.ended',
  'domain.claimed',
  'domain.verified',
  'domain.lost',
  'domain.released',
  'evidence.checked',
  'submission.commented',
  'client-identifier.bound',
  'document.drifted',
  'document.settled',
  'workload.bound',
  'workload.ended',
  'initial-access-token.created',
  'initial-access-token.revoked',
  'exchange.deferred',
  'exchange.denied',
  'exchange.cancelled',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/**
 * Who did it: a person with the token or session in use; a workload or a client that asked at the token endpoint; or the issuer
 * itself (first start, scheduled work, restore).
 */
export type EntryActor =
  | { readonly type: 'person'; readonly personId: string; readonly tokenId: string }
  | { readonly type: 'person'; readonly personId: string; readonly sessionId: string }
  | { readonly type: 'workload'; readonly workloadId: string }
  | { readonly type: 'client'; readonly clientId: string }
  | { readonly type: 'issuer' };

/**
 * One fact of the ledger. Its leaf is the exact octets of `entryText`, so nothing in it can change once a
 * checkpoint covers it. It holds ids and digests, never a statement, a token or a key.
 */
export type LedgerEntry = {
  readonly id: string;
  /** NumericDate, seconds. */
  readonly at: number;
  readonly kind: EntryKind;
  readonly actor: EntryActor;
  readonly publisherId: string | null;
  readonly softwareId: string | null;
  /** What it is about: a `jti`, a `kid`, an id. */
  readonly subject: string;
  /** What changed: before and after, reasons, digests. */
  readonly data: JsonObject;
};

/** The exact text that is stored and hashed. Member order is fixed here. */
export function entryText(entry: LedgerEntry): string {
  return JSON.stringify({
    v: 1,
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    actor: actorMember(entry.actor),
    publisher_id: entry.publisherId,
    software_id: entry.softwareId,
    subject: entry.subject,
    data: entry.data,
  });
}

function actorMember(actor: EntryActor): JsonObject {
  if (actor.type === 'issuer') return { type: 'issuer' };
  if (actor.type === 'workload') return { type: 'workload', workload_id: actor.workloadId };
  if (actor.type === 'client') return { type: 'client', client_id: actor.clientId };
  return 'tokenId' in actor
    ? { type: 'person', person_id: actor.personId, token_id: actor.tokenId }
    : { type: 'person', person_id: actor.personId, session_id: actor.sessionId };
}

/** The id by which entries of an actor are found; null for the issuer itself. */
export function actorId(actor: EntryActor): string | null {
  switch (actor.type) {
    case 'person':
      return actor.personId;
    case 'workload':
      return actor.workloadId;
    case 'client':
      return actor.clientId;
    case 'issuer':
      return null;
  }
}

/** An entry as it is kept. */
export type StoredEntry = {
  /** 1, 2, 3 … without gaps, given by the database; leaf index is `seq - 1`. */
  readonly seq: number;
  /** The exact text whose octets are the leaf. */
  readonly text: string;
};

/** A signed statement about the whole ledger up to `size` entries (C2SP tlog-checkpoint as a signed note). */
export type Checkpoint = {
  readonly size: number;
  /** Size of the checkpoint this one extends; 0 for the first. */
  readonly previousSize: number;
  /** base64url of the RFC 6962 root over the first `size` entries. */
  readonly rootHash: string;
  readonly signedAt: number;
  /** The signed note, whole. */
  readonly note: string;
  /** base64url hashes of the compact range, left to right: all that is needed to go on. */
  readonly compactRange: readonly string[];
};
