import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import {
  createToken,
  listTokens,
  MAX_TOKEN_LIFETIME_SECONDS,
  readToken,
  revokeToken,
} from '../../services/tokens.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { tokenBody } from './representations.ts';
import { id, numericDate, page, pageOf, pageQuery, scope, text } from './schemas.ts';

const tag = 'tokens';
const params = z.object({ token_id: id });

const tokenReply = z
  .object({
    id: z.string(),
    person_id: z.string(),
    label: z.string(),
    scopes: z.array(z.string()),
    created_at: numericDate,
    created_by: z.string(),
    expires_at: numericDate,
    revoked_at: numericDate.nullable(),
  })
  .meta({ id: 'Token' });

export const tokenEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/tokens',
    action: 'tokens:write',
    tag,
    summary: 'Make an API token',
    description:
      'For oneself never with more scopes than the token in use; for somebody else only as an operator. The text of ' +
      'the token is in this answer and nowhere else; repeating the request with its Idempotency-Key does not show it again.',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      person_id: id.optional().describe('whom it speaks for; oneself when left out'),
      label: text(100).describe('what it is for'),
      scopes: z
        .array(scope)
        .min(1)
        .optional()
        .describe('what it may do; all the person may do when left out'),
      lifetime_seconds: z.int().min(60).max(MAX_TOKEN_LIFETIME_SECONDS).optional(),
    }),
    example: {
      body: { label: 'CI job', scopes: ['statements:issue', 'statements:read'], lifetime_seconds: 2592000 },
      reply: { id: '01a1f9a2-2e00-7c17-86ab-0f5b9c8d7e07' },
    },
    creates: true,
    status: 201,
    reply: tokenReply.extend({ token: z.string().optional().describe('shown once') }),
    handle: async ({ issuer, actor, body, idempotency }) => {
      const { person_id: personId, label, scopes, lifetime_seconds: lifetimeSeconds } = body;
      const made = await createToken(
        issuer,
        actor,
        { personId, label, scopes, lifetimeSeconds },
        idempotency,
      );
      if (!made.ok) return made;
      const { token, secret } = made.value;
      return ok({
        status: 201,
        body: { ...tokenBody(token), ...(secret === undefined ? {} : { token: secret }) },
        headers: { location: `/v1/tokens/${token.id}` },
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/tokens',
    action: 'tokens:read',
    tag,
    summary: 'List API tokens: one’s own, or anybody’s for operators and auditors',
    params: NOTHING,
    query: z.strictObject({ ...pageQuery, person_id: id.optional() }),
    body: NOTHING,
    status: 200,
    reply: pageOf(tokenReply),
    handle: async ({ issuer, actor, query: { limit, after, person_id: personId } }) => {
      const found = await listTokens(issuer, actor, { personId }, { limit: limit + 1, after });
      return found.ok
        ? ok({ status: 200, body: page(found.value, limit, ({ id: last }) => last, tokenBody) })
        : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/tokens/{token_id}',
    action: 'tokens:read',
    tag,
    summary: 'Read what is known of an API token; never its text',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: tokenReply,
    handle: async ({ issuer, actor, params: { token_id } }) => {
      const found = await readToken(issuer, actor, token_id);
      return found.ok ? ok({ status: 200, body: tokenBody(found.value) }) : found;
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/tokens/{token_id}',
    action: 'tokens:write',
    tag,
    summary: 'Revoke an API token at once',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: tokenReply,
    handle: async ({ issuer, actor, params: { token_id } }) => {
      const revoked = await revokeToken(issuer, actor, token_id);
      return revoked.ok ? ok({ status: 200, body: tokenBody(revoked.value) }) : revoked;
    },
  }),
];
