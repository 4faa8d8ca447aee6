import { afterApproval, DOCUMENT_CHECK_SECONDS } from '../../domain/client-identifier.ts';
import type { LedgerEntry } from '../../domain/ledger/entry.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Submission } from '../../domain/submission.ts';
import type { Change } from '../../ports.ts';
import { entryOf, type Cause, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';

export type Binding = { readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] };

/**
 * What an approval of a document brings with it: the first one binds its URL to the software, and a later one ends the drift it was about.
 * Where somebody saw yet another document after the submission was sent, the drift goes on.
 *
 * @returns `client_id_taken` when the URL has come to speak for another software meanwhile
 */
export async function bindDocument(
  issuer: Issuer,
  cause: Cause,
  approved: Submission,
): Promise<Result<Binding, Refusal>> {
  const { document, softwareId, publisherId } = approved;
  if (document === null) return ok({ entries: [], changes: [] });
  const { url, digest } = document;
  const [subject, watch] = await Promise.all([
    issuer.store.clientIdentifier(url),
    issuer.store.documentWatch(url),
  ]);
  if (subject !== undefined && subject.softwareId !== softwareId)
    return err({ code: 'client_id_taken', url });
  const now = issuer.clock.now();
  const about = { subject: url, publisherId, softwareId };
  if (subject === undefined || watch === undefined)
    return ok({
      entries: [
        entryOf(issuer, cause, 'client-identifier.bound', {
          ...about,
          data: { submission_id: approved.id, cimd_digest: digest },
        }),
      ],
      changes: [
        {
          insert: 'clientIdentifier',
          row: { url, softwareId, publisherId, boundAt: now, lastIssuedAt: 0, version: 1 },
        },
        {
          insert: 'documentWatch',
          row: {
            url,
            softwareId,
            checkedAt: null,
            nextCheckAt: now + DOCUMENT_CHECK_SECONDS,
            seenDigest: digest,
            driftedSince: null,
            problem: null,
            failure: null,
            failingSince: null,
            version: 1,
          },
        },
      ],
    });
  const row = afterApproval(watch, { digest, sentAt: approved.submittedAt }, now);
  const isSettled = watch.driftedSince !== null && row.driftedSince === null;
  return ok({
    entries: isSettled
      ? [
          entryOf(issuer, cause, 'document.settled', {
            ...about,
            data: { because: 'approved', submission_id: approved.id, cimd_digest: digest },
          }),
        ]
      : [],
    changes: [{ replace: 'documentWatch', row }],
  });
}
