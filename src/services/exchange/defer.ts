import { encodeBase64url } from '../../domain/base64url.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Deferral, Holder } from '../../domain/exchange/exchange.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { isOpen, type Submission } from '../../domain/submission.ts';
import type { LedgerEntry } from '../../domain/ledger/entry.ts';
import type { Change, SoftwareStanding } from '../../ports.ts';
import { reviewedMetadata, type Snapshot } from '../documents/snapshot.ts';
import { agentOf, currentPolicy, entryOf, type Issuer } from '../issuer.ts';
import { planSubmission, versionOfDocument } from '../plan-submission.ts';
import { readMetadata } from '../preview.ts';
import type { TokenPlan } from './commit.ts';
import type { TokenOutcome } from './request.ts';
import type { Subject } from './subject.ts';
import { asTokenRefusal, no } from './token-refusals.ts';

/** What people are to look at: a document as it is served now, or a version that was posted. */
export type Material = Snapshot | { readonly softwareVersion: string; readonly metadata: JsonValue };

export type DeferralOrder = {
  readonly standing: SoftwareStanding;
  readonly subject: Subject;
  readonly holder: Holder;
  readonly clientId: string | null;
  readonly profile: Profile;
  readonly audience: readonly string[] | null;
  readonly material: Material | undefined;
};

/** How many earlier submissions of a software are looked through for the same document. */
const LOOKED_THROUGH = 20;

/**
 * Prepares the commit that files what people must look at, unless they are looking at the very same already, and the deferral the client waits
 * with (draft-ietf-oauth-deferred-token-response). What was rejected is denied at once: asking again with the same octets changes nothing.
 */
export async function planDeferral(
  issuer: Issuer,
  order: DeferralOrder,
): Promise<Result<TokenPlan<TokenOutcome>, TokenRefusal>> {
  const { standing, subject } = order;
  const { software } = standing;
  const now = issuer.clock.now();
  const [policy, pending] = await Promise.all([
    currentPolicy(issuer),
    issuer.store.countPendingDeferrals(software.id, now),
  ]);
  if (pending >= policy.exchange.maxPending)
    return no('temporarily_unavailable', 'Too many requests about this software wait for people.', 3_600);
  const filed = await submissionFor(issuer, order);
  if (!filed.ok) return filed;
  const { submission, entries, changes } = filed.value;
  if (submission.state === 'rejected')
    return ok({
      entries: [
        entryOf(issuer, subject.cause, 'exchange.denied', {
          subject: submission.id,
          publisherId: software.publisherId,
          softwareId: software.id,
          data: { reason: 'rejected before', ...subject.about },
        }),
      ],
      changes: subject.spends,
      refusal: {
        error: 'access_denied',
        description: 'This was reviewed and rejected. Change it before asking again.',
      },
    });
  const code = encodeBase64url(issuer.random(32));
  const deferral: Deferral = {
    id: sha256Base64url(code),
    softwareId: software.id,
    publisherId: software.publisherId,
    submissionId: submission.id,
    clientId: order.clientId,
    profile: order.profile,
    audience: order.audience,
    document: submission.document,
    agent: agentOf(subject.cause),
    holder: order.holder,
    renewedFrom: subject.renews?.statement.jti ?? null,
    state: 'pending',
    jti: null,
    createdAt: now,
    expiresAt: now + policy.exchange.deferralLifetimeSeconds,
    polledAt: null,
    intervalSeconds: policy.exchange.pollIntervalSeconds,
    earlyPolls: 0,
    version: 1,
  };
  const entry = entryOf(issuer, subject.cause, 'exchange.deferred', {
    subject: submission.id,
    publisherId: software.publisherId,
    softwareId: software.id,
    data: {
      deferral: deferral.id,
      client_id: order.clientId,
      profile: order.profile,
      audience: order.audience,
      expires_at: deferral.expiresAt,
      ...subject.about,
    },
  });
  return ok({
    entries: [entry, ...entries],
    changes: [...changes, { insert: 'deferral', row: deferral }, ...subject.spends],
    value: {
      kind: 'deferred',
      code,
      expiresIn: deferral.expiresAt - now,
      interval: deferral.intervalSeconds,
    },
  });
}

type Filed = {
  readonly submission: Submission;
  readonly entries: readonly LedgerEntry[];
  readonly changes: readonly Change[];
};

/** The submission that is about the same thing already, or a new one. */
async function submissionFor(
  issuer: Issuer,
  { standing, subject, material }: DeferralOrder,
): Promise<Result<Filed, TokenRefusal>> {
  if (material === undefined) return no('access_denied', 'There is nothing that could be reviewed.');
  const earlier = await earlierAbout(issuer, standing, material);
  if (earlier !== undefined) return ok({ submission: earlier, entries: [], changes: [] });
  const planned = await planSubmission(issuer, subject.cause, standing, {
    ...('document' in material
      ? {
          softwareVersion: await versionOfDocument(issuer, standing.software.id, material.document.digest),
          metadata: reviewedMetadata(material),
          document: material.document,
        }
      : { softwareVersion: material.softwareVersion, metadata: material.metadata, document: null }),
    note: null,
  });
  return planned.ok ? planned : asTokenRefusal(planned.error);
}

/** The latest submission about the same thing, if it is open or was rejected. */
async function earlierAbout(
  issuer: Issuer,
  standing: SoftwareStanding,
  material: Material,
): Promise<Submission | undefined> {
  const page = { limit: LOOKED_THROUGH, after: undefined };
  const [latest, digest] = await Promise.all([
    issuer.store.submissions({ softwareId: standing.software.id }, page, 'newest'),
    'document' in material ? undefined : metadataDigest(issuer, standing, material.metadata),
  ]);
  const same = latest.find(({ document, softwareVersion, metadataSha256 }) =>
    'document' in material
      ? document?.url === material.document.url && document.digest === material.document.digest
      : softwareVersion === material.softwareVersion && metadataSha256 === digest,
  );
  return same !== undefined && (isOpen(same.state) || same.state === 'rejected') ? same : undefined;
}

/** What identifies metadata among the submissions of a software; undefined for metadata that breaks a rule. */
export async function metadataDigest(
  issuer: Issuer,
  standing: SoftwareStanding,
  input: JsonValue,
): Promise<string | undefined> {
  const { metadata } = await readMetadata(issuer, standing, input);
  return metadata === undefined ? undefined : sha256Base64url(JSON.stringify(metadata));
}
