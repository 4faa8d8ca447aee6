import { agentWords, type Agent } from '../../../../domain/agent.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { registrationRequest } from '../../../../domain/statement/registration-request.ts';
import { parseCompact } from '../../../../domain/statement/judge.ts';
import { MAX_STATEMENT_OCTETS } from '../../../../domain/statement/claims.ts';
import type { StatementStanding } from '../../../../ports.ts';
import { standingOfDocument } from '../../../../services/documents/standing.ts';
import { renewStatement } from '../../../../services/issue.ts';
import type { Issuer } from '../../../../services/issuer.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { listStatements, readStatement } from '../../../../services/statements.ts';
import { readSoftware } from '../../../../services/software.ts';
import { readSubmission } from '../../../../services/submissions.ts';
import { STATEMENT_STATES } from '../../../../domain/statement/statement.ts';
import { problemDetail } from '../../../problem.ts';
import { Filters, Select } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Empty, PageHeader, Pager } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { choiceOf, pageAfter, paged } from '../operator/paging.ts';
import { lifetimeOf } from './lifetime.ts';
import { StatementView } from './statement-view.tsx';
import { StatementsTable } from './statements-table.tsx';
import { REQUEST_FILE } from './snippets.ts';

const PATH = '/console/statements/{jti}';

/** Statements: what one says, whether it stands, and how it is used. */
export const statementPages = [
  page({
    method: 'GET',
    path: '/console/software/{software_id}/statements',
    who: 'statements:read',
    handle: (call) => list(call),
  }),
  page({ method: 'GET', path: PATH, who: 'statements:read', handle: (call) => view(call) }),
  page({
    method: 'GET',
    path: `${PATH}/download`,
    who: 'statements:issue',
    handle: async (call) => {
      const held = await heldBy(call);
      return held.ok
        ? ok({
            kind: 'file',
            contentType: 'application/jwt',
            name: `${held.value.statement.jti}.jwt`,
            body: held.value.statement.jwt,
          })
        : held;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/registration-request`,
    who: 'statements:issue',
    handle: async (call) => {
      const held = await heldBy(call);
      if (!held.ok) return held;
      const { statement } = held.value;
      const file = await readSubmission(call.issuer, call.visitor.actor, statement.submissionId);
      if (!file.ok) return file;
      const request = registrationRequest(statement, file.value.submission.metadata);
      return ok({
        kind: 'file',
        contentType: 'application/json',
        name: REQUEST_FILE,
        body: JSON.stringify(request, null, 2),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/renew`,
    who: 'statements:issue',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const lifetime = lifetimeOf(form);
      if (!lifetime.ok) return view(call, lifetime.error);
      const renewed = await renewStatement(issuer, visitor.actor, jtiOf(call), {
        lifetimeSeconds: lifetime.value,
      });
      if (renewed.ok) return go(`/console/statements/${renewed.value.statement.jti}`, 'statement_issued');
      return renewed.error.code === 'lifetime_not_allowed'
        ? view(call, problemDetail(renewed.error, issuer.identifier))
        : renewed;
    },
  }),
];

function jtiOf({ params }: SignedInCall): string {
  return params['jti'] ?? '';
}

type Outcome = Promise<Result<PageReply, Refusal>>;

/** The statement, for those who may hold it: developers of its publisher. */
async function heldBy(call: SignedInCall): Promise<Result<StatementStanding, Refusal>> {
  const found = await readStatement(call.issuer, call.visitor.actor, jtiOf(call));
  if (!found.ok || call.visitor.actor.publisherIds.includes(found.value.statement.publisherId)) return found;
  return err({ code: 'role_needed', action: 'statements:issue', anyOf: ['developer'] });
}

/** A person by their name, a workload by its label, everything else by what it is. */
async function nameOfAgent({ store }: Issuer, agent: Agent): Promise<string> {
  const [, workloadId] = /^workload:(.+)$/.exec(agent) ?? [];
  const workload = workloadId === undefined ? undefined : await store.workload(workloadId);
  if (workload !== undefined) return `the workload “${workload.label}”`;
  return (await store.person(agent))?.name ?? agentWords(agent) ?? '';
}

async function view(call: SignedInCall, lifetimeError?: string): Outcome {
  const { issuer, visitor } = call;
  const { actor } = visitor;
  const found = await readStatement(issuer, actor, jtiOf(call));
  if (!found.ok) return found;
  const { statement, software } = found.value;
  const [file, issuedBy, standing] = await Promise.all([
    readSubmission(issuer, actor, statement.submissionId),
    nameOfAgent(issuer, statement.issuedBy),
    readSoftware(issuer, actor, software.id),
  ]);
  if (!file.ok) return file;
  if (!standing.ok) return standing;
  const { document } = file.value.submission;
  const standingOfIts =
    statement.profile === 'cimd' && document !== null
      ? await standingOfDocument(issuer, document)
      : undefined;
  const decoded = parseCompact(statement.jwt, MAX_STATEMENT_OCTETS);
  if (!decoded.ok) throw new Error(`statement ${statement.jti} cannot be decoded: ${decoded.error}`);
  const isDeveloper = actor.publisherIds.includes(statement.publisherId);
  return ok({
    kind: 'page',
    title: `Statement of ${software.name}`,
    ...(lifetimeError === undefined ? {} : { status: 422 }),
    body: (
      <StatementView
        standing={found.value}
        header={decoded.value.header}
        claims={decoded.value.claims}
        metadata={file.value.submission.metadata}
        document={standingOfIts}
        issuedBy={issuedBy}
        approvedVersion={
          standing.value.approved?.id === statement.submissionId
            ? undefined
            : (standing.value.approved?.softwareVersion ?? null)
        }
        isDeveloper={isDeveloper}
        mayRevoke={isDeveloper || actor.roles.includes('operator')}
        maySuspend={mayOpen(actor, 'statements:suspend')}
        lifetime={call.form.raw('lifetime_days')}
        lifetimeError={lifetimeError}
      />
    ),
  });
}

async function list(call: SignedInCall): Outcome {
  const { issuer, visitor, params, query } = call;
  const softwareId = params['software_id'] ?? '';
  const state = choiceOf(query, 'state', STATEMENT_STATES);
  const [standing, found] = await Promise.all([
    readSoftware(issuer, visitor.actor, softwareId),
    listStatements(
      issuer,
      visitor.actor,
      { softwareId, states: state === undefined ? undefined : [state] },
      pageAfter(query),
    ),
  ]);
  if (!standing.ok) return standing;
  if (!found.ok) return found;
  const { rows, next } = paged(found.value, ({ statement }) => statement.jti);
  const { software } = standing.value;
  const place = `/console/software/${software.id}`;
  return show({
    title: `Statements of ${software.name}`,
    body: (
      <>
        <PageHeader title="Statements" above={{ href: place, label: <Name>{software.name}</Name> }} />
        <Filters action={`${place}/statements`} label="Choose statements">
          <Select
            name="state"
            label="Its own state"
            value={state ?? ''}
            options={[
              { value: '', label: 'any' },
              ...STATEMENT_STATES.map((one) => ({ value: one, label: one })),
            ]}
          />
        </Filters>
        {rows.length === 0 ? (
          <Empty title="There are none">
            <p>
              {state === undefined ? (
                'None was issued for this software so far.'
              ) : (
                <A href={`${place}/statements`}>Show all of them</A>
              )}
            </p>
          </Empty>
        ) : (
          <StatementsTable statements={rows} />
        )}
        <Pager path={`${place}/statements`} query={query} next={next} />
      </>
    ),
  });
}
