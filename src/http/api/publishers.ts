import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { addMember, listMembers, removeMember } from '../../services/members.ts';
import { reinstatePublisher, revokePublisher, suspendPublisher } from '../../services/publisher-standing.ts';
import {
  changePublisher,
  createPublisher,
  listPublishers,
  readPublisher,
} from '../../services/publishers.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { personBody, publisherBody } from './representations.ts';
import { id, name, numericDate, page, pageOf, pageQuery, reason, versionTag } from './schemas.ts';
import { personReply } from './people.ts';

const tag = 'publishers';
const params = z.object({ publisher_id: id });
const domain = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}$/,
    'must be a host name, such as app.example',
  );
const scopeToken = z
  .string()
  .max(200)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be one scope token (RFC 6749 §3.3)');

/** What is known of a publisher, as an operator writes it. */
export const publisherDraft = {
  name,
  verified_domains: z
    .array(domain)
    .max(200)
    .describe('host names that were checked to belong to the publisher'),
  allowed_scopes: z
    .array(scopeToken)
    .max(500)
    .nullable()
    .describe('scope tokens its software may ask for; null for any'),
};

export const publisherReply = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(['active', 'suspended', 'revoked']),
    state_reason: z.string().nullable(),
    verified_domains: z.array(z.string()),
    allowed_scopes: z.array(z.string()).nullable(),
    created_at: numericDate,
    version: z.int(),
  })
  .meta({ id: 'Publisher' });

const standingReply = z.object({ publisher: publisherReply, live_statements: z.int() });
const memberReply = z.object({ person: personReply, created_at: numericDate });

export const publisherEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/publishers',
    action: 'publishers:write',
    tag,
    summary: 'Admit a publisher',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      name: publisherDraft.name,
      verified_domains: publisherDraft.verified_domains.default([]),
      allowed_scopes: publisherDraft.allowed_scopes.default(null),
    }),
    example: { body: { name: 'Example Ltd', verified_domains: ['app.example'] } },
    creates: true,
    status: 201,
    reply: publisherReply,
    handle: async ({ issuer, actor, body, idempotency }) => {
      const command = {
        name: body.name,
        verifiedDomains: body.verified_domains,
        allowedScopes: body.allowed_scopes,
      };
      const made = await createPublisher(issuer, actor, command, idempotency);
      if (!made.ok) return made;
      const headers = { location: `/v1/publishers/${made.value.id}`, ...versionTag(made.value.version) };
      return ok({ status: 201, body: publisherBody(made.value), headers });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/publishers',
    action: 'publishers:read',
    tag,
    summary: 'List publishers, newest first',
    params: NOTHING,
    query: z.strictObject({ ...pageQuery, search: z.string().max(200).optional() }),
    body: NOTHING,
    status: 200,
    reply: pageOf(publisherReply),
    handle: async ({ issuer, actor, query }) => {
      const { limit, after, search } = query;
      const found = await listPublishers(issuer, actor, { search }, { limit: limit + 1, after });
      return found.ok
        ? ok({ status: 200, body: page(found.value, limit, ({ id: last }) => last, publisherBody) })
        : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/publishers/{publisher_id}',
    action: 'publishers:read',
    tag,
    summary: 'Read a publisher',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: publisherReply,
    handle: async ({ issuer, actor, params: { publisher_id } }) => {
      const found = await readPublisher(issuer, actor, publisher_id);
      return found.ok
        ? ok({ status: 200, body: publisherBody(found.value), headers: versionTag(found.value.version) })
        : found;
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/v1/publishers/{publisher_id}',
    versioned: true,
    action: 'publishers:write',
    tag,
    summary: 'Change a publisher',
    description:
      'What was approved before stands; the next submission is read against the new domains and scopes.',
    params,
    query: NOTHING,
    body: z.strictObject(publisherDraft).partial(),
    example: { body: { verified_domains: ['app.example', 'example.net'] } },
    status: 200,
    reply: publisherReply,
    handle: async ({ issuer, actor, params: { publisher_id }, body, ifMatch }) => {
      const change = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.verified_domains === undefined ? {} : { verifiedDomains: body.verified_domains }),
        ...(body.allowed_scopes === undefined ? {} : { allowedScopes: body.allowed_scopes }),
      };
      const changed = await changePublisher(issuer, actor, publisher_id, change, ifMatch);
      return changed.ok
        ? ok({ status: 200, body: publisherBody(changed.value), headers: versionTag(changed.value.version) })
        : changed;
    },
  }),
  ...standingEndpoints(),
  endpoint({
    method: 'GET',
    path: '/v1/publishers/{publisher_id}/members',
    action: 'publishers:read',
    tag,
    summary: 'List the developers of a publisher',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(memberReply) }),
    handle: async ({ issuer, actor, params: { publisher_id } }) => {
      const found = await listMembers(issuer, actor, publisher_id);
      if (!found.ok) return found;
      const items = found.value.map(({ person, createdAt }) => ({
        person: personBody(person),
        created_at: createdAt,
      }));
      return ok({ status: 200, body: { items } });
    },
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/publishers/{publisher_id}/members/{person_id}',
    action: 'publishers:write',
    tag,
    summary: 'Make a person a developer of a publisher',
    params: z.object({ publisher_id: id, person_id: id }),
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: memberReply,
    handle: async ({ issuer, actor, params: { publisher_id, person_id } }) => {
      const added = await addMember(issuer, actor, publisher_id, person_id);
      if (!added.ok) return added;
      return ok({
        status: 200,
        body: { person: personBody(added.value.person), created_at: added.value.createdAt },
      });
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/publishers/{publisher_id}/members/{person_id}',
    action: 'publishers:write',
    tag,
    summary: 'End a membership',
    params: z.object({ publisher_id: id, person_id: id }),
    query: NOTHING,
    body: NOTHING,
    status: 204,
    handle: async ({ issuer, actor, params: { publisher_id, person_id } }) => {
      const removed = await removeMember(issuer, actor, publisher_id, person_id);
      return removed.ok ? ok({ status: 204 }) : removed;
    },
  }),
];

function standingEndpoints() {
  const steps = [
    [
      'PUT',
      'suspension',
      'Suspend a publisher: all its statements read SUSPENDED',
      suspendPublisher,
      'suspended',
    ],
    ['DELETE', 'suspension', 'Reinstate a suspended publisher', reinstatePublisher, 'active'],
    [
      'POST',
      'revocation',
      'Revoke a publisher for good: all its statements read INVALID',
      revokePublisher,
      'revoked',
    ],
  ] as const;
  return steps.map(([method, noun, summary, change, state]) =>
    endpoint({
      method,
      path: `/v1/publishers/{publisher_id}/${noun}`,
      action: 'publishers:suspend',
      tag,
      summary,
      params,
      query: NOTHING,
      body: z.strictObject({ reason }),
      example: {
        body: { reason: 'complaint 2026-117' },
        reply: { state, state_reason: 'complaint 2026-117', version: 2 },
      },
      status: 200,
      reply: standingReply,
      handle: async ({ issuer, actor, params: { publisher_id }, body }) => {
        const changed = await change(issuer, actor, publisher_id, body.reason);
        if (!changed.ok) return changed;
        const { publisher, liveStatements } = changed.value;
        return ok({
          status: 200,
          body: { publisher: publisherBody(publisher), live_statements: liveStatements },
        });
      },
    }),
  );
}
