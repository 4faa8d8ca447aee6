import type { Result } from '../../../../domain/result.ts';
import { answerAuthorization } from '../../../../services/exchange/authorization/answer.ts';
import { readApproval } from '../../../../services/exchange/authorization/screen.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { ok } from '../../../../domain/result.ts';
import { holdersOf } from '../../holders.ts';
import { page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { problemAt } from '../developer/problem-at.ts';
import { ApprovalView } from './approval-view.tsx';
import { leaveAfterForm } from './leave.tsx';

const PATH = '/console/authorize/{request_id}';

/** Where somebody answers a client that asked for a statement. */
export const approvalPages = [
  page({
    method: 'GET',
    path: PATH,
    who: 'signed_in',
    handle: (call) => view(call, call.query.get('for') ?? undefined),
  }),
  page({ method: 'POST', path: PATH, who: 'signed_in', handle: (call) => answer(call) }),
];

function idOf({ params }: SignedInCall): string {
  return params['request_id'] ?? '';
}

type Outcome = Promise<Result<PageReply, Refusal>>;

async function answer(call: SignedInCall): Outcome {
  const { issuer, visitor, form } = call;
  const choice = form.text('for');
  const answered = await answerAuthorization(
    issuer,
    visitor.actor,
    idOf(call),
    form.text('answer') === 'send'
      ? { answer: 'send', choice, digest: form.text('digest') }
      : { answer: 'decline' },
  );
  if (answered.ok) return ok(leaveAfterForm(answered.value));
  if (problemAt(answered.error, '/digest') !== undefined) return view(call, choice, { hasChanged: true });
  return answered.error.code === 'invalid_client_metadata' ? view(call, choice) : answered;
}

async function view(
  call: SignedInCall,
  wanted: string | undefined,
  told: { readonly hasChanged?: boolean } = {},
): Outcome {
  const { issuer, visitor } = call;
  const approval = await readApproval(issuer, visitor.actor, idOf(call), wanted);
  if (!approval.ok) return approval;
  const isStuck = approval.value.choices.length === 0;
  return show({
    title: 'A client asks for a statement',
    status: told.hasChanged === true ? 409 : call.form.has('answer') ? 422 : 200,
    body: (
      <ApprovalView
        id={idOf(call)}
        approval={approval.value}
        issuerName={new URL(issuer.identifier).host}
        hasChanged={told.hasChanged === true}
        operators={isStuck ? (await holdersOf(issuer, ['operator'])).map(({ name }) => name) : []}
      />
    ),
  });
}
