import { ok, type Result } from '../../../../domain/result.ts';
import { readDraft } from '../../../../services/drafts.ts';
import { approvedDocument } from '../../../../services/documents/standing.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { readSoftware, renameSoftware } from '../../../../services/software.ts';
import { listStatements } from '../../../../services/statements.ts';
import { listSubmissions } from '../../../../services/submissions.ts';
import { readTimeline } from '../../../../services/timeline.ts';
import { listWorkloads } from '../../../../services/workloads/bindings.ts';
import { go, page, type PageReply, type SignedInCall } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { problemAt } from './problem-at.ts';
import { SoftwareView } from './software-view.tsx';

const TIMELINE_ROWS = 30;
const STATEMENTS_SHOWN = 5;

const OPEN = ['submitted', 'changes_requested'] as const;

export const softwarePages = [
  page({
    method: 'GET',
    path: '/console/software/{software_id}',
    who: 'software:read',
    handle: (call) => view(call),
  }),
  page({
    method: 'POST',
    path: '/console/software/{software_id}/name',
    who: 'software:write',
    handle: async (call) => {
      const { issuer, visitor, form, params } = call;
      const id = params['software_id'] ?? '';
      const name = form.text('name');
      const renamed = await renameSoftware(issuer, visitor.actor, id, name);
      if (renamed.ok) return go(`/console/software/${id}`, 'software_renamed');
      const problem = problemAt(renamed.error, '/name');
      return problem === undefined ? renamed : view(call, problem);
    },
  }),
];

async function view(call: SignedInCall, nameError?: string): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor, params, query, form } = call;
  const { actor } = visitor;
  const id = params['software_id'] ?? '';
  const before = Number(query.get('after') ?? Number.NaN);
  const [standing, timeline, statements, open, desk, workloads] = await Promise.all([
    readSoftware(issuer, actor, id),
    readTimeline(issuer, actor, id, {
      before: Number.isSafeInteger(before) ? before : undefined,
      limit: TIMELINE_ROWS,
    }),
    listStatements(issuer, actor, { softwareId: id }, { limit: STATEMENTS_SHOWN + 1 }),
    listSubmissions(issuer, actor, { softwareId: id, states: OPEN }, { limit: 1 }, 'newest'),
    readDraft(issuer, actor, id),
    listWorkloads(issuer, actor, id),
  ]);
  if (!standing.ok) return standing;
  if (!timeline.ok) return timeline;
  if (!statements.ok) return statements;
  if (!open.ok) return open;
  const document = await approvedDocument(issuer, standing.value);
  const isDeveloper = actor.publisherIds.includes(standing.value.software.publisherId);
  return ok({
    kind: 'page',
    title: standing.value.software.name,
    ...(nameError === undefined ? {} : { status: 422 }),
    body: (
      <SoftwareView
        standing={standing.value}
        open={open.value[0]}
        document={document}
        draft={desk.ok ? desk.value.draft : undefined}
        statements={statements.value.slice(0, STATEMENTS_SHOWN)}
        workloads={workloads.ok ? workloads.value : []}
        hasMoreStatements={statements.value.length > STATEMENTS_SHOWN}
        timeline={timeline.value}
        query={query}
        isDeveloper={isDeveloper}
        maySuspend={mayOpen(actor, 'software:suspend')}
        mayRevoke={isDeveloper || actor.roles.includes('operator')}
        name={nameError === undefined ? standing.value.software.name : form.raw('name')}
        nameError={nameError}
      />
    ),
  });
}
