import type { SigningAlgorithm } from '../signing-key.ts';

/**
 * Shapes a statement can take: `rfc7591` carries the metadata itself; `cimd` the digest of a Client ID Metadata Document; `vc+jwt`
 * is a W3C Verifiable Credential; `jwt-svid` a SPIFFE JWT-SVID.
 */
export const PROFILES = ['rfc7591', 'cimd', 'vc+jwt', 'jwt-svid'] as const;
export type Profile = (typeof PROFILES)[number];

/** Whether a statement stands. Monotonic: nothing leaves `revoked`. */
export const STATEMENT_STATES = ['valid', 'suspended', 'revoked'] as const;
export type StatementState = (typeof STATEMENT_STATES)[number];

/** A signed JWT over an approval, as the issuer remembers it. */
export type Statement = {
  readonly jti: string;
  readonly softwareId: string;
  readonly publisherId: string;
  readonly submissionId: string;
  readonly softwareVersion: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly profile: Profile;
  readonly audience: readonly string[] | null;
  /** `iat` and `exp`, NumericDate seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly listId: string;
  readonly idx: number;
  /** Its own state; a suspended software or publisher suspends it too, see `effectiveState`. */
  readonly state: StatementState;
  readonly stateReason: string | null;
  readonly stateAt: number | null;
  /** The compact JWS. A bearer artifact at a registration endpoint: never logged, never in the ledger. */
  readonly jwt: string;
  /** base64url SHA-256 of the compact JWS; this is what the ledger holds. */
  readonly sha256: string;
  readonly issuedBy: string;
  readonly renewedFrom: string | null;
  readonly version: number;
};

/**
 * What the status list says of a statement: its own state, or suspended while its software or its publisher
 * is. A revoked publisher's statements are revoked one by one, so that nothing later can lift it.
 */
export function effectiveState(
  own: StatementState,
  software: 'active' | 'suspended',
  publisher: 'active' | 'suspended' | 'revoked',
): StatementState {
  if (own === 'revoked' || publisher === 'revoked') return 'revoked';
  return own === 'suspended' || software === 'suspended' || publisher === 'suspended' ? 'suspended' : 'valid';
}

export type StatementCommand = 'revoke' | 'suspend' | 'reinstate';

/** The state machine of a statement's own state; undefined when the command cannot happen in this state. */
export function nextStatementState(
  state: StatementState,
  command: StatementCommand,
): StatementState | undefined {
  switch (command) {
    case 'revoke':
      return state === 'revoked' ? undefined : 'revoked';
    case 'suspend':
      return state === 'valid' ? 'suspended' : undefined;
    case 'reinstate':
      return state === 'suspended' ? 'valid' : undefined;
  }
}
