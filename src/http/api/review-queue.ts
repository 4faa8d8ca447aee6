import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { SUBMISSION_STATES } from '../../domain/submission.ts';
import { reviewQueue } from '../../services/submissions.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { queueBody } from './representations.ts';
import { page, pageOf, pageQuery } from './schemas.ts';
import { queueReply } from './submission-replies.ts';
import { waitingApprovals } from './waiting-approvals.ts';

const tag = 'submissions';

/** What waits for a person. */
export const queueEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/submissions',
    action: 'submissions:read',
    tag,
    summary: 'The review queue: submissions by state and risk, with their age',
    params: NOTHING,
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(SUBMISSION_STATES).default('submitted'),
      risk: z.enum(['low', 'medium', 'high']).optional(),
      order: z.enum(['oldest', 'newest']).default('oldest'),
    }),
    body: NOTHING,
    status: 200,
    reply: pageOf(queueReply),
    handle: async ({ issuer, actor, query: { limit, after, state, risk: riskLevel, order } }) => {
      const filter = { states: [state], riskLevel };
      const found = await reviewQueue(issuer, actor, filter, { limit: limit + 1, after }, order);
      if (!found.ok) return found;
      const now = issuer.clock.now();
      const shown = found.value.slice(0, limit).map(({ submission }) => submission);
      const waiting = await waitingApprovals(issuer, shown);
      const body = page(
        found.value,
        limit,
        ({ submission }) => submission.id,
        (row) => queueBody(row, now, waiting.get(row.submission.id) ?? 0),
      );
      return ok({ status: 200, body });
    },
  }),
];
