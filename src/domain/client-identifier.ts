/** A Client ID Metadata Document as a submission names it: where it is, and which octets were looked at. */
export type DocumentReference = {
  /** The client identifier URL (draft-ietf-oauth-client-id-metadata-document §3). */
  readonly url: string;
  /** base64url SHA-256 of the exact octets, `cimd_digest` (draft-mcguinness-oauth-cimd-sw-stmt, Metadata Digest). */
  readonly digest: string;
};

/** The exact octets that were looked at, kept because a copy written anew could not give the digest again. */
export type MetadataDocument = DocumentReference & {
  /** base64url. */
  readonly octets: string;
  /** NumericDate of the first time these octets were fetched. */
  readonly fetchedAt: number;
};

/** A client identifier URL that speaks for one software, since its first document was approved. */
export type ClientIdentifier = {
  readonly url: string;
  readonly softwareId: string;
  readonly publisherId: string;
  readonly boundAt: number;
  /** `iat` of the latest statement about it, which the next one must exceed (cimd-sw-stmt, The Software Statement); 0 before the first. */
  readonly lastIssuedAt: number;
  readonly version: number;
};

/** How the document behind a client identifier compares with what was approved, the last time somebody looked. */
export type DocumentWatch = {
  readonly url: string;
  readonly softwareId: string;
  readonly checkedAt: number | null;
  readonly nextCheckAt: number;
  /** Digest of what was served when last fetched; null before the first time. */
  readonly seenDigest: string | null;
  /** Since when something else is served than what was approved; null while it is the same. */
  readonly driftedSince: number | null;
  /** Why no review of what is served now could be opened: what is wrong with it; null when one was, or none is needed. */
  readonly problem: string | null;
  /** Why it could not be fetched the last time; null when it could. */
  readonly failure: string | null;
  /** Since when it could not be fetched; null when it could the last time. */
  readonly failingSince: number | null;
  readonly version: number;
};

/** Seconds between two looks at an approved document. */
export const DOCUMENT_CHECK_SECONDS = 3_600;
const FIRST_RETRY_SECONDS = 300;
const SELDOM_SECONDS = 86_400;

/** How what is served compares with octets that were looked at, as far as the issuer knows. */
export type Served = 'same' | 'changed' | 'unknown';

/** Whether what was served when the issuer last looked is a document with this digest. */
export function servedAgainst(watch: DocumentWatch | undefined, digest: string): Served {
  if (watch === undefined || watch.seenDigest === null) return 'unknown';
  return watch.seenDigest === digest ? 'same' : 'changed';
}

/**
 * A watch after nobody answered as they should: what was seen before stands, and it is asked again, ever more seldom.
 *
 * @param now NumericDate, seconds
 */
export function afterFailedLook(watch: DocumentWatch, detail: string, now: number): DocumentWatch {
  const failingSince = watch.failingSince ?? now;
  const pause = Math.min(Math.max(now - failingSince, FIRST_RETRY_SECONDS), SELDOM_SECONDS);
  return {
    ...watch,
    checkedAt: now,
    nextCheckAt: now + pause,
    failure: detail,
    failingSince,
    version: watch.version + 1,
  };
}

/** A watch after octets were seen: `approved` is the digest of what was approved. A drift begins with the first other digest. */
export function afterLook(
  watch: DocumentWatch,
  seen: { readonly digest: string; readonly approved: string; readonly problem: string | null },
  now: number,
): DocumentWatch {
  const isSame = seen.digest === seen.approved;
  return {
    ...watch,
    checkedAt: now,
    nextCheckAt: now + DOCUMENT_CHECK_SECONDS,
    seenDigest: seen.digest,
    driftedSince: isSame ? null : (watch.driftedSince ?? now),
    problem: isSame ? null : seen.problem,
    failure: null,
    failingSince: null,
    version: watch.version + 1,
  };
}

/** A watch over a document that no approval is about any more: it is not fetched, and nothing is said of it. */
export function atRest(watch: DocumentWatch, now: number): DocumentWatch {
  return {
    ...watch,
    nextCheckAt: now + SELDOM_SECONDS,
    seenDigest: null,
    driftedSince: null,
    problem: null,
    failure: null,
    failingSince: null,
    version: watch.version + 1,
  };
}

/**
 * A watch once a document was approved. What the submission was made of counts as seen, unless somebody looked later: then what they saw does.
 *
 * @param approved.sentAt when the submission was sent, right after its document was fetched; NumericDate
 */
export function afterApproval(
  watch: DocumentWatch,
  approved: { readonly digest: string; readonly sentAt: number },
  now: number,
): DocumentWatch {
  const isSeenLater = watch.seenDigest !== null && (watch.checkedAt ?? 0) > approved.sentAt;
  const seenDigest = isSeenLater ? watch.seenDigest : approved.digest;
  const isSame = seenDigest === approved.digest;
  return {
    ...watch,
    // Looked at soon: it may have changed while people read.
    nextCheckAt: now,
    seenDigest,
    driftedSince: isSame ? null : (watch.driftedSince ?? now),
    problem: isSame ? null : watch.problem,
    version: watch.version + 1,
  };
}
