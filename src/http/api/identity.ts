import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { authorize } from '../../services/authorize.ts';
import { personOf } from '../../services/people.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { personReply } from './people.ts';
import { personBody } from './representations.ts';

export const identityEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/whoami',
    action: 'identity:read',
    tag: 'identity',
    summary: 'Who the token in use speaks for, and what it may do',
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({
      person: personReply,
      token_id: z.string(),
      roles: z.array(z.string()),
      publisher_ids: z.array(z.string()),
      scopes: z.array(z.string()),
    }),
    handle: async ({ issuer, actor }) => {
      const allowed = authorize(actor, 'identity:read', undefined);
      if (!allowed.ok) return allowed;
      const person = await personOf(issuer, actor.personId);
      if (!person.ok) return person;
      return ok({
        status: 200,
        body: {
          person: personBody(person.value),
          token_id: actor.credential.id,
          roles: actor.publisherIds.length > 0 ? [...actor.roles, 'developer'] : actor.roles,
          publisher_ids: actor.publisherIds,
          scopes: actor.scopes,
        },
      });
    },
  }),
];
