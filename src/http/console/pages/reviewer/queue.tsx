import { ISSUER_AGENT } from '../../../../domain/agent.ts';
import { SUBMISSION_STATES, type SubmissionState } from '../../../../domain/submission.ts';
import { QUEUE_ORDERS, type QueueOrder } from '../../../../ports.ts';
import { changedDocuments } from '../../../../services/documents/changed.ts';
import { readPublisher } from '../../../../services/publishers.ts';
import {
  reviewQueue,
  TALLY_BOUND,
  type QueueItem,
  type QueuePage,
  type QueueQuery,
} from '../../../../services/queue.ts';
import { ChangedDocuments } from '../../components/changed-documents.tsx';
import { Checkbox, Field, Filters, Hidden, Select } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Empty, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Badge, counted, duration, Name, State } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { choiceOf, filterOf } from '../operator/paging.ts';
import { Keys } from './keys.tsx';

/** Rows of a page: a person chooses among a few, and the page stays light. */
const ROWS = 25;
/** Changed documents that are named; the others are counted. */
const SHOWN_CHANGED = 5;
const LEVELS = ['high', 'medium', 'low'] as const;
const CLAIMS = ['unclaimed', 'mine'] as const;

export const queuePages = [
  page({
    method: 'GET',
    path: '/console/queue',
    who: 'submissions:read',
    handle: async ({ issuer, visitor, query }) => {
      const asked = queryOf(query);
      const order = choiceOf(query, 'order', QUEUE_ORDERS) ?? 'attention';
      const at = { after: query.get('after') ?? undefined, limit: ROWS };
      const [found, publisher, changed] = await Promise.all([
        reviewQueue(issuer, visitor.actor, asked, at, order),
        asked.publisherId === undefined ? undefined : readPublisher(issuer, visitor.actor, asked.publisherId),
        changedDocuments(issuer, visitor.actor, SHOWN_CHANGED),
      ]);
      if (!found.ok) return found;
      if (publisher?.ok === false) return publisher;
      return show({
        title: 'Review queue',
        scripts: ['review'],
        body: (
          <Queue
            page={found.value}
            changed={changed}
            asked={asked}
            order={order}
            query={query}
            publisherName={publisher?.value.name}
            personId={visitor.person.id}
            mayDecide={mayOpen(visitor.actor, 'decisions:write')}
          />
        ),
      });
    },
  }),
];

const TITLES = {
  submitted: 'Waiting for review',
  changes_requested: 'Sent back for changes',
  approved: 'Approved',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  superseded: 'Replaced by another',
} as const satisfies Readonly<Record<SubmissionState, string>>;

function queryOf(query: URLSearchParams): QueueQuery {
  return {
    state: choiceOf(query, 'state', SUBMISSION_STATES),
    riskLevel: choiceOf(query, 'risk', LEVELS),
    claim: choiceOf(query, 'claim', CLAIMS),
    expands: query.get('expands') === 'on',
    search: filterOf(query, 'search'),
    publisherId: filterOf(query, 'publisher'),
  };
}

function isNarrowed({ riskLevel, claim, expands, search, publisherId }: QueueQuery): boolean {
  return expands === true || [riskLevel, claim, search, publisherId].some((value) => value !== undefined);
}

function Queue(props: {
  readonly page: QueuePage;
  readonly changed: Awaited<ReturnType<typeof changedDocuments>>;
  readonly asked: QueueQuery;
  readonly order: QueueOrder;
  readonly query: URLSearchParams;
  readonly publisherName: string | undefined;
  readonly personId: string;
  readonly mayDecide: boolean;
}) {
  const { mayDecide, page: found, asked, order, query } = props;
  return (
    <>
      <PageHeader
        title="Review queue"
        lead="Submissions that wait for a person. What adds most authority comes first, then what has waited longest."
        actions={
          mayDecide ? (
            <A href="/console/review/next" class="button main next-review">
              Next one for me
            </A>
          ) : null
        }
      />
      <QueueFilters asked={asked} order={order} />
      {props.publisherName === undefined ? null : (
        <Notice>
          Only of <Name>{props.publisherName}</Name>. <A href="/console/queue">See everybody’s</A>
        </Notice>
      )}
      <Section title={TITLES[asked.state ?? 'submitted']}>
        {found.items.length === 0 ? (
          <NothingHere asked={asked} />
        ) : (
          <Table
            caption="Submissions"
            columns={[
              'Software',
              'Publisher',
              'Waiting',
              'Risk',
              'New powers',
              'Findings',
              'Approvals',
              'Read by',
            ]}
            rows={found.items.map((item) => rowOf(item, props.personId))}
          />
        )}
        <Pager path="/console/queue" query={query} next={found.next ?? undefined} />
      </Section>
      {props.changed.count === 0 ? null : <ChangedDocuments changed={props.changed} />}
      <Keys of="queue" />
    </>
  );
}

