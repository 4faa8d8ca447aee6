import { ok, type Result } from '../../../../domain/result.ts';
import { isOpen } from '../../../../domain/submission.ts';
import { commentOn, listComments } from '../../../../services/comments.ts';
import {
  compareDocument,
  documentFileOf,
  readReviewedDocument,
  type ServedNow,
} from '../../../../services/documents/standing.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { readSoftware } from '../../../../services/software.ts';
import { readSubmission } from '../../../../services/submissions.ts';
import { withdraw } from '../../../../services/withdraw.ts';
import { err } from '../../../../domain/result.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Code, Name } from '../../components/text.tsx';
import { go, page, type PageReply, type SignedInCall } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { REASON_MISSING, reasonOf } from '../operator/reason.ts';
import { problemAt } from './problem-at.ts';
import { SubmissionView } from './submission-view.tsx';

const PATH = '/console/submissions/{submission_id}';

/** One submission: how it stands, what was found, what was decided and said. */
export const submissionPages = [
  page({ method: 'GET', path: PATH, who: 'submissions:read', handle: (call) => view(call) }),
  page({
    method: 'POST',
    path: `${PATH}/comments`,
    who: 'comments:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const text = form.text('text');
      const said = await commentOn(issuer, visitor.actor, idOf(call), text);
      if (said.ok) return go(`/console/submissions/${idOf(call)}`, 'commented');
      const error = problemAt(said.error, '/text');
      return error === undefined ? said : view(call, { typed: { text, error } });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/compare`,
    who: 'submissions:read',
    handle: async (call) => {
      const servedNow = await compareDocument(call.issuer, call.visitor.actor, idOf(call));
      return servedNow.ok ? view(call, { servedNow: servedNow.value }) : servedNow;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/document`,
    who: 'submissions:read',
    handle: async (call) => {
      const read = await readReviewedDocument(call.issuer, call.visitor.actor, idOf(call));
      if (!read.ok) return read;
      // It was read as UTF-8 when it was submitted, so that these are its octets again, byte order mark and all.
      const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read.value.octets);
      return ok({ kind: 'file', contentType: 'application/json', name: 'client.json', body });
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/withdraw`,
    who: 'submissions:write',
    handle: (call) => askToWithdraw(call),
  }),
  page({
    method: 'POST',
    path: `${PATH}/withdraw`,
    who: 'submissions:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const reason = reasonOf(form);
      if (reason === undefined) return askToWithdraw(call, REASON_MISSING);
      const withdrawn = await withdraw(issuer, visitor.actor, idOf(call), reason);
      return withdrawn.ok ? go(`/console/submissions/${idOf(call)}`, 'withdrawn') : withdrawn;
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['submission_id'] ?? '';
}

type Outcome = Promise<Result<PageReply, Refusal>>;

async function view(
  call: SignedInCall,
  told: {
    readonly typed?: { readonly text: string; readonly error: string };
    readonly servedNow?: ServedNow;
  } = {},
): Outcome {
  const { issuer, visitor } = call;
  const { actor } = visitor;
  const [file, comments] = await Promise.all([
    readSubmission(issuer, actor, idOf(call)),
    listComments(issuer, actor, idOf(call)),
  ]);
  if (!file.ok) return file;
  if (!comments.ok) return comments;
  const { submission, decisions } = file.value;
  const [standing, people, document] = await Promise.all([
    readSoftware(issuer, actor, submission.softwareId),
    issuer.store.peopleOf([
      ...new Set([submission.submittedBy, ...decisions.map(({ decidedBy }) => decidedBy)]),
    ]),
    documentFileOf(issuer, submission),
  ]);
  if (!standing.ok) return standing;
  const isDeveloper = actor.publisherIds.includes(submission.publisherId);
  return ok({
    kind: 'page',
    title: `${standing.value.software.name} ${submission.softwareVersion}`,
    ...(told.typed === undefined ? {} : { status: 422 }),
    body: (
      <SubmissionView
        file={file.value}
        standing={standing.value}
        comments={comments.value}
        names={new Map(people.map(({ id, name }) => [id, name]))}
        isDeveloper={isDeveloper}
        mayReview={mayOpen(actor, 'decisions:write')}
        mayComment={isDeveloper || mayOpen({ ...actor, publisherIds: [] }, 'comments:write')}
        typed={told.typed}
        document={document}
        servedNow={told.servedNow}
      />
    ),
  });
}

async function askToWithdraw(call: SignedInCall, error?: string): Outcome {
  const { issuer, visitor, form } = call;
  const file = await readSubmission(issuer, visitor.actor, idOf(call));
  if (!file.ok) return file;
  const { submission } = file.value;
  const standing = await readSoftware(issuer, visitor.actor, submission.softwareId);
  if (!standing.ok) return standing;
  if (!isOpen(submission.state))
    return err({
      code: 'submission_state',
      submissionId: submission.id,
      state: submission.state,
      wanted: 'submitted or changes_requested',
    });
  const place = `/console/submissions/${submission.id}`;
  return ok({
    kind: 'page',
    title: 'Withdraw a submission',
    ...(error === undefined ? {} : { status: 422 }),
    body: (
      <Confirm
        title={
          <>
            Withdraw version <Code>{submission.softwareVersion}</Code> of{' '}
            <Name>{standing.value.software.name}</Name>
          </>
        }
        above={{ href: place, label: 'Back to the submission' }}
        effect="It leaves the review queue, and nobody can decide on it any more. What is approved stands. Its version is free to be submitted again."
        action={`${place}/withdraw`}
        button="Withdraw it"
        cancel={place}
        reason={{ error, value: form.raw('reason') }}
      />
    ),
  });
}
