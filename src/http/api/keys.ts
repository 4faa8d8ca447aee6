import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { KEY_STATES, SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import { activateKey, retireKey, revokeKey } from '../../services/key-life.ts';
import { generateKey, listKeys, readKey } from '../../services/keys.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { keyBody } from './representations.ts';
import { id, jsonObject, numericDate, reason } from './schemas.ts';

const tag = 'keys';
const params = z.object({ kid: id });

const keyReply = z
  .object({
    kid: z.string().describe('RFC 7638 thumbprint'),
    alg: z.enum(SIGNING_ALGORITHMS),
    state: z.enum(KEY_STATES),
    state_reason: z.string().nullable(),
    public_jwk: jsonObject,
    created_at: numericDate,
    activated_at: numericDate.nullable(),
    retiring_at: numericDate.nullable(),
    ended_at: numericDate.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Key' });

export const keyEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/keys',
    action: 'keys:read',
    tag,
    summary: 'List signing keys with their history, oldest first',
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(keyReply) }),
    handle: async ({ issuer, actor }) => {
      const found = await listKeys(issuer, actor);
      return found.ok ? ok({ status: 200, body: { items: found.value.map(keyBody) } }) : found;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/keys',
    action: 'keys:write',
    tag,
    summary: 'Generate a key: published at once, signing only when activated',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({ alg: z.enum(SIGNING_ALGORITHMS).default('ES256') }),
    example: { body: { alg: 'ES256' }, reply: { state: 'pending', activated_at: null } },
    creates: true,
    status: 201,
    reply: keyReply,
    handle: async ({ issuer, actor, body, idempotency }) => {
      const made = await generateKey(issuer, actor, body, idempotency);
      return made.ok
        ? ok({ status: 201, body: keyBody(made.value), headers: { location: `/v1/keys/${made.value.kid}` } })
        : made;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/keys/{kid}',
    action: 'keys:read',
    tag,
    summary: 'Read a key and what depends on it',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: keyReply.extend({
      live_statements: z.int(),
      last_expires_at: numericDate.nullable(),
      ready_at: numericDate.describe('when it has been published long enough to sign'),
    }),
    handle: async ({ issuer, actor, params: { kid } }) => {
      const found = await readKey(issuer, actor, kid);
      if (!found.ok) return found;
      const { key, liveStatements, lastExpiresAt, readyAt } = found.value;
      const depends = {
        live_statements: liveStatements,
        last_expires_at: lastExpiresAt ?? null,
        ready_at: readyAt,
      };
      return ok({ status: 200, body: { ...keyBody(key), ...depends } });
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/keys/{kid}/activation',
    action: 'keys:write',
    tag,
    summary: 'Let a pending key sign; the active one becomes retiring',
    params,
    query: NOTHING,
    body: z.strictObject({ emergency_reason: reason.optional().describe('skips the pre-publication time') }),
    example: { body: {} },
    status: 200,
    reply: keyReply,
    handle: async ({ issuer, actor, params: { kid }, body }) => {
      const changed = await activateKey(issuer, actor, kid, { emergencyReason: body.emergency_reason });
      return changed.ok ? ok({ status: 200, body: keyBody(changed.value) }) : changed;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/keys/{kid}/retirement',
    example: { reply: { state: 'retired', ended_at: 1_795_204_800, version: 4 } },
    action: 'keys:write',
    tag,
    summary: 'Take a key out of the JWK Set that nothing depends on any more',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: keyReply,
    handle: async ({ issuer, actor, params: { kid } }) => {
      const changed = await retireKey(issuer, actor, kid);
      return changed.ok ? ok({ status: 200, body: keyBody(changed.value) }) : changed;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/keys/{kid}/revocation',
    action: 'keys:write',
    tag,
    summary: 'Take a key out at once and revoke every statement it signed',
    description: 'When it is the active one, the oldest pending key signs from the same moment on.',
    params,
    query: NOTHING,
    body: z.strictObject({ reason }),
    example: {
      body: { reason: 'found on a stolen laptop' },
      reply: {
        state: 'revoked',
        state_reason: 'found on a stolen laptop',
        ended_at: 1_795_204_800,
        version: 3,
      },
    },
    status: 200,
    reply: z.object({ key: keyReply, revoked_statements: z.int() }),
    handle: async ({ issuer, actor, params: { kid }, body }) => {
      const changed = await revokeKey(issuer, actor, kid, body.reason);
      if (!changed.ok) return changed;
      const { key, revokedStatements } = changed.value;
      return ok({ status: 200, body: { key: keyBody(key), revoked_statements: revokedStatements } });
    },
  }),
];
