import { z } from 'zod';
import type { Actor } from '../../domain/access.ts';
import { ok, type Result } from '../../domain/result.ts';
import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import { PROFILES, STATEMENT_STATES } from '../../domain/statement/statement.ts';
import type { StatementStanding } from '../../ports.ts';
import type { Issuer } from '../../services/issuer.ts';
import { issueStatement, renewStatement, type Issued } from '../../services/issue.ts';
import type { Refusal } from '../../services/refusal.ts';
import { changeStatement } from '../../services/statement-standing.ts';
import { listStatements, readStatement } from '../../services/statements.ts';
import { endpoint, NOTHING, type Reply } from './endpoint.ts';
import { issuedBody, statementBody } from './representations.ts';
import { id, jsonObject, numericDate, page, pageOf, pageQuery, reason } from './schemas.ts';

const tag = 'statements';
const ofSoftware = z.object({ software_id: id });
const params = z.object({ jti: id });
const states = z.enum(STATEMENT_STATES);

const statementReply = z
  .object({
    jti: z.string(),
    software_id: z.string(),
    software_version: z.string(),
    publisher_id: z.string(),
    submission_id: z.string(),
    state: states,
    state_reason: z.string().nullable(),
    state_at: numericDate.nullable(),
    effective_state: states.describe(
      'what the status list says: its own state, or that of a suspended software or publisher',
    ),
    kid: z.string(),
    alg: z.enum(SIGNING_ALGORITHMS),
    profile: z.enum(PROFILES),
    iat: numericDate,
    exp: numericDate,
    audience: z.array(z.string()).nullable(),
    status: z.object({ status_list: z.object({ idx: z.int(), uri: z.string() }) }),
    sha256: z.string().describe('base64url SHA-256 of the compact JWS'),
    issued_by: z.string(),
    renewed_from: z.string().nullable(),
    software_statement: z.string().optional().describe('the JWT; for developers of its publisher alone'),
  })
  .meta({ id: 'Statement' });

const issuedReply = statementReply
  .extend({
    registration_request: jsonObject.describe(
      'a request body ready to be posted to a registration endpoint (RFC 7591 §3.1)',
    ),
  })
  .meta({ id: 'IssuedStatement' });

export const statementEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/software/{software_id}/statements',
    action: 'statements:issue',
    tag,
    summary: 'Issue a software statement over the approval that stands',
    params: ofSoftware,
    query: NOTHING,
    body: z.strictObject({
      audience: z
        .array(z.string().max(512))
        .max(100)
        .optional()
        .describe('issuer identifiers of authorization servers'),
      lifetime_seconds: z.int().optional(),
      profile: z
        .enum(PROFILES)
        .optional()
        .describe(
          'the shape it takes: rfc7591 unless said; cimd for an approved Client ID Metadata Document',
        ),
    }),
    example: { body: { lifetime_seconds: 2592000 } },
    creates: true,
    status: 201,
    reply: issuedReply,
    handle: async ({ issuer, actor, params: { software_id }, body, idempotency }) => {
      const command = {
        audience: body.audience,
        lifetimeSeconds: body.lifetime_seconds,
        profile: body.profile,
      };
      return issued(issuer, actor, await issueStatement(issuer, actor, software_id, command, idempotency));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software/{software_id}/statements',
    action: 'statements:read',
    tag,
    summary: 'List the statements of a software, newest first',
    params: ofSoftware,
    query: z.strictObject({ ...pageQuery, state: states.optional() }),
    body: NOTHING,
    status: 200,
    reply: pageOf(statementReply),
    handle: async ({
      issuer,
      actor,
      params: { software_id: softwareId },
      query: { limit, after, state },
    }) => {
      const filter = { softwareId, states: state && [state] };
      const found = await listStatements(issuer, actor, filter, { limit: limit + 1, after });
      return found.ok ? ok({ status: 200, body: statementPage(found.value, limit, actor, issuer) }) : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/statements',
    action: 'statements:read',
    tag,
    summary: 'List statements one may see, newest first',
    params: NOTHING,
    query: z.strictObject({ ...pageQuery, state: states.optional(), kid: id.optional() }),
    body: NOTHING,
    status: 200,
    reply: pageOf(statementReply),
    handle: async ({ issuer, actor, query: { limit, after, state, kid } }) => {
      const found = await listStatements(
        issuer,
        actor,
        { kid, states: state && [state] },
        { limit: limit + 1, after },
      );
      return found.ok ? ok({ status: 200, body: statementPage(found.value, limit, actor, issuer) }) : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/statements/{jti}',
    action: 'statements:read',
    tag,
    summary: 'Read a statement and whether it stands',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: statementReply,
    handle: async ({ issuer, actor, params: { jti } }) =>
      shown(issuer, actor, await readStatement(issuer, actor, jti)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/statements/{jti}/renewal',
    action: 'statements:issue',
    tag,
    summary: 'Issue a successor with the same audience over the approval that stands now',
    params,
    query: NOTHING,
    body: z.strictObject({ lifetime_seconds: z.int().optional() }),
    example: { body: {}, reply: { renewed_from: '01a1f9a2-2e00-7c1a-b9de-3c8e2f1a0b10' } },
    creates: true,
    status: 201,
    reply: issuedReply,
    handle: async ({ issuer, actor, params: { jti }, body, idempotency }) => {
      const command = { lifetimeSeconds: body.lifetime_seconds };
      return issued(issuer, actor, await renewStatement(issuer, actor, jti, command, idempotency));
    },
  }),
  ...standingEndpoints(),
];

function standingEndpoints() {
  const steps = [
    ['POST', 'revocation', 'statements:revoke', 'Revoke a statement for good', 'revoke', 'revoked'],
    ['PUT', 'suspension', 'statements:suspend', 'Suspend a statement', 'suspend', 'suspended'],
    ['DELETE', 'suspension', 'statements:suspend', 'Reinstate a suspended statement', 'reinstate', 'valid'],
  ] as const;
  return steps.map(([method, noun, action, summary, command, state]) =>
    endpoint({
      method,
      path: `/v1/statements/{jti}/${noun}`,
      action,
      tag,
      summary,
      params,
      query: NOTHING,
      body: z.strictObject({ reason }),
      example: {
        body: { reason: 'the statement was posted in a public issue' },
        reply: {
          'Statement.state': state,
          effective_state: state,
          state_reason: 'the statement was posted in a public issue',
          state_at: 1_795_291_200,
        },
      },
      status: 200,
      reply: statementReply,
      handle: async ({ issuer, actor, params: { jti }, body }) =>
        shown(issuer, actor, await changeStatement(issuer, actor, jti, command, body.reason)),
    }),
  );
}

function statementPage(rows: readonly StatementStanding[], limit: number, actor: Actor, issuer: Issuer) {
  return page(
    rows,
    limit,
    ({ statement }) => statement.jti,
    (row) => statementBody(row, actor, issuer.identifier),
  );
}

function shown(
  issuer: Issuer,
  actor: Actor,
  found: Result<StatementStanding, Refusal>,
): Result<Reply, Refusal> {
  return found.ok ? ok({ status: 200, body: statementBody(found.value, actor, issuer.identifier) }) : found;
}

function issued(issuer: Issuer, actor: Actor, made: Result<Issued, Refusal>): Result<Reply, Refusal> {
  if (!made.ok) return made;
  const headers = { location: `/v1/statements/${made.value.statement.jti}` };
  return ok({ status: 201, body: issuedBody(made.value, actor, issuer.identifier), headers });
}
