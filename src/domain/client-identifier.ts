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
  /** Why it could not be fetched the last time; null when it could. */
  readonly failure: string | null;
  readonly version: number;
};
