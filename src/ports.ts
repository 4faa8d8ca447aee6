/**
 * What the services ask of the world. Each port says what it promises (consistency, durability, concurrency)
 * and what an attacker who owns it could do.
 */
import type { ClientIdentifier, DocumentWatch, MetadataDocument } from './domain/client-identifier.ts';
import type { DomainClaim } from './domain/domain-claim.ts';
import type { Deferral, InitialAccessToken, SpentToken } from './domain/exchange/exchange.ts';
import type { JsonObject } from './domain/json.ts';
import type { Checkpoint, EntryKind, LedgerEntry, StoredEntry } from './domain/ledger/entry.ts';
import type { SealableLog } from './domain/ledger/seal.ts';
import type { IssuerPolicy } from './domain/policy.ts';
import type { ApiToken, Membership, Person, Publisher } from './domain/publisher.ts';
import type { Result } from './domain/result.ts';
import type { Comment } from './domain/review/comment.ts';
import type { Evidence } from './domain/review/evidence.ts';
import type { Invitation } from './domain/sign-in/invitation.ts';
import type { Identity, Passkey } from './domain/sign-in/passkey.ts';
import type { Session } from './domain/sign-in/session.ts';
import type { SigningKey } from './domain/signing-key.ts';
import type { Software } from './domain/software.ts';
import type { Statement, StatementState } from './domain/statement/statement.ts';
import type { StatusList } from './domain/status-list/status-list.ts';
import type { Decision, Submission, SubmissionState } from './domain/submission.ts';
import type { Workload } from './domain/workload/workload.ts';
import type { OperatorReads } from './ports/operator-reads.ts';
import type { CatalogueReads } from './ports/catalogue.ts';
import type { QueueReads } from './ports/queue-reads.ts';
import type { ExchangeReads } from './ports/exchange-reads.ts';
import type { Page } from './ports/page.ts';
import type { WorkingData } from './ports/working-data.ts';

export type { Custody, CustodyRefusal } from './ports/custody.ts';
export type { LiveGroup, LiveStatements, NamedKind, OperatorReads } from './ports/operator-reads.ts';
export type {
  PublisherOutcomes,
  PublisherTally,
  QueueFilter,
  QueueOrder,
  QueuePlace,
  QueueReads,
  QueueRow,
} from './ports/queue-reads.ts';
export { QUEUE_ORDERS } from './ports/queue-reads.ts';
export type { Page } from './ports/page.ts';
export type { WorkingData } from './ports/working-data.ts';

/** The rows a commit can write, by name. */
export type Rows = {
  readonly publisher: Publisher;
  readonly person: Person;
  readonly membership: Membership;
  readonly token: ApiToken;
  readonly software: Software;
  readonly submission: Submission;
  readonly decision: Decision;
  readonly statement: Statement;
  readonly statusList: StatusList;
  readonly signingKey: SigningKey;
  readonly policy: IssuerPolicy;
  readonly idempotency: IdempotencyRecord;
  readonly passkey: Passkey;
  readonly identity: Identity;
  readonly session: Session;
  readonly invitation: Invitation;
  readonly domainClaim: DomainClaim;
  readonly evidence: Evidence;
  readonly comment: Comment;
  readonly metadataDocument: MetadataDocument;
  readonly clientIdentifier: ClientIdentifier;
  readonly documentWatch: DocumentWatch;
  readonly workload: Workload;
  readonly initialAccessToken: InitialAccessToken;
  readonly deferral: Deferral;
  readonly spentToken: SpentToken;
};

/** Rows that carry a `version`, which every replacement raises by one. */
export type Versioned =
  | 'publisher'
  | 'person'
  | 'token'
  | 'software'
  | 'submission'
  | 'statement'
  | 'signingKey'
  | 'passkey'
  | 'session'
  | 'invitation'
  | 'domainClaim'
  | 'evidence'
  | 'clientIdentifier'
  | 'documentWatch'
  | 'workload'
  | 'initialAccessToken'
  | 'deferral';

/** What a repeated POST is answered with: the thing the first one made. */
export type IdempotencyRecord = {
  readonly personId: string;
  readonly key: string;
  /** base64url SHA-256 over method, path and body of the first request. */
  readonly requestSha256: string;
  /** Id of what was created. */
  readonly subject: string;
  readonly createdAt: number;
};

