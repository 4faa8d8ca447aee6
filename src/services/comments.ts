import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Comment } from '../domain/review/comment.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import { authorize, concealUnknown } from './authorize.ts';
import {
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { submissionOf } from './submissions.ts';

/** Characters of one comment. */
export const MAX_COMMENT_CHARACTERS = 4_000;
const MAX_COMMENTS = 500;

/** A comment with the name of who wrote it. */
export type SignedComment = Comment & { readonly personName: string };

/**
 * Developers of the publisher and reviewers talk about a submission. The ledger holds the digest of what was said, so that a person's words can
 * be shown to be theirs without being in it.
 */
export async function commentOn(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
  text: string,
  idempotency?: Idempotency,
): Promise<Result<Comment, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await submissionOf(issuer, submissionId);
    if (!found.ok) return concealUnknown(actor, 'comments:write', found.error);
    const submission = found.value;
    const allowed = authorize(actor, 'comments:write', submission.publisherId);
    if (!allowed.ok) return allowed;
    const earlier = await issuer.store.comments(submissionId);
    const repeat = await replayOf(issuer, actor, idempotency, async (id) => {
      const made = earlier.find((comment) => comment.id === id);
      return made === undefined ? err({ code: 'not_found', what: 'comment', id }) : ok(made);
    });
    if (!repeat.ok) return repeat;
    if (repeat.value !== undefined) return ok(repeat.value);
    const problem = problemOf(text, earlier.length);
    if (problem !== undefined)
      return err({ code: 'invalid_input', problems: [{ pointer: '/text', detail: problem }] });
    const comment: Comment = {
      id: newId(issuer),
      submissionId,
      personId: actor.personId,
      text,
      createdAt: issuer.clock.now(),
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'submission.commented', {
          subject: submissionId,
          publisherId: submission.publisherId,
          softwareId: submission.softwareId,
          data: { comment_id: comment.id, text_sha256: sha256Base64url(text) },
        }),
      ],
      changes: [{ insert: 'comment', row: comment }, ...rememberKey(issuer, actor, idempotency, comment.id)],
      value: comment,
    });
  });
}

/** What was said about a submission, oldest first, with names. */
export async function listComments(
  issuer: Issuer,
  actor: Actor,
  submissionId: string,
): Promise<Result<readonly SignedComment[], Refusal>> {
  const found = await submissionOf(issuer, submissionId);
  if (!found.ok) return concealUnknown(actor, 'submissions:read', found.error);
  const allowed = authorize(actor, 'submissions:read', found.value.publisherId);
  if (!allowed.ok) return allowed;
  const comments = await issuer.store.comments(submissionId);
  const people = await issuer.store.peopleOf([...new Set(comments.map(({ personId }) => personId))]);
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return ok(comments.map((comment) => ({ ...comment, personName: names.get(comment.personId) ?? '' })));
}

function problemOf(text: string, earlier: number): string | undefined {
  if (text.trim() === '') return 'Write something.';
  if (text.length > MAX_COMMENT_CHARACTERS)
    return `A comment has at most ${MAX_COMMENT_CHARACTERS.toLocaleString('en')} characters.`;
  return earlier >= MAX_COMMENTS
    ? `A submission takes ${MAX_COMMENTS} comments. Submit anew and go on there.`
    : undefined;
}
