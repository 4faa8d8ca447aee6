import type { IssuerRole } from '../access.ts';

/** What a one-time link is for: the first operator, a new person, or somebody who lost their passkeys. */
export const INVITATION_PURPOSES = ['set_up', 'invite', 'recover'] as const;
export type InvitationPurpose = (typeof INVITATION_PURPOSES)[number];

/** A one-time link by which somebody gets a first passkey. Only the SHA-256 of its secret is kept. */
export type Invitation = {
  readonly id: string;
  readonly secretSha256: string;
  readonly purpose: InvitationPurpose;
  /** Who gets in with it; null for somebody who is made when it is accepted. */
  readonly personId: string | null;
  /** What the person to be made is called, and may do. */
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly IssuerRole[];
  /** The publisher they become a developer of. */
  readonly publisherId: string | null;
  /** Null for the link that the first start prints. */
  readonly createdBy: string | null;
  /** NumericDates, seconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
  readonly version: number;
};

export type InvitationState = 'open' | 'used' | 'revoked' | 'expired';

/** Whether the link still lets somebody in, and if not, why. */
export function invitationState(
  { usedAt, revokedAt, expiresAt }: Pick<Invitation, 'usedAt' | 'revokedAt' | 'expiresAt'>,
  now: number,
): InvitationState {
  if (usedAt !== null) return 'used';
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'open';
}