/** One durable write. A commit is a list of these and the ledger entries that tell of them. */
export type Change =
  | { [K in keyof Rows]: { readonly insert: K; readonly row: Rows[K] } }[keyof Rows]
  /** Replaces a row whose stored version must be `row.version - 1`, else the whole commit is stale. */
  | { [K in Versioned]: { readonly replace: K; readonly row: Rows[K] } }[Versioned]
  | { readonly remove: 'membership'; readonly publisherId: string; readonly personId: string }
  | { readonly remove: 'identity'; readonly issuer: string; readonly subject: string }
  | { readonly remove: 'passkey' | 'domainClaim'; readonly id: string }
  /** Fails the whole commit unless the row is still at this version. */
  | { readonly unchanged: Versioned; readonly id: string; readonly version: number }
  /** Counts one more allocated place in a status list; fails the commit if that list is closed. */
  | { readonly allocate: 'statusList'; readonly id: string }
  | { readonly close: 'statusList'; readonly id: string; readonly unallocatedStatus: 0 | 1 }
  /** The content of these lists changes with this commit: by id, or every list. */
  | { readonly touch: 'statusList'; readonly ids: readonly string[] | 'all' }
  /** Revokes every statement not yet revoked, of a publisher, a software or a key. Monotonic by construction. */
  | {
      readonly revokeStatements: 'publisher' | 'software' | 'signingKey';
      readonly id: string;
      readonly reason: string;
      readonly at: number;
    };

export type Conflict =
  /** Another writer was faster: read again and decide again. */
  | { readonly code: 'stale' }
  /** A unique value is taken; columns as `table.column`. */
  | { readonly code: 'duplicate'; readonly columns: readonly string[] };

/** A token with whom it speaks for, read in one query on every request. */
export type TokenHolder = {
  readonly token: ApiToken;
  readonly person: Person;
  readonly publisherIds: readonly string[];
};

/** A session with whom it speaks for, read in one query on every request. */
export type SessionHolder = {
  readonly session: Session;
  readonly person: Person;
  readonly publisherIds: readonly string[];
};

/** A software with what stands behind it, read in one query before issuing. */
export type SoftwareStanding = {
  readonly software: Software;
  readonly publisher: Publisher;
  readonly approved: Submission | undefined;
};

export type StatementStanding = {
  readonly statement: Statement;
  readonly software: Software;
  readonly publisher: Publisher;
};

