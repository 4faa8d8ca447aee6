/** What clients remember of the answers they got: what must still hold whatever happens to the server. */
export type ClientMemory = {
  /** Compact JWS by `jti`, of every statement that was answered. */
  readonly statements: Map<string, string>;
  /** `jti` of every statement whose revocation was answered. */
  readonly revoked: Set<string>;
  /** Submission ids that were answered, with their `metadata_sha256`. */
  readonly submissions: Map<string, string>;
  /** Requests to issue that were sent and never answered, by their Idempotency-Key. */
  readonly unanswered: Map<string, { readonly path: string; readonly body: object }>;
};

export function emptyMemory(): ClientMemory {
  return { statements: new Map(), revoked: new Set(), submissions: new Map(), unanswered: new Map() };
}
