import type { ClientMetadata } from '../domain/client-metadata/parse-client-metadata.ts';
import type { PublisherState } from '../domain/publisher.ts';
import type { Software } from '../domain/software.ts';
import type { StatementState } from '../domain/statement/statement.ts';
import type { Page } from './page.ts';

/** A software with the approval that stands, as far as anybody may see it. */
export type CatalogueRow = {
  /** Id of the approved submission; the list is ordered by it, newest first. */
  readonly approvalId: string;
  readonly softwareId: string;
  readonly softwareName: string;
  readonly softwareState: Software['state'];
  readonly publisherId: string;
  readonly publisherName: string;
  readonly publisherState: PublisherState;
  readonly verifiedDomains: readonly string[];
  readonly softwareVersion: string;
  readonly metadata: ClientMetadata;
  /** NumericDate, seconds. */
  readonly approvedAt: number;
};

export type CatalogueFilter = {
  /** Finds it in the software's name, the approved client_name, or the publisher's name; ASCII letters match in any case. */
  readonly search?: string | undefined;
  readonly publisherId?: string | undefined;
  /** Lower case: publishers with this verified domain, or with one above it. */
  readonly domain?: string | undefined;
  /** `suspended`: itself or its publisher; `active`: neither. */
  readonly standing?: 'active' | 'suspended' | undefined;
};

/** What can happen to a software that anybody may know. */
export const PUBLIC_EVENTS = [
  'approved',
  'superseded',
  'suspended',
  'reinstated',
  'revoked',
  'publisher_suspended',
  'publisher_reinstated',
  'publisher_revoked',
] as const;

/** What happened to a software, as far as anybody may know: no person, no reason. */
export type CatalogueEvent = {
  readonly seq: number;
  /** NumericDate, seconds. */
  readonly at: number;
  readonly kind: (typeof PUBLIC_EVENTS)[number];
  /** Of the approval that is meant; null where none is. */
  readonly softwareVersion: string | null;
};

/** How many statements of one state are expired or not. */
export type StatementCount = {
  readonly state: StatementState;
  readonly isExpired: boolean;
  readonly count: number;
};

/** Reads of what anybody may see. Approvals of revoked publishers are not in the list. */
export type CatalogueReads = {
  catalogue(filter: CatalogueFilter, page: Page): Promise<readonly CatalogueRow[]>;
  /** How many software and publishers the whole list names. */
  catalogueSize(): Promise<{ readonly software: number; readonly publishers: number }>;
  /** Newest first, at most `limit`. */
  catalogueEvents(
    of: { readonly softwareId: string; readonly publisherId: string },
    limit: number,
  ): Promise<readonly CatalogueEvent[]>;
  /** Among the newest `limit` statements of a software; expired means `exp <= now`. */
  countStatements(softwareId: string, now: number, limit: number): Promise<readonly StatementCount[]>;
  /** When the statement was renewed last, NumericDate seconds; undefined while it was not. */
  renewedAt(jti: string): Promise<number | undefined>;
};
