import type { Agent } from '../agent.ts';
import type { DocumentReference } from '../client-identifier.ts';
import type { Profile } from '../statement/statement.ts';

/**
 * A secret that authorises one exchange at the token endpoint (draft-mcguinness-oauth-cimd-sw-stmt-issuance, Token Exchange Profile):
 * time limited, single-use, bound to a software and, where it says so, to one client identifier URL.
 */
export type InitialAccessToken = {
  readonly id: string;
  readonly softwareId: string;
  readonly publisherId: string;
  readonly label: string;
  /** The client identifier URL it is bound to; null for requests that name the software by its `software_id`. */
  readonly clientId: string | null;
  /** The audiences it may ask for; null for whatever policy allows. */
  readonly audience: readonly string[] | null;
  readonly secretSha256: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
  readonly version: number;
};

/** By what whoever asked can be recognised when they come again. */
export type Holder = {
  /** RFC 7638 thumbprint of the DPoP key (RFC 9449 §6.1); null when the client authenticates with a key of its own. */
  readonly dpopJkt: string | null;
  /** RFC 7638 thumbprint of the key the client authenticated with; null for a public client. */
  readonly clientKey: string | null;
};

export const DEFERRAL_STATES = ['pending', 'issued', 'denied', 'cancelled'] as const;
export type DeferralState = (typeof DEFERRAL_STATES)[number];

/** A request that waits for people (draft-ietf-oauth-deferred-token-response). */
export type Deferral = {
  /** base64url SHA-256 of the deferral code, which only the client holds. */
  readonly id: string;
  readonly softwareId: string;
  readonly publisherId: string;
  /** The submission people decide on. */
  readonly submissionId: string;
  /** The client identifier URL of the request; null when it named the software by its `software_id`. */
  readonly clientId: string | null;
  readonly profile: Profile;
  /** What was asked for; narrowed when the statement is issued, never widened. */
  readonly audience: readonly string[] | null;
  /** The document the decision is about; null for metadata that was posted. */
  readonly document: DocumentReference | null;
  readonly agent: Agent;
  readonly holder: Holder;
  readonly renewedFrom: string | null;
  readonly state: DeferralState;
  /** The statement that came of it. */
  readonly jti: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When it was last asked about; null before. Kept without a ledger entry, like the two that follow. */
  readonly polledAt: number | null;
  /** Seconds to wait between two polls; each `slow_down` adds five. */
  readonly intervalSeconds: number;
  /** How often in a row somebody asked too early. */
  readonly earlyPolls: number;
  readonly version: number;
};

/** What the redirect flow hands out (issuance draft, Software Statement Code Response): redeemed once, soon. */
export type StatementCode = {
  /** base64url SHA-256 of the code. */
  readonly id: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** RFC 7636 §4.2, S256 always. */
  readonly codeChallenge: string;
  readonly dpopJkt: string | null;
  readonly document: DocumentReference;
  readonly audience: readonly string[] | null;
  /** The submission it stands on; null when the answer is no, which the client learns when it redeems. */
  readonly submissionId: string | null;
  /** The person who answered in the browser. */
  readonly agent: Agent;
  readonly expiresAt: number;
  readonly spentAt: number | null;
  /** The deferral that came of it, ended should the code be presented again. */
  readonly deferralId: string | null;
};

/** A token of somebody else that was accepted once and must not be again. */
export type SpentToken = {
  /** base64url SHA-256 of what names it: its issuer and `jti`, or the token itself. */
  readonly id: string;
  /** From here on the token is refused for its age, and this can be forgotten. */
  readonly expiresAt: number;
};
