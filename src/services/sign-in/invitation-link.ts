import type { Actor } from '../../domain/access.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { Invitation } from '../../domain/sign-in/invitation.ts';
import { entryOf, newId, type Issuer } from '../issuer.ts';
import { newSecretText } from './secret-text.ts';
import type { WholePart } from './session-plan.ts';

/** Seconds. */
export const DEFAULT_INVITATION_LIFETIME_SECONDS = 7 * 86_400;
export const MAX_INVITATION_LIFETIME_SECONDS = 90 * 86_400;

/** An invitation just made. */
export type NewInvitation = {
  readonly invitation: Invitation;
  /** The whole link, shown this once: whoever has it is let in. */
  readonly link: string;
};

/** What a request that may be a repeat made: nobody has the link any more when it is one. */
export type RepeatableInvitation = Pick<NewInvitation, 'invitation'> & {
  readonly link: string | undefined;
};

/** What makes an invitation, and its link. */
export function invitationOf(
  issuer: Issuer,
  cause: Actor | 'issuer',
  draft: Pick<Invitation, 'purpose' | 'personId' | 'name' | 'email' | 'roles' | 'publisherId'> & {
    readonly lifetimeSeconds?: number | undefined;
  },
): WholePart & NewInvitation {
  const id = newId(issuer);
  const { text, secret } = newSecretText(id, issuer.random(32));
  const { lifetimeSeconds = DEFAULT_INVITATION_LIFETIME_SECONDS, ...row } = draft;
  const now = issuer.clock.now();
  const invitation: Invitation = {
    ...row,
    id,
    secretSha256: sha256Base64url(secret),
    createdBy: cause === 'issuer' ? null : cause.personId,
    createdAt: now,
    expiresAt: now + lifetimeSeconds,
    usedAt: null,
    revokedAt: null,
    version: 1,
  };
  const { purpose, personId, roles, publisherId, expiresAt } = invitation;
  return {
    invitation,
    link: `${issuer.identifier}/invitations/${text}`,
    entries: [
      entryOf(issuer, cause, 'person.invited', {
        subject: id,
        ...(publisherId === null ? {} : { publisherId }),
        data: {
          purpose,
          person_id: personId,
          roles: [...roles],
          publisher_id: publisherId,
          expires_at: expiresAt,
        },
      }),
    ],
    changes: [{ insert: 'invitation', row: invitation }],
  };
}
