import type { Actor } from '../domain/access.ts';
import type { DomainClaim } from '../domain/domain-claim.ts';
import type { Checkpoint } from '../domain/ledger/entry.ts';
import type { LedgerCheck } from '../domain/ledger/ledger-check.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Evidence } from '../domain/review/evidence.ts';
import { isPublished, type SigningKey } from '../domain/signing-key.ts';
import { authorize } from './authorize.ts';
import { changedDocuments } from './documents/changed.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import { keptFor } from './kept.ts';
import { liveByKey } from './key-impact.ts';
import { lastLedgerCheck } from './ledger-check.ts';
import type { Publications } from './publications.ts';
import { publishedLists, type PublishedList } from './published-lists.ts';
import type { Refusal } from './refusal.ts';

/** How the issuer stands, at one glance. Times are NumericDates, seconds. */
export type Overview = {
  readonly now: number;
  /** Up to ten seconds old. */
  readonly statements: { readonly live: number; readonly in7Days: number; readonly in30Days: number };
  readonly queue: { readonly waiting: number; readonly oldestSubmittedAt: number | undefined };
  /** The keys that are published, oldest first. */
  readonly keys: readonly OverviewKey[];
  readonly statusLists: readonly PublishedList[];
  readonly failing: {
    /** Documents looked at since then. */
    readonly since: number;
    readonly documents: number;
    readonly newestDocuments: readonly Evidence[];
    readonly domains: number;
    readonly oldestDomains: readonly DomainClaim[];
  };
  /** Approved documents that are not what is served any more. */
  readonly changedDocuments: Awaited<ReturnType<typeof changedDocuments>>;
  readonly ledger: {
    readonly entries: number;
    readonly checkpoint: Checkpoint | undefined;
    /** Entries that no checkpoint covers yet. */
    readonly unsealed: number;
  };
  readonly lastCheck: LedgerCheck | undefined;
};

export type OverviewKey = {
  readonly key: SigningKey;
  /** When it came into its state. */
  readonly since: number;
  /** When it has been published long enough to sign. */
  readonly readyAt: number;
  readonly liveStatements: number;
};

const DAY = 86_400;
const COUNT_SECONDS = 10;
const FAILING_DAYS = 30;
const EXAMPLES = 5;

/** Counting live statements walks over an index of a million of them. */
const statementCounts = keptFor(COUNT_SECONDS, async (issuer) => {
  const now = issuer.clock.now();
  const [live, in7Days, in30Days] = await Promise.all([
    issuer.store.countLiveStatements('all', now),
    issuer.store.countExpiring(now, now + 7 * DAY),
    issuer.store.countExpiring(now, now + 30 * DAY),
  ]);
  return { live, in7Days, in30Days };
});

/** Everything an operator or auditor wants to see first. */
export async function readOverview(
  issuer: Issuer,
  actor: Actor,
  publications: Pick<Publications, 'statusList'>,
): Promise<Result<Overview, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const now = issuer.clock.now();
  const since = now - FAILING_DAYS * DAY;
  const { store } = issuer;
  const [statements, waiting, oldest, keys, statusLists, failing, changed, entries, checkpoint, lastCheck] =
    await Promise.all([
      statementCounts(issuer),
      store.countSubmissions('submitted'),
      store.submissions({ states: ['submitted'] }, { limit: 1 }, 'oldest'),
      publishedKeys(issuer),
      publishedLists(issuer, publications),
      Promise.all([
        store.countFailedEvidence(since),
        store.failedEvidence(since, EXAMPLES),
        store.countFailingDomainClaims(),
        store.failingDomainClaims(EXAMPLES),
      ]),
      changedDocuments(issuer, actor, EXAMPLES),
      store.entryCount(),
      store.latestCheckpoint(),
      lastLedgerCheck(issuer),
    ]);
  const [documents, newestDocuments, domains, oldestDomains] = failing;
  return ok({
    now,
    statements,
    queue: { waiting, oldestSubmittedAt: oldest[0]?.submittedAt },
    keys,
    statusLists,
    failing: { since, documents, newestDocuments, domains, oldestDomains },
    changedDocuments: changed,
    ledger: { entries, checkpoint, unsealed: Math.max(0, entries - (checkpoint?.size ?? 0)) },
    lastCheck,
  });
}

async function publishedKeys(issuer: Issuer): Promise<readonly OverviewKey[]> {
  const [keys, counts, { keys: times }] = await Promise.all([
    issuer.store.signingKeys(),
    liveByKey(issuer),
    currentPolicy(issuer),
  ]);
  const countOf = new Map(counts.map(({ kid, statements }) => [kid, statements]));
  return keys
    .filter(({ state }) => isPublished(state))
    .map((key) => ({
      key,
      since: key.retiringAt ?? key.activatedAt ?? key.createdAt,
      readyAt: key.createdAt + times.prePublicationSeconds,
      liveStatements: countOf.get(key.kid) ?? 0,
    }));
}
