import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import { SUBMISSION_STATES } from '../../domain/submission.ts';
import { QUEUE_ORDERS } from '../../ports.ts';
import { reviewQueue } from '../../services/queue.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { queueBody } from './representations.ts';
import { id, pageOf, pageQuery } from './schemas.ts';
import { queueReply } from './submission-replies.ts';

const tag = 'submissions';

/** What waits for a person. */
export const queueEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/submissions',
    action: 'submissions:read',
    tag,
    summary: 'The review queue: submissions by state and risk, with what a reviewer needs to choose',
    params: NOTHING,
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(SUBMISSION_STATES).default('submitted'),
      risk: z.enum(['low', 'medium', 'high']).optional(),
      publisher_id: id.optional(),
      expands: z.literal('true').optional().describe('only what adds authority'),
      claim: z.enum(['mine', 'unclaimed']).optional().describe('by who is reading it'),
      search: z.string().max(200).optional().describe('in the name of the software or its publisher'),
      order: z
        .enum(QUEUE_ORDERS)
        .default('oldest')
        .describe('`attention` is what needs a person first: highest risk, then oldest'),
    }),
    body: NOTHING,
    status: 200,
    reply: pageOf(queueReply),
    handle: async ({ issuer, actor, query: { limit, after, order, ...filter } }) => {
      const query = {
        state: filter.state,
        riskLevel: filter.risk,
        publisherId: filter.publisher_id,
        expands: filter.expands === 'true',
        claim: filter.claim,
        search: filter.search,
      };
      const found = await reviewQueue(issuer, actor, query, { limit, after }, order);
      if (!found.ok) return found;
      return ok({ status: 200, body: { items: found.value.items.map(queueBody), next: found.value.next } });
    },
  }),
];
