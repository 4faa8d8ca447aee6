import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import type { Comment } from '../../domain/review/comment.ts';
import { commentOn, listComments, MAX_COMMENT_CHARACTERS } from '../../services/comments.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { id, numericDate, text } from './schemas.ts';

const tag = 'submissions';
const params = z.object({ submission_id: id });

const comment = {
  id: z.string(),
  submission_id: z.string(),
  person_id: z.string(),
  text: z.string(),
  created_at: numericDate,
};
const commentReply = z.object(comment).meta({ id: 'Comment' });
const signedReply = z.object({ ...comment, person_name: z.string() }).meta({ id: 'SignedComment' });

function commentBody({ id: commentId, submissionId, personId, text: words, createdAt }: Comment) {
  return {
    id: commentId,
    submission_id: submissionId,
    person_id: personId,
    text: words,
    created_at: createdAt,
  };
}

/** What developers and reviewers say to each other. */
export const commentEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/submissions/{submission_id}/comments',
    action: 'comments:write',
    tag,
    summary: 'Say something about a submission',
    description: 'To its reviewers or its developers. The ledger holds the digest of the text, not the text.',
    params,
    query: NOTHING,
    body: z.strictObject({ text: text(MAX_COMMENT_CHARACTERS) }),
    example: { body: { text: 'What is offline_access for?' } },
    creates: true,
    status: 201,
    reply: commentReply,
    handle: async ({ issuer, actor, params: { submission_id }, body, idempotency }) => {
      const made = await commentOn(issuer, actor, submission_id, body.text, idempotency);
      return made.ok
        ? ok({
            status: 201,
            body: commentBody(made.value),
            headers: { location: `/v1/submissions/${submission_id}/comments` },
          })
        : made;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/submissions/{submission_id}/comments',
    action: 'submissions:read',
    tag,
    summary: 'List what was said about a submission, oldest first',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(signedReply) }),
    handle: async ({ issuer, actor, params: { submission_id } }) => {
      const found = await listComments(issuer, actor, submission_id);
      if (!found.ok) return found;
      const items = found.value.map((one) => ({ ...commentBody(one), person_name: one.personName }));
      return ok({ status: 200, body: { items } });
    },
  }),
];