function QueueFilters({ asked, order }: { readonly asked: QueueQuery; readonly order: QueueOrder }) {
  const any = { value: '', label: 'any' };
  return (
    <Filters action="/console/queue" label="Filter the queue">
      <Field name="search" label="Software or publisher" type="search" value={asked.search} maxlength={200} />
      <Select
        name="order"
        label="First"
        value={order}
        options={[
          { value: 'attention', label: 'what needs a person' },
          { value: 'oldest', label: 'oldest' },
          { value: 'newest', label: 'newest' },
        ]}
      />
      <Select
        name="state"
        label="State"
        value={asked.state ?? 'submitted'}
        options={SUBMISSION_STATES.map((state) => ({ value: state, label: state.replaceAll('_', ' ') }))}
      />
      <Select
        name="risk"
        label="Risk"
        value={asked.riskLevel}
        options={[any, ...LEVELS.map((level) => ({ value: level, label: level }))]}
      />
      <Select
        name="claim"
        label="Read by"
        value={asked.claim}
        options={[any, { value: 'unclaimed', label: 'nobody yet' }, { value: 'mine', label: 'me' }]}
      />
      <Checkbox name="expands" label="Adds authority" checked={asked.expands === true} />
      {asked.publisherId === undefined ? null : <Hidden name="publisher" value={asked.publisherId} />}
    </Filters>
  );
}

function NothingHere({ asked }: { readonly asked: QueueQuery }) {
  if (isNarrowed(asked))
    return (
      <Empty title="Nothing fits these filters.">
        <p>
          Ask for less, or <A href="/console/queue">see the whole queue</A>.
        </p>
      </Empty>
    );
  return (asked.state ?? 'submitted') === 'submitted' ? (
    <Empty title="Nothing waits for review.">
      <p>
        New submissions appear here by themselves. See{' '}
        <A href="/console/queue?state=approved&order=newest">what was approved</A> meanwhile.
      </p>
    </Empty>
  ) : (
    <Empty title="No submission is in this state.">
      <p>
        See <A href="/console/queue">what waits for review</A>.
      </p>
    </Empty>
  );
}

function rowOf(item: QueueItem, personId: string) {
  const { submission, softwareName, clientName, publisherName } = item;
  return [
    <>
      <A href={`/console/review/${submission.id}`} class="queue-link">
        <Name>{softwareName}</Name>
      </A>{' '}
      <span class="note">{submission.softwareVersion}</span>
      {submission.submittedBy === ISSUER_AGENT ? (
        <>
          {' '}
          <Badge tone="waiting">document changed</Badge>
        </>
      ) : null}
      {clientName === undefined || clientName === softwareName ? null : (
        <p class="note">
          shown as <Name>{clientName}</Name>
        </p>
      )}
    </>,
    <>
      <A href={`/console/queue?publisher=${submission.publisherId}`}>
        <Name>{publisherName}</Name>
      </A>
      <p class="note">{recordInWords(item)}</p>
    </>,
    duration(item.ageSeconds) ?? 'just now',
    <>
      <State state={submission.riskLevel} /> <span class="note">{submission.riskScore}</span>
    </>,
    item.expansions.toLocaleString('en'),
    findingsInWords(item),
    item.waitingApprovals === 0 ? (
      <span class="none">none</span>
    ) : (
      `${submission.requiredApprovals - item.waitingApprovals} of ${submission.requiredApprovals}`
    ),
    <Holder claim={item.claim} personId={personId} />,
  ];
}

function recordInWords({ record: { approved, rejected, revokedStatements } }: QueueItem): string {
  const upTo = (count: number) => (count >= TALLY_BOUND ? `${TALLY_BOUND}+` : String(count));
  if (approved + rejected + revokedStatements === 0) return 'nothing decided yet';
  return `${upTo(approved)} approved, ${upTo(rejected)} rejected, ${upTo(revokedStatements)} revoked`;
}

function findingsInWords({ findings: { error, warning, info } }: QueueItem) {
  const parts = [
    ...(error === 0 ? [] : [counted(error, 'error')]),
    ...(warning === 0 ? [] : [counted(warning, 'warning')]),
    ...(info === 0 ? [] : [`${info} to note`]),
  ];
  return parts.length === 0 ? <span class="none">none</span> : parts.join(', ');
}

function Holder(props: { readonly claim: QueueItem['claim']; readonly personId: string }) {
  const { claim, personId } = props;
  if (claim === null) return <span class="none">nobody</span>;
  return claim.personId === personId ? <Badge tone="good">you</Badge> : <Name>{claim.personName}</Name>;
}
