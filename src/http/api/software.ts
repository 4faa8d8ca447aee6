import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { createSoftware, listSoftware, readSoftware, renameSoftware } from '../../services/software.ts';
import { reinstateSoftware, revokeSoftware, suspendSoftware } from '../../services/software-standing.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { publisherReply } from './publishers.ts';
import { publisherBody, softwareBody } from './representations.ts';
import { id, name, numericDate, page, pageOf, pageQuery, reason, versionTag } from './schemas.ts';

const tag = 'software';
const params = z.object({ software_id: id });

const softwareReply = z
  .object({
    software_id: z.string(),
    publisher_id: z.string(),
    name: z.string(),
    state: z.enum(['active', 'suspended']),
    state_reason: z.string().nullable(),
    approved_submission_id: z.string().nullable(),
    created_at: numericDate,
    version: z.int(),
  })
  .meta({ id: 'Software' });

export const softwareEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/software',
    action: 'software:write',
    tag,
    summary: 'Register a software and get its software_id',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      publisher_id: id,
      name,
      software_id: z
        .guid()
        .toLowerCase()
        .optional()
        .describe('a UUID in use elsewhere; a new one when left out'),
    }),
    example: {
      body: { publisher_id: '01a1f9a2-2e00-7c11-8d0a-3f5f2b6c7d01', name: 'Example Application' },
      reply: { approved_submission_id: null },
    },
    creates: true,
    status: 201,
    reply: softwareReply,
    handle: async ({ issuer, actor, body, idempotency }) => {
      const command = { publisherId: body.publisher_id, name: body.name, softwareId: body.software_id };
      const made = await createSoftware(issuer, actor, command, idempotency);
      if (!made.ok) return made;
      const headers = { location: `/v1/software/${made.value.id}`, ...versionTag(made.value.version) };
      return ok({ status: 201, body: softwareBody(made.value), headers });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software',
    action: 'software:read',
    tag,
    summary: 'List software, newest first',
    params: NOTHING,
    query: z.strictObject({
      ...pageQuery,
      publisher_id: id.optional(),
      search: z.string().max(200).optional().describe('part of the name'),
      state: z.enum(['active', 'suspended']).optional(),
    }),
    body: NOTHING,
    status: 200,
    reply: pageOf(softwareReply),
    handle: async ({ issuer, actor, query: { limit, after, publisher_id: publisherId, search, state } }) => {
      const found = await listSoftware(
        issuer,
        actor,
        { publisherId, search, state },
        { limit: limit + 1, after },
      );
      return found.ok
        ? ok({ status: 200, body: page(found.value, limit, ({ id: last }) => last, softwareBody) })
        : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software/{software_id}',
    action: 'software:read',
    tag,
    summary: 'Read a software with its publisher',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: softwareReply.extend({ publisher: publisherReply }),
    handle: async ({ issuer, actor, params: { software_id } }) => {
      const found = await readSoftware(issuer, actor, software_id);
      if (!found.ok) return found;
      const { software, publisher } = found.value;
      const body = { ...softwareBody(software), publisher: publisherBody(publisher) };
      return ok({ status: 200, body, headers: versionTag(software.version) });
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/v1/software/{software_id}',
    versioned: true,
    action: 'software:write',
    tag,
    summary: 'Rename a software in this issuer’s lists',
    params,
    query: NOTHING,
    body: z.strictObject({ name }),
    example: { body: { name: 'Example Application 2' } },
    status: 200,
    reply: softwareReply,
    handle: async ({ issuer, actor, params: { software_id }, body, ifMatch }) => {
      const changed = await renameSoftware(issuer, actor, software_id, body.name, ifMatch);
      return changed.ok
        ? ok({ status: 200, body: softwareBody(changed.value), headers: versionTag(changed.value.version) })
        : changed;
    },
  }),
  ...standingEndpoints(),
];

function standingEndpoints() {
  const steps = [
    [
      'PUT',
      'suspension',
      'software:suspend',
      'Suspend a software: its statements read SUSPENDED',
      suspendSoftware,
      'suspended',
    ],
    [
      'DELETE',
      'suspension',
      'software:suspend',
      'Reinstate a suspended software',
      reinstateSoftware,
      'active',
    ],
    [
      'POST',
      'revocation',
      'software:revoke',
      'Revoke every statement of a software and withdraw its approval',
      revokeSoftware,
      'active',
    ],
  ] as const;
  return steps.map(([method, noun, action, summary, change, state]) =>
    endpoint({
      method,
      path: `/v1/software/{software_id}/${noun}`,
      action,
      tag,
      summary,
      params,
      query: NOTHING,
      body: z.strictObject({ reason }),
      example: {
        body: { reason: 'signing certificate of the vendor leaked' },
        reply: {
          state,
          ...(state === 'suspended' ? { state_reason: 'signing certificate of the vendor leaked' } : {}),
          ...(noun === 'revocation' ? { approved_submission_id: null } : {}),
          version: 2,
        },
      },
      status: 200,
      reply: z.object({ software: softwareReply, live_statements: z.int() }),
      handle: async ({ issuer, actor, params: { software_id }, body }) => {
        const changed = await change(issuer, actor, software_id, body.reason);
        if (!changed.ok) return changed;
        const { software, liveStatements } = changed.value;
        return ok({
          status: 200,
          body: { software: softwareBody(software), live_statements: liveStatements },
        });
      },
    }),
  );
}
