import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { changePerson, createPerson, listPeople, readPerson } from '../../services/people.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { personBody } from './representations.ts';
import { id, name, numericDate, page, pageOf, pageQuery, role, versionTag } from './schemas.ts';

const tag = 'people';
const params = z.object({ person_id: id });
const draft = { name, email: z.email().max(254).nullable(), roles: z.array(role).max(3) };

export const personReply = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    roles: z.array(role),
    state: z.enum(['active', 'disabled']),
    created_at: numericDate,
    version: z.int(),
  })
  .meta({ id: 'Person' });

export const peopleEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/people',
    action: 'people:write',
    tag,
    summary: 'Add a person',
    description: 'Developers need no role here: membership of a publisher makes them one.',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      name: draft.name,
      email: draft.email.default(null),
      roles: draft.roles.default([]),
    }),
    example: { body: { name: 'Rhea Viewer', email: 'rhea@example.net', roles: ['reviewer'] } },
    creates: true,
    status: 201,
    reply: personReply,
    handle: async ({ issuer, actor, body, idempotency }) => {
      const made = await createPerson(
        issuer,
        actor,
        { ...body, roles: [...new Set(body.roles)] },
        idempotency,
      );
      if (!made.ok) return made;
      const headers = { location: `/v1/people/${made.value.id}`, ...versionTag(made.value.version) };
      return ok({ status: 201, body: personBody(made.value), headers });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/people',
    action: 'people:read',
    tag,
    summary: 'List people, newest first',
    params: NOTHING,
    query: z.strictObject(pageQuery),
    body: NOTHING,
    status: 200,
    reply: pageOf(personReply),
    handle: async ({ issuer, actor, query: { limit, after } }) => {
      const found = await listPeople(issuer, actor, { limit: limit + 1, after });
      return found.ok
        ? ok({ status: 200, body: page(found.value, limit, ({ id: last }) => last, personBody) })
        : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/people/{person_id}',
    action: 'people:read',
    tag,
    summary: 'Read a person',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: personReply,
    handle: async ({ issuer, actor, params: { person_id } }) => {
      const found = await readPerson(issuer, actor, person_id);
      return found.ok
        ? ok({ status: 200, body: personBody(found.value), headers: versionTag(found.value.version) })
        : found;
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/v1/people/{person_id}',
    versioned: true,
    action: 'people:write',
    tag,
    summary: 'Change a person, their roles or whether they may act',
    params,
    query: NOTHING,
    body: z.strictObject({ ...draft, state: z.enum(['active', 'disabled']) }).partial(),
    example: { body: { roles: ['reviewer', 'auditor'] } },
    status: 200,
    reply: personReply,
    handle: async ({ issuer, actor, params: { person_id }, body, ifMatch }) => {
      const change = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.email === undefined ? {} : { email: body.email }),
        ...(body.roles === undefined ? {} : { roles: [...new Set(body.roles)] }),
        ...(body.state === undefined ? {} : { state: body.state }),
      };
      const changed = await changePerson(issuer, actor, person_id, change, ifMatch);
      return changed.ok
        ? ok({ status: 200, body: personBody(changed.value), headers: versionTag(changed.value.version) })
        : changed;
    },
  }),
];
