import type { ClientIdentifier, DocumentWatch, MetadataDocument } from '../domain/client-identifier.ts';
import type { Deferral, InitialAccessToken, StatementCode } from '../domain/exchange/exchange.ts';
import type { Workload } from '../domain/workload/workload.ts';
import type { Page } from './page.ts';

/** Reads and working data of what clients and workloads get statements by. */
export type ExchangeReads = {
  metadataDocument(url: string, digest: string): Promise<MetadataDocument | undefined>;
  clientIdentifier(url: string): Promise<ClientIdentifier | undefined>;
  clientIdentifiersOf(softwareId: string): Promise<readonly ClientIdentifier[]>;
  documentWatch(url: string): Promise<DocumentWatch | undefined>;
  documentWatchesOf(softwareId: string): Promise<readonly DocumentWatch[]>;
  /** Those to be looked at again by now, the longest due first. */
  documentWatchesDue(now: number, limit: number): Promise<readonly DocumentWatch[]>;
  /** Those that serve something else than what was approved, the longest first. */
  driftedDocuments(limit: number): Promise<readonly DocumentWatch[]>;
  countDriftedDocuments(): Promise<number>;
  /** Forgets tokens that are refused for their age by now. */
  sweepSpentTokens(now: number): Promise<void>;
  workload(id: string): Promise<Workload | undefined>;
  /** Oldest first; ended ones too. */
  workloadsOf(softwareId: string): Promise<readonly Workload[]>;
  initialAccessToken(id: string): Promise<InitialAccessToken | undefined>;
  /** Newest first. */
  initialAccessTokensOf(softwareId: string, page: Page): Promise<readonly InitialAccessToken[]>;
  deferral(id: string): Promise<Deferral | undefined>;
  deferralsOf(submissionId: string): Promise<readonly Deferral[]>;
  /** How many requests about a software wait for people. */
  countPendingDeferrals(softwareId: string, now: number): Promise<number>;

  /** Keeps when a document was looked at and what was found, over version `watch.version - 1`; false when somebody else was faster. */
  noteDocumentCheck(watch: DocumentWatch): Promise<boolean>;
  /** Keeps when a deferral was asked about. Nothing else of it changes. */
  notePoll(
    id: string,
    poll: Pick<Deferral, 'intervalSeconds' | 'earlyPolls'> & { readonly polledAt: number },
  ): Promise<void>;
  saveStatementCode(code: StatementCode): Promise<void>;
  /** Marks a code as presented and gives it as it was before: `spentAt` is null for the first to come, and for nobody else. */
  spendStatementCode(id: string, now: number): Promise<StatementCode | undefined>;
  /** Remembers which deferral came of a code. */
  noteCodeDeferral(id: string, deferralId: string): Promise<void>;
  /** Marks a token as spent; false when it was already. Sweeps up what is too old to matter at `now`. */
  spendToken(id: string, expiresAt: number, now: number): Promise<boolean>;
  /** Whether a token was spent. */
  isSpent(id: string): Promise<boolean>;
};
