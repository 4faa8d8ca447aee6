import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { VERDICTS } from '../../domain/submission.ts';
import { decide } from '../../services/decide.ts';
import { readSubmission } from '../../services/submissions.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { decisionBody, submissionBody } from './representations.ts';
import { id, reason, seconds } from './schemas.ts';
import { decisionReply, submissionReply } from './submission-replies.ts';

const tag = 'submissions';
const params = z.object({ submission_id: id });

/** What reviewers say. */
export const decisionEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/submissions/{submission_id}/decisions',
    action: 'decisions:write',
    tag,
    summary: 'Approve, reject or request changes, with a reason',
    description:
      'Never by who submitted it or belongs to its publisher; once per reviewer and submission. Statements keep to the ' +
      'conditions of all approvals together: the shortest lifetime, the audiences that all of them name.',
    params,
    query: NOTHING,
    body: z.strictObject({
      verdict: z.enum(VERDICTS),
      reason,
      conditions: z
        .strictObject({
          max_lifetime_seconds: seconds.optional().describe('within the policy'),
          audience: z
            .array(z.string())
            .optional()
            .describe('issuer identifiers (RFC 8414) of the authorization servers a statement may name'),
        })
        .optional()
        .describe('what an approval demands of the statements over it; with approve only'),
    }),
    example: {
      body: {
        verdict: 'approve',
        reason: 'redirects belong to the verified domain',
        conditions: { max_lifetime_seconds: 2_592_000, audience: ['https://as.example'] },
      },
      reply: { 'Submission.state': 'approved', closed_at: 1_795_204_800 },
    },
    creates: true,
    status: 201,
    reply: decisionReply.extend({
      submission: submissionReply,
      claimed_by: z.string().nullable().describe('another reviewer who had claimed it and should be told'),
    }),
    handle: async ({ issuer, actor, params: { submission_id }, body, idempotency }) => {
      const conditions = body.conditions && {
        maxLifetimeSeconds: body.conditions.max_lifetime_seconds,
        audience: body.conditions.audience,
      };
      const command = { verdict: body.verdict, reason: body.reason, conditions };
      const decided = await decide(issuer, actor, submission_id, command, idempotency);
      if (!decided.ok) return decided;
      const { decision, submission, claimOfAnother } = decided.value;
      return ok({
        status: 201,
        body: {
          ...decisionBody(decision),
          submission: submissionBody(submission),
          claimed_by: claimOfAnother?.personId ?? null,
        },
        headers: { location: `/v1/submissions/${submission_id}` },
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/submissions/{submission_id}/decisions',
    action: 'submissions:read',
    tag,
    summary: 'List the decisions on a submission',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(decisionReply) }),
    handle: async ({ issuer, actor, params: { submission_id } }) => {
      const found = await readSubmission(issuer, actor, submission_id);
      return found.ok ? ok({ status: 200, body: { items: found.value.decisions.map(decisionBody) } }) : found;
    },
  }),
];
