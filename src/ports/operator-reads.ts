import type { DomainClaim } from '../domain/domain-claim.ts';
import type { IssuerRole } from '../domain/access.ts';
import type { Person, Publisher, PublisherState } from '../domain/publisher.ts';
import type { Evidence } from '../domain/review/evidence.ts';
import type { Software } from '../domain/software.ts';
import type { StatementState } from '../domain/statement/statement.ts';
import type { SubmissionState } from '../domain/submission.ts';

/** Live statements of a publisher or a software: what they depend on, and who relies on them. */
export type LiveStatements = {
  /** How many by their own state and that of what they depend on. */
  readonly groups: readonly LiveGroup[];
  /** Authorization servers they name, most statements first; at most as many as were asked for. */
  readonly audiences: readonly { readonly audience: string; readonly statements: number }[];
  /** How many different ones there are. */
  readonly audienceCount: number;
  /** How many different software they are of. */
  readonly softwareCount: number;
};

export type LiveGroup = {
  readonly state: Exclude<StatementState, 'revoked'>;
  readonly software: Software['state'];
  readonly publisher: PublisherState;
  readonly statements: number;
  /** How many of them name no authorization server, so that whichever is asked may take them. */
  readonly forAnyone: number;
};

/** What has a name that people gave it. */
export type NamedKind = 'person' | 'publisher' | 'software' | 'workload';

/** The authorization servers that live statements of a key name. */
export type KeyAudiences = Pick<LiveStatements, 'audiences' | 'audienceCount'> & {
  /** Live statements that name any. */
  readonly named: number;
};

/** What operators and auditors look at: counts, names, and what fails. Reads only; each says what it costs. */
export type OperatorReads = {
  /** How many statements, neither revoked nor expired at `now`, expire at `until` or before. A walk over an index of those. */
  countExpiring(now: number, until: number): Promise<number>;
  /**
   * How many live statements every key has, and the latest `exp` of anything it signed; keys that signed nothing
   * included. A walk over an index of all that has not expired.
   */
  liveByKey(now: number): Promise<
    readonly {
      readonly kid: string;
      readonly statements: number;
      readonly lastExpiresAt: number | undefined;
    }[]
  >;
  /** A walk over the statements of one publisher or software. */
  liveStatements(
    of: { readonly publisherId: string } | { readonly softwareId: string },
    now: number,
    maxAudiences: number,
  ): Promise<LiveStatements>;
  /** A walk over an index of those that the key signed, that are not revoked and name an authorization server. */
  audiencesOfKey(kid: string, now: number, maxAudiences: number): Promise<KeyAudiences>;
  /** A walk over an index of those in that state. */
  countSubmissions(state: SubmissionState): Promise<number>;

  /** Documents that did not answer as they should, looked at since then, newest first. */
  failedEvidence(since: number, limit: number): Promise<readonly Evidence[]>;
  countFailedEvidence(since: number): Promise<number>;
  /** Claims whose checks fail now, the longest first. */
  failingDomainClaims(limit: number): Promise<readonly DomainClaim[]>;
  countFailingDomainClaims(): Promise<number>;

  /** Names by id, in no order; unknown ids are left out. A workload is called by its label. */
  names(
    of: NamedKind,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** People whose name or address holds `search`, newest first. */
  findPeople(
    filter: {
      readonly search?: string | undefined;
      readonly role?: IssuerRole | undefined;
      readonly state?: Person['state'] | undefined;
    },
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly Person[]>;
  /** The publishers that a person is a developer of. */
  publishersOf(
    personId: string,
  ): Promise<readonly { readonly publisher: Publisher; readonly createdAt: number }[]>;
};
