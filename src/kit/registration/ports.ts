import type { JsonObject } from '../../domain/json.ts';
import type { Checkpoint } from '../../domain/ledger/entry.ts';
import type { SealableLog } from '../../domain/ledger/seal.ts';
import type { Result } from '../../domain/result.ts';
import type { BitstringReference } from '../../domain/credential/bitstring-status-list.ts';
import type { DocumentReference } from '../../domain/client-identifier.ts';
import type { StatusReference } from '../../domain/statement/judge.ts';
import type { Profile } from '../../domain/statement/statement.ts';

/** The statement a registration rests on. */
export type GoverningStatement = {
  readonly issuer: string;
  /** What it is about, as `VerifiedStatement` names it. */
  readonly softwareId: string;
  /** `rfc7591` for what was stored before there were others. */
  readonly profile?: Profile;
  /** The document it digests, for profile cimd. */
  readonly document?: DocumentReference;
  readonly jti: string;
  /** SHA-256 of `text`, base64url. */
  readonly digest: string;
  /** As it was presented; returned unmodified (RFC 7591 §3.2.1), never logged. */
  readonly text: string;
  /** NumericDates, seconds. */
  readonly issuedAt: number;
  readonly honouredUntil: number;
  readonly statusReference: StatusReference | undefined;
  /** Places in bitstring status lists, for profile vc+jwt. */
  readonly credentialStatus?: readonly BitstringReference[];
  /** What it attests: client metadata, `software_id` and `software_version`; for profile cimd what the document said. */
  readonly metadata: JsonObject;
};

/** Why a registration ended, in words that programs can compare. */
export const END_REASONS = [
  'deleted',
  'expired',
  'statement',
  'abandoned',
  'outdated',
  'operator',
  'undone',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** A registered client, whatever became of it. Secrets are SHA-256 digests, base64url: each holds 256 random bits. */
export type Registration = {
  readonly clientId: string;
  /** Name of the class it was admitted to. */
  readonly clientClass: string;
  /** RFC 7591 members in effect, defaults filled in; no credentials. */
  readonly metadata: JsonObject;
  readonly state: 'active' | 'ended';
  readonly endReason: EndReason | null;
  /** NumericDates, seconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it lapses unless renewed; null for never. */
  readonly expiresAt: number | null;
  /** When the authorization server last said that the client was used; a replacement never takes it back. */
  readonly lastUsedAt: number | null;
  readonly secretSha256: string | null;
  /** 0 for never (RFC 7591 §3.2.1); null without a secret. */
  readonly secretExpiresAt: number | null;
  readonly tokenSha256: string;
  /** The token presented for the last rotation, still good until this time: a lost answer locks nobody out. */
  readonly previousTokenSha256: string | null;
  readonly previousTokenUntil: number | null;
  readonly governing: GoverningStatement | null;
  /** The initial access token it was registered with. */
  readonly initialAccessTokenId: string | null;
  /** Raised by one with each change; a change expects the version before. */
  readonly version: number;
};

/** What this server knows of one software that an issuer attests. */
export type AttestedSoftware = {
  readonly issuer: string;
  readonly softwareId: string;
  /** Statements issued before are refused. NumericDate, 0 for none. */
  readonly floorIssuedAt: number;
  /** The newest statement seen, and what it attests. */
  readonly newestIssuedAt: number;
  readonly newestMetadata: JsonObject;
  /** Registrations that are active. */
  readonly registrations: number;
  readonly version: number;
};

/** A credential that lets somebody register (RFC 7591 §3, "initial access token"). */
export type InitialAccessToken = {
  readonly id: string;
  readonly secretSha256: string;
  readonly clientClass: string;
  /** Whom it was given to, as the operator wrote it. */
  readonly subject: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly maxUses: number;
  readonly uses: number;
  readonly revokedAt: number | null;
  readonly version: number;
};

/** A change that one commit makes. `replace` expects the row's version less one to be stored. */
export type RegistrationChange =
  | { readonly insert: 'registration'; readonly row: Registration }
  | { readonly replace: 'registration'; readonly row: Registration }
  | { readonly insert: 'software'; readonly row: AttestedSoftware }
  | { readonly replace: 'software'; readonly row: AttestedSoftware }
  | { readonly insert: 'initialAccessToken'; readonly row: InitialAccessToken }
  | { readonly replace: 'initialAccessToken'; readonly row: InitialAccessToken };

/** One record of the audit log: its leaf is the exact octets of `text`. */
export type AuditEntry = {
  readonly id: string;
  /** NumericDate, seconds. */
  readonly at: number;
  readonly kind: AuditKind;
  readonly clientId: string | null;
  readonly text: string;
};

export const AUDIT_KINDS = [
  'client.registered',
  'client.updated',
  'client.ended',
  'initial-access-token.minted',
  'initial-access-token.revoked',
  'floor.raised',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Another writer was faster, or the row exists already: read again and decide again. */
export type RegistrationConflict = { readonly code: 'stale' | 'duplicate' };

/** Which registrations are wanted; every condition given must hold. */
export type RegistrationFilter = {
  readonly issuer?: string;
  readonly softwareId?: string;
  /** `jti` of the governing statement. */
  readonly statement?: string;
  readonly clientClass?: string;
  readonly state?: Registration['state'];
};

/**
 * What the registration endpoint keeps. `commit` is all or nothing and returns when the data is durable; nothing changes without
 * an audit record. The log side is what sealing needs.
 */
export type RegistrationStore = SealableLog & {
  commit(
    entries: readonly [AuditEntry, ...AuditEntry[]],
    changes: readonly RegistrationChange[],
  ): Promise<Result<void, RegistrationConflict>>;
  registration(clientId: string): Promise<Registration | undefined>;
  /** Ascending by `clientId`, after the one named. */
  registrations(
    filter: RegistrationFilter,
    after: string | undefined,
    limit: number,
  ): Promise<readonly Registration[]>;
  software(issuer: string, softwareId: string): Promise<AttestedSoftware | undefined>;
  initialAccessToken(id: string): Promise<InitialAccessToken | undefined>;
  /** Newest first. */
  initialAccessTokens(limit: number): Promise<readonly InitialAccessToken[]>;
  /** Notes that a client was used; no version, no record: a hint for finding abandoned registrations. */
  touch(clientId: string, at: number): Promise<void>;
  /** Ascending by size, `size > afterSize`. */
  checkpointsAfter(afterSize: number, limit: number): Promise<readonly Checkpoint[]>;
  entryCount(): Promise<number>;
};

/**
 * The host server's own clients, for a server that keeps them itself. `put` and `remove` are told after the registration is durable, and may be
 * told the same more than once. When `put` fails, a new registration is undone and an update is to be sent again; when `remove` fails, sweeps
 * repeat it for a week.
 */
export type HostClients = {
  /**
   * Looks at a client before anything is stored. What the server could not serve is refused here, in its own words, and leaves nothing
   * behind.
   */
  check?(client: HostClient): Promise<HostRefusal | undefined>;
  put?(client: HostClient): Promise<void>;
  remove?(clientId: string): Promise<void>;
};

/** Why a host cannot serve a client; the description is for the client's developer. */
export type HostRefusal = {
  readonly error: 'invalid_client_metadata' | 'invalid_redirect_uri';
  readonly description: string;
};

/** A client as its server needs it. `secret` is there only when one was just made: nobody can give it again. */
export type HostClient = {
  readonly clientId: string;
  readonly clientIdIssuedAt: number;
  readonly metadata: JsonObject;
  readonly secret: string | undefined;
  readonly secretExpiresAt: number | null;
  readonly softwareStatement: string | undefined;
};
