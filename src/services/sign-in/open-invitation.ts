import type { Person, Publisher } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { invitationState, type Invitation } from '../../domain/sign-in/invitation.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import type { Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { parseSecretText } from './secret-text.ts';

/** An invitation that lets somebody in, with whom and what it names. */
export type OpenInvitation = {
  readonly invitation: Invitation;
  /** Who made it; undefined for the link of the first start. */
  readonly inviter: Person | undefined;
  /** Whom it lets in; undefined for somebody who is made when it is accepted. */
  readonly person: Person | undefined;
  readonly publisher: Publisher | undefined;
};

/** What a link lets its holder do. Refuses a link that is none of ours as not found, and one that is over with whom to ask. */
export async function readInvitation(issuer: Issuer, text: string): Promise<Result<OpenInvitation, Refusal>> {
  const parsed = parseSecretText(text);
  const invitation = parsed === undefined ? undefined : await issuer.store.invitation(parsed.id);
  return parsed !== undefined &&
    invitation !== undefined &&
    timingSafeEqual(sha256Base64url(parsed.secret), invitation.secretSha256)
    ? judge(issuer, invitation)
    : err({ code: 'not_found', what: 'invitation', id: 'with this link' });
}

/** The same by its id, for a ceremony that began with the link. */
export async function invitationById(issuer: Issuer, id: string): Promise<Result<OpenInvitation, Refusal>> {
  const invitation = await issuer.store.invitation(id);
  return invitation === undefined
    ? err({ code: 'not_found', what: 'invitation', id })
    : judge(issuer, invitation);
}

async function judge(issuer: Issuer, invitation: Invitation): Promise<Result<OpenInvitation, Refusal>> {
  const { createdBy, personId, publisherId } = invitation;
  const [inviter, person, publisher] = await Promise.all([
    createdBy === null ? undefined : issuer.store.person(createdBy),
    personId === null ? undefined : issuer.store.person(personId),
    publisherId === null ? undefined : issuer.store.publisher(publisherId),
  ]);
  const state = invitationState(invitation, issuer.clock.now());
  if (state !== 'open') return err({ code: 'invitation_over', state, inviter: inviter?.name ?? null });
  // What an operator has promised ends with their being one.
  if (createdBy !== null && !(inviter?.state === 'active' && inviter.roles.includes('operator')))
    return err({ code: 'invitation_over', state: 'revoked', inviter: 'an operator' });
  if (person?.state === 'disabled') return err({ code: 'sign_in_refused', because: 'person_disabled' });
  return ok({ invitation, inviter, person, publisher });
}
