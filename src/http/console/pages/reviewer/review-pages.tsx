import type { Result } from '../../../../domain/result.ts';
import { sha256Base64url } from '../../../../domain/sha256.ts';
import { authorizeBeforeStepUp } from '../../../../services/authorize.ts';
import { commentOn } from '../../../../services/comments.ts';
import { conditionsOf, decide, type DecideCommand } from '../../../../services/decide.ts';
import { compareDocument } from '../../../../services/documents/standing.ts';
import { newId, type Idempotency } from '../../../../services/issuer.ts';
import { nextForReview } from '../../../../services/queue.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { claimReview, releaseReview } from '../../../../services/review-claims.ts';
import { readReview, type ReviewFile } from '../../../../services/review-file.ts';
import { readSubmission } from '../../../../services/submissions.ts';
import type { EdgeProblem } from '../../../problem-types.ts';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { problemAt } from '../developer/problem-at.ts';
import { ConfirmDecision } from './decide-form.tsx';
import { commandOf, readDraft, stepUpWith, type DecisionDraft } from './decision-draft.ts';
import { isFresh, Review, type Typed } from './review.tsx';

type Reply = Result<PageReply, Refusal | EdgeProblem>;

export const reviewPages = [
  page({
    method: 'GET',
    path: '/console/review/next',
    who: 'submissions:read',
    handle: async ({ issuer, visitor, query }) => {
      const from = query.get('after');
      const file = from === null ? undefined : await readSubmission(issuer, visitor.actor, from);
      if (file?.ok === false) return file;
      const next = await nextForReview(issuer, visitor.actor, file?.value.submission);
      if (!next.ok) return next;
      return next.value === undefined
        ? go('/console/queue', 'queue_done')
        : go(`/console/review/${next.value.submission.id}`);
    },
  }),
  page({
    method: 'GET',
    path: '/console/review/{submission_id}',
    who: 'submissions:read',
    handle: async (call) => {
      const { visitor, query } = call;
      // Developers have a page of their own for what they submitted.
      if (visitor.actor.roles.length === 0) return go(`/console/submissions/${idOf(call)}`);
      return showReview(call, { draft: readDraft((name) => query.get(name) ?? '') });
    },
  }),
  page({
    method: 'POST',
    path: '/console/review/{submission_id}/claim',
    who: 'submissions:read',
    handle: async (call) => {
      const claimed = await claimReview(call.issuer, call.visitor.actor, idOf(call));
      if (!claimed.ok) return claimed;
      return go(
        `/console/review/${idOf(call)}`,
        claimed.value.isOwn ? 'review_claimed' : 'review_claimed_by_another',
      );
    },
  }),
  page({
    method: 'POST',
    path: '/console/review/{submission_id}/release',
    who: 'submissions:read',
    handle: async (call) => {
      const released = await releaseReview(call.issuer, call.visitor.actor, idOf(call));
      return released.ok ? go(`/console/review/${idOf(call)}`, 'review_released') : released;
    },
  }),
  page({
    method: 'POST',
    path: '/console/review/{submission_id}/compare',
    who: 'submissions:read',
    handle: async (call) => {
      const servedNow = await compareDocument(call.issuer, call.visitor.actor, idOf(call));
      return servedNow.ok ? showReview(call, { servedNow: servedNow.value }) : servedNow;
    },
  }),
  page({
    method: 'POST',
    path: '/console/review/{submission_id}/comments',
    who: 'submissions:read',
    handle: async (call) => {
      const text = call.form.text('text');
      const said = await commentOn(call.issuer, call.visitor.actor, idOf(call), text);
      if (said.ok) return go(`/console/review/${idOf(call)}`, 'commented');
      const error = problemAt(said.error, '/text');
      return error === undefined ? said : showReview(call, { comment: { text, error } }, 422);
    },
  }),
  page({
    method: 'POST',
    path: '/console/review/{submission_id}/decide',
    who: 'submissions:read',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const read = await readReview(issuer, visitor.actor, idOf(call));
      if (!read.ok) return read;
      const { submission, standing } = read.value;
      const draft = readDraft(form.raw);
      const allowed = authorizeBeforeStepUp(visitor.actor, 'decisions:write', submission.publisherId);
      if (!allowed.ok) return allowed;
      if (form.has('back')) return shown(call, read.value, { draft });
      const command = commandOf(draft);
      if (!command.ok) return shown(call, read.value, { draft, problems: command.error }, 422);
      if (standing.may && !isFresh(visitor.actor)) return firstThePasskey(call, read.value, draft);
      if (standing.may && !form.has('confirmed')) return confirm(call, read.value, draft, command.value);
      return decideNow(call, draft, command.value);
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['submission_id'] ?? '';
}

async function showReview(call: SignedInCall, typed: Typed, status = 200): Promise<Reply> {
  const file = await readReview(call.issuer, call.visitor.actor, idOf(call));
  return file.ok ? shown(call, file.value, typed, status) : file;
}

function shown({ visitor }: SignedInCall, file: ReviewFile, typed: Typed, status = 200): Reply {
  return show({
    title: `Review ${file.software.name} ${file.submission.softwareVersion}`,
    status,
    scripts: ['review'],
    body: <Review file={file} actor={visitor.actor} typed={typed} />,
  });
}

/** The way to the passkey carries what was typed; what is too long for that stays where it is. */
function firstThePasskey(call: SignedInCall, file: ReviewFile, draft: DecisionDraft): Reply {
  const way = stepUpWith(`/console/review/${idOf(call)}`, draft);
  return way === undefined ? shown(call, file, { draft, obstacle: 'too_long_to_carry' }, 403) : go(way);
}

async function confirm(
  call: SignedInCall,
  file: ReviewFile,
  draft: DecisionDraft,
  command: DecideCommand,
): Promise<Reply> {
  const conditions = await conditionsOf(call.issuer, command, file.decisions);
  if (!conditions.ok) return shown(call, file, { draft, problems: conditionProblems(conditions.error) }, 422);
  const { claim, names } = file;
  const claimedBy =
    claim === undefined || claim.personId === call.visitor.actor.personId
      ? undefined
      : (names.get(claim.personId) ?? claim.personId);
  return show({
    title: 'Confirm your decision',
    body: (
      <ConfirmDecision
        file={file}
        draft={draft}
        verdict={command.verdict}
        conditions={conditions.value}
        claimedBy={claimedBy}
        once={newId(call.issuer)}
      />
    ),
  });
}

async function decideNow(call: SignedInCall, draft: DecisionDraft, command: DecideCommand): Promise<Reply> {
  const { issuer, visitor, form } = call;
  const once = form.text('once');
  const decided = await decide(
    issuer,
    visitor.actor,
    idOf(call),
    command,
    onceOnly(once, idOf(call), command),
  );
  if (decided.ok)
    return go(
      `/console/review/${idOf(call)}`,
      decided.value.claimOfAnother === undefined ? 'decided' : 'decided_on_claimed',
    );
  const { code } = decided.error;
  if (code === 'submission_state') return showReview(call, { draft, obstacle: 'decided_meanwhile' }, 409);
  const problems = conditionProblems(decided.error);
  return code === 'invalid_input' ? showReview(call, { draft, problems }, 422) : decided;
}

function conditionProblems(refusal: Refusal): NonNullable<Typed['problems']> {
  const days = problemAt(refusal, '/conditions/max_lifetime_seconds');
  const audience = problemAt(refusal, '/conditions/audience');
  return { ...(days === undefined ? {} : { days }), ...(audience === undefined ? {} : { audience }) };
}

/** A confirmation that is sent twice decides once. */
function onceOnly(key: string, submissionId: string, command: DecideCommand): Idempotency | undefined {
  return key === ''
    ? undefined
    : { key, requestSha256: sha256Base64url(JSON.stringify(['review', submissionId, command])) };
}