export type EntryFilter = {
  readonly kind?: EntryKind | undefined;
  readonly actorId?: string | undefined;
  readonly softwareId?: string | undefined;
  readonly publisherId?: string | undefined;
  readonly subject?: string | undefined;
  /** NumericDate bounds, inclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/**
 * The database. Strictly serialisable for commits; reads see every commit that returned before they began.
 * `commit` returns only after the data is on stable storage. Safe for concurrent use in one process; a second
 * process on one SQLite file is refused at start. Who owns it can drop or forge state, but not a ledger entry covered
 * by a checkpoint somebody else holds, and holds no private key and no usable token.
 */
export type Store = SealableLog &
  WorkingData &
  CatalogueReads &
  QueueReads &
  OperatorReads &
  ExchangeReads & {
    /**
     * Writes entries and changes in one atomic, durable commit, or nothing at all. Idempotent by the entries'
     * ids: an outcome lost on the way is found again by them. A foreseeable loss is a Conflict; anything else throws.
     */
    commit(
      entries: readonly [LedgerEntry, ...LedgerEntry[]],
      changes: readonly Change[],
    ): Promise<Result<void, Conflict>>;

    tokenHolder(tokenId: string): Promise<TokenHolder | undefined>;
    token(id: string): Promise<ApiToken | undefined>;
    /** Of one person, or of everybody. */
    tokens(filter: { readonly personId?: string | undefined }, page: Page): Promise<readonly ApiToken[]>;
    person(id: string): Promise<Person | undefined>;
    people(page: Page): Promise<readonly Person[]>;
    /** These people in one read, in no order; unknown ids are left out. */
    peopleOf(ids: readonly string[]): Promise<readonly Person[]>;
    publisher(id: string): Promise<Publisher | undefined>;
    /** `ids` narrows to what the actor may see; `search` matches the name, case-insensitively. */
    publishers(
      filter: { readonly ids?: readonly string[] | undefined; readonly search?: string | undefined },
      page: Page,
    ): Promise<readonly Publisher[]>;
    members(publisherId: string): Promise<readonly { readonly person: Person; readonly createdAt: number }[]>;
    membership(publisherId: string, personId: string): Promise<Membership | undefined>;

    sessionHolder(sessionId: string): Promise<SessionHolder | undefined>;
    session(id: string): Promise<Session | undefined>;
    /** Of one person, or of everybody; newest first. */
    sessions(filter: { readonly personId?: string | undefined }, page: Page): Promise<readonly Session[]>;
    passkey(id: string): Promise<Passkey | undefined>;
    /** Oldest first. */
    passkeys(personId: string): Promise<readonly Passkey[]>;
    identity(issuer: string, subject: string): Promise<Identity | undefined>;
    identities(personId: string): Promise<readonly Identity[]>;
    invitation(id: string): Promise<Invitation | undefined>;
    invitations(page: Page): Promise<readonly Invitation[]>;

    domainClaim(id: string): Promise<DomainClaim | undefined>;
    /** Of one publisher, by domain. */
    domainClaims(publisherId: string): Promise<readonly DomainClaim[]>;
    /** Those to be checked again by now, the longest due first. */
    domainClaimsDue(now: number, limit: number): Promise<readonly DomainClaim[]>;

    software(id: string): Promise<SoftwareStanding | undefined>;
    softwareList(
      filter: {
        readonly publisherIds?: readonly string[] | undefined;
        readonly search?: string | undefined;
        readonly state?: Software['state'] | undefined;
      },
      page: Page,
    ): Promise<readonly Software[]>;

    submission(id: string): Promise<Submission | undefined>;
    submissions(
      filter: {
        readonly softwareId?: string | undefined;
        readonly publisherIds?: readonly string[] | undefined;
        readonly states?: readonly SubmissionState[] | undefined;
        readonly riskLevel?: Submission['riskLevel'] | undefined;
      },
      page: Page,
      order: 'newest' | 'oldest',
    ): Promise<readonly Submission[]>;
    /** The one submission of a software that people still owe an answer, if any. */
    openSubmission(softwareId: string): Promise<Submission | undefined>;
    /** The same for many software at once, in no order. */
    openSubmissions(softwareIds: readonly string[]): Promise<readonly Submission[]>;
    /** The submission that holds a software_version; rejected and withdrawn ones set it free. */
    submissionOfVersion(softwareId: string, softwareVersion: string): Promise<Submission | undefined>;
    decisions(submissionId: string): Promise<readonly Decision[]>;
    /** Oldest first. */
    comments(submissionId: string): Promise<readonly Comment[]>;
    evidence(submissionId: string): Promise<readonly Evidence[]>;
    /** What is still to be looked at: never tried, oldest first, then what was tried at `triedBefore` or earlier. */
    pendingEvidence(triedBefore: number, limit: number): Promise<readonly Evidence[]>;

    statement(jti: string): Promise<StatementStanding | undefined>;
    statements(
      filter: {
        readonly softwareId?: string | undefined;
        readonly publisherIds?: readonly string[] | undefined;
        readonly kid?: string | undefined;
        readonly states?: readonly StatementState[] | undefined;
      },
      page: Page,
    ): Promise<readonly StatementStanding[]>;
    /** Live means: not revoked and not expired at `now`. */
    countLiveStatements(
      of:
        { readonly publisherId: string } | { readonly softwareId: string } | { readonly kid: string } | 'all',
      now: number,
    ): Promise<number>;
    /** Latest `exp` of anything a key signed; undefined when it signed nothing. */
    lastExpiresAt(kid: string): Promise<number | undefined>;

    statusList(id: string): Promise<StatusList | undefined>;
    statusLists(): Promise<readonly StatusList[]>;
    openStatusList(): Promise<StatusList | undefined>;
    /** Which of these places of a list are taken. */
    takenIndexes(listId: string, candidates: readonly number[]): Promise<readonly number[]>;
    /** Every place whose effective state is not VALID (or, for a list closed by a restore, every known place). */
    statusesOf(list: StatusList): Promise<readonly { readonly idx: number; readonly status: 0 | 1 | 2 }[]>;
    publishedStatusList(listId: string): Promise<PublishedStatusList | undefined>;
    /** Keeps the newest token for a list; derived data, so no ledger entry. */
    savePublishedStatusList(published: PublishedStatusList): Promise<void>;

    signingKey(kid: string): Promise<SigningKey | undefined>;
    /** Oldest first. */
    signingKeys(): Promise<readonly SigningKey[]>;

    /** The latest policy; undefined before the issuer was founded. */
    policy(): Promise<IssuerPolicy | undefined>;

    idempotency(personId: string, key: string): Promise<IdempotencyRecord | undefined>;

    entry(seq: number): Promise<StoredEntry | undefined>;
    /** Newest first, by time and then `seq`; those after the entry `beforeSeq` in that order. */
    entries(
      filter: EntryFilter,
      beforeSeq: number | undefined,
      limit: number,
    ): Promise<readonly StoredEntry[]>;
    entryCount(): Promise<number>;
    /** Ascending by size, `size > afterSize`. */
    checkpointsAfter(afterSize: number, limit: number): Promise<readonly Checkpoint[]>;
    /** Smallest checkpoint that covers a seq. */
    checkpointCovering(seq: number): Promise<Checkpoint | undefined>;

    /** Cheap round trip; throws when the database does not answer. */
    ping(): Promise<void>;
  };

/** A signed list as it is served. */
export type PublishedStatusList = {
  /** The id of the list; with a slash and the purpose behind it, of its credential for W3C verifiers. */
  readonly listId: string;
  readonly revision: number;
  readonly kid: string;
  readonly jwt: string;
  /** NumericDates, seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
};

/** Time. */
export type Clock = {
  /** NumericDate: seconds since the epoch, integer. May step back when the machine's clock does. */
  now(): number;
  /** Milliseconds since the epoch, for ids and durations. */
  nowMilliseconds(): number;
};

/** Cryptographically strong randomness. */
export type Random = (octets: number) => Uint8Array;

/** Something worth telling operators; never carries a secret, a token or a statement. */
export type Log = (level: 'info' | 'warn' | 'error', event: string, fields: JsonObject) => void;
