import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { INVITATION_PURPOSES, invitationState, type Invitation } from '../../domain/sign-in/invitation.ts';
import {
  DEFAULT_INVITATION_LIFETIME_SECONDS,
  MAX_INVITATION_LIFETIME_SECONDS,
  type RepeatableInvitation,
} from '../../services/sign-in/invitation-link.ts';
import { invite, inviteToRecover, listInvitations, revokeInvitation } from '../../services/sign-in/invite.ts';
import { endpoint, NOTHING, type Reply } from './endpoint.ts';
import { id, name, numericDate, page, pageOf, pageQuery, role } from './schemas.ts';

const tag = 'people';

const lifetime = z
  .int()
  .min(60)
  .max(MAX_INVITATION_LIFETIME_SECONDS)
  .optional()
  .describe(`how long the link works; ${DEFAULT_INVITATION_LIFETIME_SECONDS} when left out`);

const invitationReply = z
  .object({
    id: z.string(),
    purpose: z
      .enum(INVITATION_PURPOSES)
      .describe(
        'set_up: the first operator; invite: somebody new; recover: somebody who lost their passkeys',
      ),
    state: z.enum(['open', 'used', 'revoked', 'expired']),
    name: z.string(),
    email: z.string().nullable(),
    roles: z.array(role),
    publisher_id: z.string().nullable().describe('whose developer they become'),
    person_id: z.string().nullable().describe('whom it lets in; null for somebody not made yet'),
    created_by: z.string().nullable(),
    created_at: numericDate,
    expires_at: numericDate,
  })
  .meta({ id: 'Invitation' });

const newInvitationReply = invitationReply
  .extend({
    link: z
      .string()
      .optional()
      .describe('lets in whoever opens it, once; shown this once, and not when a request is repeated'),
  })
  .meta({ id: 'NewInvitation' });

export const invitationEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/invitations',
    action: 'people:write',
    tag,
    summary: 'Invite somebody to the console',
    description:
      'The answer holds a one-time link, and nothing else does. Whoever opens it makes a passkey or signs in with the identity provider, and ' +
      'has the roles and the publisher named here.',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      name,
      email: z.email().max(254).nullable().default(null),
      roles: z.array(role).max(3).default([]),
      publisher_id: id.nullable().default(null),
      lifetime_seconds: lifetime,
    }),
    example: { body: { name: 'Rhea Viewer', email: 'rhea@example.net', roles: ['reviewer'] } },
    creates: true,
    status: 201,
    reply: newInvitationReply,
    handle: async ({ issuer, actor, body, idempotency }) => {
      const made = await invite(
        issuer,
        actor,
        {
          name: body.name,
          email: body.email,
          roles: [...new Set(body.roles)],
          publisherId: body.publisher_id,
          lifetimeSeconds: body.lifetime_seconds,
        },
        idempotency,
      );
      return made.ok ? ok(newInvitation(made.value, issuer.clock.now())) : made;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/people/{person_id}/invitations',
    action: 'people:write',
    tag,
    summary: 'Let a person back in to the console',
    description:
      'For people who lost their passkeys, or never had one: a one-time link by which they make one. Their sessions end when it is used.',
    params: z.object({ person_id: id }),
    query: NOTHING,
    body: z.strictObject({ lifetime_seconds: lifetime }),
    example: { body: { lifetime_seconds: 86_400 }, reply: { purpose: 'recover' } },
    creates: true,
    status: 201,
    reply: newInvitationReply,
    handle: async ({ issuer, actor, params: { person_id: personId }, body, idempotency }) => {
      const made = await inviteToRecover(issuer, actor, personId, body.lifetime_seconds, idempotency);
      return made.ok ? ok(newInvitation(made.value, issuer.clock.now())) : made;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/invitations',
    action: 'people:read',
    tag,
    summary: 'List invitations, newest first, those that are over included; never their links',
    params: NOTHING,
    query: z.strictObject(pageQuery),
    body: NOTHING,
    status: 200,
    reply: pageOf(invitationReply),
    handle: async ({ issuer, actor, query: { limit, after } }) => {
      const found = await listInvitations(issuer, actor, { limit: limit + 1, after });
      const now = issuer.clock.now();
      return found.ok
        ? ok({
            status: 200,
            body: page(
              found.value,
              limit,
              ({ id: last }) => last,
              (row) => invitationBody(row, now),
            ),
          })
        : found;
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/invitations/{invitation_id}',
    action: 'people:write',
    tag,
    summary: 'Take an invitation back: its link lets nobody in any more',
    params: z.object({ invitation_id: id }),
    query: NOTHING,
    body: NOTHING,
    status: 200,
    example: { reply: { state: 'revoked' } },
    reply: invitationReply,
    handle: async ({ issuer, actor, params: { invitation_id } }) => {
      const revoked = await revokeInvitation(issuer, actor, invitation_id);
      return revoked.ok
        ? ok({ status: 200, body: invitationBody(revoked.value, issuer.clock.now()) })
        : revoked;
    },
  }),
];

function newInvitation({ invitation, link }: RepeatableInvitation, now: number): Reply {
  return {
    status: 201,
    body: { ...invitationBody(invitation, now), ...(link === undefined ? {} : { link }) },
  };
}

function invitationBody(invitation: Invitation, now: number) {
  return {
    id: invitation.id,
    purpose: invitation.purpose,
    state: invitationState(invitation, now),
    name: invitation.name,
    email: invitation.email,
    roles: invitation.roles,
    publisher_id: invitation.publisherId,
    person_id: invitation.personId,
    created_by: invitation.createdBy,
    created_at: invitation.createdAt,
    expires_at: invitation.expiresAt,
  };
}
