import type { Result } from '../../../../domain/result.ts';
import { answerAuthorization } from '../../../../services/exchange/authorization/answer.ts';
import { readApproval } from '../../../../services/exchange/authorization/screen.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { ok } from '../../../../domain/result.ts';
import { holdersOf } from '../../holders.ts';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
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
  const answered = form.text('answer');
  if (answered === 'look')
    return go(
      `/console/authorize/${encodeURIComponent(idOf(call))}?${new URLSearchParams({ for: choice }).toString()}`,
    );
  if (answered !== 'send' && answered !== 'decline') return view(call, choice);
  if (answered === 'send' && form.text('shown') !== choice) return view(call, choice, 'software');
  const sent = await answerAuthorization(
    issuer,
    visitor.actor,
    idOf(call),
    answered === 'send' ? { answer: 'send', choice, digest: form.text('digest') } : { answer: 'decline' },
  );
  if (sent.ok) return ok(leaveAfterForm(sent.value));
  if (problemAt(sent.error, '/digest') !== undefined) return view(call, choice, 'document');
  return sent.error.code === 'invalid_client_metadata' ? view(call, choice) : sent;
}

async function view(
  call: SignedInCall,
  wanted: string | undefined,
  changed?: 'document' | 'software',
): Outcome {
  const { issuer, visitor } = call;
  const approval = await readApproval(issuer, visitor.actor, idOf(call), wanted);
  if (!approval.ok) return approval;
  const isStuck = approval.value.choices.length === 0;
  return show({
    title: 'A client asks for a statement',
    status: changed !== undefined ? 409 : call.request.method === 'POST' ? 422 : 200,
    body: (
      <ApprovalView
        id={idOf(call)}
        approval={approval.value}
        issuerName={new URL(issuer.identifier).host}
        changed={changed}
        operators={isStuck ? (await holdersOf(issuer, ['operator'])).map(({ name }) => name) : []}
      />
    ),
  });
}
