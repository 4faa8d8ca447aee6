import type { Actor } from '../../domain/access.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { invitationState, type Invitation } from '../../domain/sign-in/invitation.ts';
import type { Page } from '../../ports.ts';
import { authorize } from '../authorize.ts';
import { decideAndCommit, entryOf, rememberKey, replayOf, type Idempotency, type Issuer } from '../issuer.ts';
import { personOf } from '../people.ts';
import { publisherOf } from '../publishers.ts';
import type { Refusal } from '../refusal.ts';
import {
  invitationOf,
  MAX_INVITATION_LIFETIME_SECONDS,
  type NewInvitation,
  type RepeatableInvitation,
} from './invitation-link.ts';
import { readName } from '../names.ts';

/** Seconds. */
const MIN_LIFETIME_SECONDS = 60;

/** Whom to invite: their roles for the whole issuer, the publisher they become a developer of, or both. */
type Invited = Pick<Invitation, 'name' | 'email' | 'roles' | 'publisherId'> & {
  readonly lifetimeSeconds?: number | undefined;
};

/**
 * Makes a link by which a new person gets in: with roles for the whole issuer, as a developer of a publisher, or both.
 *
 * @param command.lifetimeSeconds 60 to MAX_INVITATION_LIFETIME_SECONDS; seven days when absent
 */
export function invite(
  issuer: Issuer,
  actor: Actor,
  command: Invited,
): Promise<Result<NewInvitation, Refusal>>;
export function invite(
  issuer: Issuer,
  actor: Actor,
  command: Invited,
  idempotency: Idempotency | undefined,
): Promise<Result<RepeatableInvitation, Refusal>>;
export async function invite(
  issuer: Issuer,
  actor: Actor,
  command: Invited,
  idempotency?: Idempotency,
): Promise<Result<RepeatableInvitation, Refusal>> {
  const allowed = authorize(actor, 'people:write', undefined);
  if (!allowed.ok) return allowed;
  const name = readName(command.name, '/name');
  if (!name.ok) return name;
  const lifetime = checkLifetime(command.lifetimeSeconds);
  if (!lifetime.ok) return lifetime;
  if (command.roles.length === 0 && command.publisherId === null) {
    const detail = 'name a role or a publisher: somebody without either can do nothing here';
    return err({ code: 'invalid_input', problems: [{ pointer: '/roles', detail }] });
  }
  return decideAndCommit<RepeatableInvitation>(issuer, async () => {
    const earlier = await earlierInvitation(issuer, actor, idempotency);
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) return ok(earlier.value);
    if (command.publisherId !== null) {
      const publisher = await publisherOf(issuer, command.publisherId);
      if (!publisher.ok) return publisher;
    }
    const { entries, changes, ...value } = invitationOf(issuer, actor, {
      ...command,
      name: name.value,
      purpose: 'invite',
      personId: null,
    });
    const remembered = rememberKey(issuer, actor, idempotency, value.invitation.id);
    return ok({ entries, changes: [...changes, ...remembered], value });
  });
}

/** Makes a link by which somebody who lost their passkeys makes a new one. When it is used, their sessions end. */
export function inviteToRecover(
  issuer: Issuer,
  actor: Actor,
  personId: string,
  lifetimeSeconds?: number,
): Promise<Result<NewInvitation, Refusal>>;
export function inviteToRecover(
  issuer: Issuer,
  actor: Actor,
  personId: string,
  lifetimeSeconds: number | undefined,
  idempotency: Idempotency | undefined,
): Promise<Result<RepeatableInvitation, Refusal>>;
export async function inviteToRecover(
  issuer: Issuer,
  actor: Actor,
  personId: string,
  lifetimeSeconds?: number,
  idempotency?: Idempotency,
): Promise<Result<RepeatableInvitation, Refusal>> {
  const allowed = authorize(actor, 'people:write', undefined);
  if (!allowed.ok) return allowed;
  const lifetime = checkLifetime(lifetimeSeconds);
  if (!lifetime.ok) return lifetime;
  return decideAndCommit<RepeatableInvitation>(issuer, async () => {
    const earlier = await earlierInvitation(issuer, actor, idempotency);
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) return ok(earlier.value);
    const person = await personOf(issuer, personId);
    if (!person.ok) return person;
    if (person.value.state !== 'active') return err({ code: 'sign_in_refused', because: 'person_disabled' });
    const { entries, changes, ...value } = invitationOf(issuer, actor, {
      purpose: 'recover',
      personId,
      name: person.value.name,
      email: person.value.email,
      roles: [],
      publisherId: null,
      lifetimeSeconds,
    });
    const remembered = rememberKey(issuer, actor, idempotency, value.invitation.id);
    return ok({ entries, changes: [...changes, ...remembered], value });
  });
}

/** Invitations, newest first, those that are over included; never their links. */
export async function listInvitations(
  issuer: Issuer,
  actor: Actor,
  page: Page,
): Promise<Result<readonly Invitation[], Refusal>> {
  const allowed = authorize(actor, 'people:read', undefined);
  return allowed.ok ? ok(await issuer.store.invitations(page)) : allowed;
}

/** Takes a link back; one that has expired changes nothing, one that was used cannot be taken back. */
export async function revokeInvitation(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<Invitation, Refusal>> {
  const allowed = authorize(actor, 'people:write', undefined);
  if (!allowed.ok) return allowed;
  return decideAndCommit<Invitation>(issuer, async () => {
    const invitation = await issuer.store.invitation(id);
    if (invitation === undefined) return err({ code: 'not_found', what: 'invitation', id });
    const now = issuer.clock.now();
    const state = invitationState(invitation, now);
    if (state === 'used') return err({ code: 'invitation_over', state, inviter: null });
    if (state !== 'open') return ok({ replay: invitation });
    const row: Invitation = { ...invitation, revokedAt: now, version: invitation.version + 1 };
    return ok({
      entries: [entryOf(issuer, actor, 'invitation.revoked', { subject: id })],
      changes: [{ replace: 'invitation', row }],
      value: row,
    });
  });
}

/** What an earlier request with the same idempotency key made, to be given again without its link; undefined for a first request. */
async function earlierInvitation(issuer: Issuer, actor: Actor, idempotency: Idempotency | undefined) {
  return replayOf<RepeatableInvitation>(issuer, actor, idempotency, async (id) => {
    const invitation = await issuer.store.invitation(id);
    return invitation === undefined
      ? err({ code: 'not_found', what: 'invitation', id })
      : ok({ invitation, link: undefined });
  });
}

function checkLifetime(seconds: number | undefined): Result<void, Refusal> {
  if (seconds === undefined) return ok(undefined);
  return seconds >= MIN_LIFETIME_SECONDS && seconds <= MAX_INVITATION_LIFETIME_SECONDS
    ? ok(undefined)
    : err({
        code: 'invalid_input',
        problems: [
          {
            pointer: '/lifetime_seconds',
            detail: `must be ${MIN_LIFETIME_SECONDS} to ${MAX_INVITATION_LIFETIME_SECONDS}`,
          },
        ],
      });
}
