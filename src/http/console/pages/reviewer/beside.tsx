import type { Child } from 'hono/jsx';
import { SUBMISSION_STATES } from '../../../../domain/submission.ts';
import type { PublisherRecord } from '../../../../services/publisher-record.ts';
import type { ReviewFile } from '../../../../services/review-file.ts';
import { A } from '../../components/here.tsx';
import { Facts, Section } from '../../components/parts.tsx';
import { Code, counted, Name, Said, State, Time } from '../../components/text.tsx';
import { conditionWords } from './condition-words.ts';

/** Who has decided so far, and how many approvals are still to come. */
export function DecisionsSoFar({ file }: { readonly file: ReviewFile }) {
  const { decisions, submission, names } = file;
  const approvals = decisions.filter(({ verdict }) => verdict === 'approve').length;
  const together = conditionWords(submission.conditions);
  return (
    <Section
      title="Decisions so far"
      id="decisions"
      lead={
        submission.requiredApprovals === 1
          ? `${approvals} of 1 approval. One reviewer decides.`
          : `${approvals} of ${submission.requiredApprovals} approvals. Different reviewers have to approve.`
      }
    >
      {decisions.length === 0 ? (
        <p class="none">Nobody has decided yet.</p>
      ) : (
        <ul class="said">
          {decisions.map(({ verdict, reason, conditions, decidedBy, decidedAt }) => (
            <li>
              <p>
                <State state={VERDICT_STATES[verdict]} /> <Name>{names.get(decidedBy) ?? decidedBy}</Name>{' '}
                <Time at={decidedAt} />
              </p>
              <Said>{reason}</Said>
              {conditions === null ? null : <p class="note">{conditionWords(conditions)}</p>}
            </li>
          ))}
        </ul>
      )}
      {together === undefined || approvals < 2 ? null : <p>Together: {together}</p>}
    </Section>
  );
}

const VERDICT_STATES = {
  approve: 'approved',
  reject: 'rejected',
  request_changes: 'changes_requested',
} as const;

/** What is known of who answers for it. */
export function Record({ record }: { readonly record: PublisherRecord }) {
  const { publisher, submissions, lostDomains } = record;
  const outcomes = SUBMISSION_STATES.flatMap((state) => {
    const count = submissions[state] ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${OUTCOMES[state]}`];
  });
  const facts: readonly { readonly name: string; readonly value: Child }[] = [
    { name: 'Here since', value: <Time at={publisher.createdAt} /> },
    ...(publisher.state === 'active'
      ? []
      : [
          {
            name: 'State',
            value: (
              <>
                <State state={publisher.state} /> {publisher.stateReason}
              </>
            ),
          },
        ]),
    { name: 'Submissions', value: outcomes.join(', ') },
    {
      name: 'Statements',
      value: `${record.liveStatements.toLocaleString('en')} live, ${record.revokedStatements.toLocaleString('en')} revoked`,
    },
    { name: 'Suspended', value: suspensionsInWords(record) },
    {
      name: 'Verified domains',
      value:
        publisher.verifiedDomains.length === 0 ? (
          'none'
        ) : (
          <ul class="value">
            {publisher.verifiedDomains.map((domain) => (
              <li>
                <Code>{domain}</Code>
              </li>
            ))}
          </ul>
        ),
    },
    ...(lostDomains.length === 0
      ? []
      : [{ name: 'Domains it lost', value: lostDomains.map(({ domain }) => domain).join(', ') }]),
    { name: 'Members', value: counted(record.memberCount, 'person', 'people') },
  ];
  return (
    <Section
      title="The publisher’s record"
      id="record"
      lead={
        <A href={`/console/publishers/${publisher.id}`}>
          <Name>{publisher.name}</Name>
        </A>
      }
    >
      <Facts facts={facts} />
    </Section>
  );
}

const OUTCOMES = {
  submitted: 'waiting',
  changes_requested: 'sent back',
  approved: 'approved',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  superseded: 'replaced',
} as const;

function suspensionsInWords({ suspensions, softwareSuspensions }: PublisherRecord): string {
  if (suspensions + softwareSuspensions === 0) return 'never';
  return [
    ...(suspensions === 0 ? [] : [counted(suspensions, 'time')]),
    ...(softwareSuspensions === 0 ? [] : [`software of it ${counted(softwareSuspensions, 'time')}`]),
  ].join(', ');
}
