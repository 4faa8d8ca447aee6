import type { DocumentReference } from '../../domain/client-identifier.ts';
import { redirectPlaces, type RedirectPlace } from '../../domain/client-metadata/hosts.ts';
import {
  authenticationInWords,
  grantsInWords,
  scopesInWords,
  type InWords,
} from '../../domain/client-metadata/in-words.ts';
import { textMember } from '../../domain/json.ts';
import type { Publisher } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { effectiveState } from '../../domain/statement/statement.ts';
import type { Submission } from '../../domain/submission.ts';
import type { SoftwareStanding } from '../../ports.ts';
import type { CatalogueEvent, StatementCount } from '../../ports/catalogue.ts';
import { approvedDocument, type DocumentStanding } from '../documents/standing.ts';
import type { Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { nameOf, type CatalogueStatus } from './list.ts';

/** At most so many statements are counted, the newest: the count of one software must not cost more than a page. */
export const COUNTED_STATEMENTS = 10_000;
/** At most so many events are told. */
export const TOLD_EVENTS = 200;

/** How the statements of a software stand, and how many were looked at. */
export type StatementSummary = {
  readonly live: number;
  readonly suspended: number;
  readonly revoked: number;
  readonly expired: number;
  /** False when there are older ones that were not counted. */
  readonly isComplete: boolean;
};

/** What the approval that stands attests. */
export type VouchedFacts = {
  readonly softwareVersion: string;
  /** NumericDate, seconds. */
  readonly approvedAt: number;
  /** The Client ID Metadata Document it was read from; null where metadata was posted. */
  readonly document:
    | (DocumentReference & {
        /** Since when something else was seen in its place; null while that is not so. */
        readonly changedSince: number | null;
      })
    | null;
  readonly redirectPlaces: readonly RedirectPlace[];
  readonly grants: readonly InWords[];
  readonly scopes: readonly InWords[];
  readonly authentication: InWords;
  /** Addresses that the publisher gave, as they were approved. */
  readonly pages: {
    readonly client: string | undefined;
    readonly policy: string | undefined;
    readonly terms: string | undefined;
  };
};

export type CatalogueEntry = {
  readonly softwareId: string;
  readonly name: string;
  readonly softwareName: string;
  readonly publisher: Pick<Publisher, 'id' | 'name' | 'state' | 'verifiedDomains'>;
  readonly status: CatalogueStatus;
  /** Whose suspension it is; null while nothing is suspended. */
  readonly suspended: 'software' | 'publisher' | null;
  /** Null for a software whose approval was withdrawn: only its history is told. */
  readonly vouched: VouchedFacts | null;
  readonly statements: StatementSummary;
  /** Newest first, from the ledger. */
  readonly history: readonly CatalogueEvent[];
};

/**
 * One software as anybody may see it. A software that was never approved is `not_found`, like one that does not exist; one whose
 * approval was withdrawn, or whose publisher was revoked, keeps its history under its address.
 */
export async function readCatalogueEntry(
  issuer: Issuer,
  softwareId: string,
): Promise<Result<CatalogueEntry, Refusal>> {
  const notFound = err({ code: 'not_found', what: 'software', id: softwareId } as const);
  const standing = await issuer.store.software(softwareId);
  if (standing === undefined) return notFound;
  const { software, publisher } = standing;
  const approved = publisher.state === 'revoked' ? undefined : standing.approved;
  const [events, counts, document] = await Promise.all([
    issuer.store.catalogueEvents({ softwareId, publisherId: publisher.id }, TOLD_EVENTS + 1),
    issuer.store.countStatements(softwareId, issuer.clock.now(), COUNTED_STATEMENTS + 1),
    approvedDocument(issuer, standing),
  ]);
  if (standing.approved === undefined && !events.some(wasVouched)) return notFound;
  const name = approved === undefined ? software.name : nameOf(approved.metadata, software.name);
  return ok({
    softwareId,
    name,
    softwareName: software.name,
    publisher: {
      id: publisher.id,
      name: publisher.name,
      state: publisher.state,
      verifiedDomains: publisher.verifiedDomains,
    },
    ...statusOf(standing, approved),
    vouched: approved === undefined ? null : factsOf(approved, publisher, document),
    statements: summaryOf(counts, standing),
    history: sinceVouched(events).slice(0, TOLD_EVENTS),
  });
}

function statusOf(
  { software, publisher }: SoftwareStanding,
  approved: Submission | undefined,
): Pick<CatalogueEntry, 'status' | 'suspended'> {
  if (approved === undefined) return { status: 'withdrawn', suspended: null };
  if (publisher.state !== 'active') return { status: 'suspended', suspended: 'publisher' };
  if (software.state !== 'active') return { status: 'suspended', suspended: 'software' };
  return { status: 'active', suspended: null };
}

function factsOf(
  approved: Submission,
  publisher: Publisher,
  document: DocumentStanding | undefined,
): VouchedFacts {
  const { metadata, softwareVersion, closedAt, submittedAt } = approved;
  const page = (member: string) => {
    const uri = textMember(metadata, member);
    return uri === '' ? undefined : uri;
  };
  return {
    softwareVersion,
    approvedAt: closedAt ?? submittedAt,
    document:
      document === undefined
        ? null
        : {
            ...document.document,
            changedSince: document.served === 'changed' ? (document.watch?.driftedSince ?? null) : null,
          },
    redirectPlaces: redirectPlaces(metadata, publisher.verifiedDomains),
    grants: grantsInWords(metadata),
    scopes: scopesInWords(metadata),
    authentication: authenticationInWords(metadata),
    pages: { client: page('client_uri'), policy: page('policy_uri'), terms: page('tos_uri') },
  };
}

function summaryOf(
  counts: readonly StatementCount[],
  { software, publisher }: SoftwareStanding,
): StatementSummary {
  const summary = { live: 0, suspended: 0, revoked: 0, expired: 0 };
  for (const { state, isExpired, count } of counts) {
    const effective = effectiveState(state, software.state, publisher.state);
    if (effective === 'revoked') summary.revoked += count;
    else if (isExpired) summary.expired += count;
    else summary[effective === 'valid' ? 'live' : 'suspended'] += count;
  }
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return { ...summary, isComplete: total <= COUNTED_STATEMENTS };
}

function wasVouched({ kind }: CatalogueEvent): boolean {
  return kind === 'approved' || kind === 'superseded';
}

/** What happened before the first approval is nobody's business: nothing was vouched for then. */
function sinceVouched(events: readonly CatalogueEvent[]): readonly CatalogueEvent[] {
  const first = events.findLastIndex(wasVouched);
  return first === -1 || events.length > TOLD_EVENTS ? events : events.slice(0, first + 1);
}
