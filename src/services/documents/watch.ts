import {
  afterFailedLook,
  afterLook,
  atRest,
  type DocumentReference,
  type DocumentWatch,
} from '../../domain/client-identifier.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { SoftwareStanding } from '../../ports.ts';
import { forEachAtMost } from '../for-each-at-most.ts';
import { decideAndCommit, entryOf, type Issuer, type Plan } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { softwareOf } from '../software.ts';
import { fileChange, type Filing } from './file-change.ts';
import { takeSnapshot, type Snapshot, type SnapshotRefusal } from './snapshot.ts';

/** Nobody else begins a look while one is under way; should it die, the next begins after this. */
const LEASE_SECONDS = 60;
const DUE_AT_ONCE = 100;
const CONCURRENCY = 4;

/**
 * Looks at the approved documents that are due: whether what is served is still what was approved. A change is put before reviewers, once for
 * each digest, and is in the ledger in the same commit; a document that cannot be fetched is asked ever more seldom.
 *
 * @param isOver asked between two documents; true ends the work early
 */
export async function watchDueDocuments(issuer: Issuer, isOver: () => boolean = () => false): Promise<void> {
  const due = await issuer.store.documentWatchesDue(issuer.clock.now(), DUE_AT_ONCE);
  await forEachAtMost(CONCURRENCY, due, async (watch) => {
    if (!isOver()) await look(issuer, watch);
  });
}

async function look(issuer: Issuer, watch: DocumentWatch): Promise<void> {
  const taken = {
    ...watch,
    nextCheckAt: issuer.clock.now() + LEASE_SECONDS,
    version: watch.version + 1,
  };
  if (!(await issuer.store.noteDocumentCheck(taken))) return;
  const standing = await softwareOf(issuer, watch.softwareId);
  const isInForce = standing.ok && approvedDocument(standing.value, watch.url) !== undefined;
  const seen = isInForce ? await takeSnapshot(issuer, watch.url) : undefined;
  const noted = await decideAndCommit<void>(issuer, () => plan(issuer, taken, seen));
  if (!noted.ok)
    issuer.log('warn', 'document.not_noted', { software_id: watch.softwareId, code: noted.error.code });
}

/** The document that is in force for a URL: of the approval that stands, of a publisher that was not revoked. */
function approvedDocument(
  { approved, publisher }: SoftwareStanding,
  url: string,
): DocumentReference | undefined {
  const document = publisher.state === 'revoked' ? null : (approved?.document ?? null);
  return document?.url === url ? document : undefined;
}

async function plan(
  issuer: Issuer,
  taken: DocumentWatch,
  seen: Result<Snapshot, SnapshotRefusal> | undefined,
): Promise<Result<Plan<void>, Refusal>> {
  const [watch, found] = await Promise.all([
    issuer.store.documentWatch(taken.url),
    softwareOf(issuer, taken.softwareId),
  ]);
  if (!found.ok) return found;
  // An approval came in between, and what was fetched before it says nothing about it; it is due again.
  if (watch?.version !== taken.version) return ok({ replay: undefined });
  const approved = approvedDocument(found.value, watch.url);
  const now = issuer.clock.now();
  if (approved === undefined || seen === undefined)
    return settle(issuer, found.value, watch, atRest(watch, now), 'no_longer_in_force');
  const digest = seen.ok ? seen.value.document.digest : seen.error.digest;
  if (digest === undefined)
    return note(issuer, afterFailedLook(watch, seen.ok ? '' : seen.error.detail, now));
  if (digest === approved.digest) {
    const row = afterLook(watch, { digest, approved: digest, problem: null }, now);
    return settle(issuer, found.value, watch, row, 'served_again');
  }
  const filing = await fileChange(issuer, found.value, watch.url, seen, digest);
  const row = afterLook(watch, { digest, approved: approved.digest, problem: filing.problem }, now);
  return drift(issuer, found.value, { watch, row, approved, filing });
}

async function note(issuer: Issuer, row: DocumentWatch): Promise<Result<Plan<void>, Refusal>> {
  await issuer.store.noteDocumentCheck(row);
  return ok({ replay: undefined });
}

/** The end of a drift, or one more look at which nothing was wrong. */
async function settle(
  issuer: Issuer,
  { software, publisher }: SoftwareStanding,
  watch: DocumentWatch,
  row: DocumentWatch,
  because: 'served_again' | 'no_longer_in_force',
): Promise<Result<Plan<void>, Refusal>> {
  if (watch.driftedSince === null) return note(issuer, row);
  return ok({
    entries: [
      entryOf(issuer, 'issuer', 'document.settled', {
        subject: watch.url,
        publisherId: publisher.id,
        softwareId: software.id,
        data: { because, drifted_since: watch.driftedSince, cimd_digest: row.seenDigest },
      }),
    ],
    changes: [
      { unchanged: 'software', id: software.id, version: software.version },
      { replace: 'documentWatch', row },
    ],
    value: undefined,
  });
}

/** A change that was not seen before, or one that can be put before reviewers only now. */
async function drift(
  issuer: Issuer,
  { software, publisher }: SoftwareStanding,
  changed: {
    readonly watch: DocumentWatch;
    readonly row: DocumentWatch;
    readonly approved: DocumentReference;
    readonly filing: Filing;
  },
): Promise<Result<Plan<void>, Refusal>> {
  const { watch, row, approved, filing } = changed;
  const { planned, problem } = filing;
  const isNew = watch.driftedSince === null || watch.seenDigest !== row.seenDigest;
  const entries = isNew
    ? [
        entryOf(issuer, 'issuer', 'document.drifted', {
          subject: watch.url,
          publisherId: publisher.id,
          softwareId: software.id,
          data: {
            before: approved.digest,
            after: row.seenDigest,
            ...(planned === undefined ? {} : { submission_id: planned.submission.id }),
            ...(problem === null ? {} : { problem }),
          },
        }),
      ]
    : [];
  const [first, ...others] = [...entries, ...(planned?.entries ?? [])];
  if (first === undefined) return note(issuer, row);
  return ok({
    entries: [first, ...others],
    changes: [
      ...(planned?.changes ?? [
        { unchanged: 'software', id: software.id, version: software.version } as const,
      ]),
      { replace: 'documentWatch', row },
    ],
    value: undefined,
  });
}
