import { z } from 'zod';
import type { InitialAccessToken } from '../../domain/exchange/exchange.ts';
import { ok } from '../../domain/result.ts';
import {
  createInitialAccessToken,
  listInitialAccessTokens,
  MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS,
  revokeInitialAccessToken,
} from '../../services/exchange/initial-access-tokens.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { id, numericDate, page, pageOf, pageQuery, text } from './schemas.ts';

const tag = 'initial access tokens';
const params = z.object({ software_id: id });

const tokenReply = z
  .object({
    id: z.string(),
    software_id: z.string(),
    label: z.string(),
    client_id: z.string().nullable().describe('the client identifier URL it is for; null: the software_id'),
    audience: z.array(z.string()).nullable().describe('what may be asked for; null: whatever policy allows'),
    created_at: numericDate,
    created_by: z.string(),
    expires_at: numericDate,
    used_at: numericDate.nullable(),
    revoked_at: numericDate.nullable(),
  })
  .meta({ id: 'InitialAccessToken' });

function tokenBody(token: InitialAccessToken) {
  return {
    id: token.id,
    software_id: token.softwareId,
    label: token.label,
    client_id: token.clientId,
    audience: token.audience,
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt,
    used_at: token.usedAt,
    revoked_at: token.revokedAt,
  };
}

export const initialAccessTokenEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/software/{software_id}/initial-access-tokens',
    action: 'statements:issue',
    tag,
    summary: 'Make an initial access token: good for one exchange at the token endpoint',
    description:
      'The text of the token is in this answer and nowhere else; repeating the request with its Idempotency-Key does not show it again.',
    params,
    query: NOTHING,
    body: z.strictObject({
      label: text(100).describe('what it is for'),
      client_id: z
        .string()
        .max(2_000)
        .optional()
        .describe('the URL of a Client ID Metadata Document; left out: the software_id'),
      audience: z
        .array(z.string().max(2_000))
        .min(1)
        .max(100)
        .optional()
        .describe('issuer identifiers it may ask for at most'),
      lifetime_seconds: z.int().min(60).max(MAX_INITIAL_ACCESS_TOKEN_LIFETIME_SECONDS).optional(),
    }),
    example: {
      body: { label: 'First statement', lifetime_seconds: 86_400 },
      reply: {
        id: '01a1f9a2-2e00-7c1e-9d02-7a2c6d5e4f0e',
        label: 'First statement',
        client_id: null,
        token: 'imp_iat_01a1f9a2…_…',
      },
    },
    creates: true,
    status: 201,
    reply: tokenReply.extend({ token: z.string().optional().describe('shown once') }),
    handle: async ({ issuer, actor, params: { software_id }, body, idempotency }) => {
      const { label, client_id: clientId, audience, lifetime_seconds: lifetimeSeconds } = body;
      const command = { label, clientId, audience, lifetimeSeconds };
      const made = await createInitialAccessToken(issuer, actor, software_id, command, idempotency);
      if (!made.ok) return made;
      const { token, secret } = made.value;
      return ok({
        status: 201,
        body: { ...tokenBody(token), ...(secret === undefined ? {} : { token: secret }) },
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software/{software_id}/initial-access-tokens',
    action: 'statements:read',
    tag,
    summary: 'List the initial access tokens of a software, newest first; never their text',
    params,
    query: z.strictObject(pageQuery),
    body: NOTHING,
    status: 200,
    reply: pageOf(tokenReply),
    handle: async ({ issuer, actor, params: { software_id }, query: { limit, after } }) => {
      const found = await listInitialAccessTokens(issuer, actor, software_id, { limit: limit + 1, after });
      return found.ok
        ? ok({ status: 200, body: page(found.value, limit, ({ id: last }) => last, tokenBody) })
        : found;
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/software/{software_id}/initial-access-tokens/{initial_access_token_id}',
    action: 'statements:issue',
    tag,
    summary: 'Revoke an initial access token before it is used',
    params: z.object({ software_id: id, initial_access_token_id: id }),
    query: NOTHING,
    body: NOTHING,
    example: { reply: { revoked_at: 1_795_204_800 } },
    status: 200,
    reply: tokenReply,
    handle: async ({ issuer, actor, params: { software_id, initial_access_token_id } }) => {
      const revoked = await revokeInitialAccessToken(issuer, actor, software_id, initial_access_token_id);
      return revoked.ok ? ok({ status: 200, body: tokenBody(revoked.value) }) : revoked;
    },
  }),
];
