import { readOverview, type Overview } from '../../../../services/overview.ts';
import { A } from '../../components/here.tsx';
import { ChangedDocuments } from '../../components/changed-documents.tsx';
import { Facts, Notice, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Code, counted, duration, State, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { CheckWords } from './check-words.tsx';

const DAY = 86_400;
/** A queue older than this is worth a look. */
const OLD_SUBMISSION_SECONDS = 3 * DAY;

export const overviewPages = [
  page({
    method: 'GET',
    path: '/console/overview',
    who: 'ledger:read',
    handle: async ({ issuer, publications, visitor }) => {
      const overview = await readOverview(issuer, visitor.actor, publications);
      return overview.ok
        ? show({ title: 'Overview', body: <OverviewPage overview={overview.value} /> })
        : overview;
    },
  }),
];

function OverviewPage({ overview }: { readonly overview: Overview }) {
  const { statements, queue, failing, ledger } = overview;
  const oldest = queue.oldestSubmittedAt;
  const isOld = oldest !== undefined && overview.now - oldest > OLD_SUBMISSION_SECONDS;
  return (
    <>
      <PageHeader title="Overview" lead="How this issuer stands at this moment." />
      <Warnings overview={overview} />
      <div class="tiles">
        <Tile number={statements.live} label="statements alive" />
        <Tile number={statements.in7Days} label="expire within 7 days" />
        <Tile number={statements.in30Days} label="expire within 30 days" />
        <Tile
          number={queue.waiting}
          label={
            oldest === undefined
              ? 'submissions wait for review'
              : `submissions wait for review, the oldest for ${duration(overview.now - oldest) ?? 'a moment'}`
          }
          tone={isOld ? 'waiting' : undefined}
        />
        <Tile
          number={failing.documents}
          label="documents failed in 30 days"
          href="#failing"
          tone={failing.documents > 0 ? 'waiting' : undefined}
        />
        <Tile
          number={failing.domains}
          label="domain checks fail"
          href="#failing"
          tone={failing.domains > 0 ? 'waiting' : undefined}
        />
        <Tile
          number={overview.changedDocuments.count}
          label="approved documents have changed"
          href="#changed"
          tone={overview.changedDocuments.count > 0 ? 'waiting' : undefined}
        />
        <Tile number={ledger.entries} label="ledger entries" href="/console/ledger" />
      </div>
      <div class="columns even">
        <div>
          <KeysSection overview={overview} />
          <LedgerSection overview={overview} />
        </div>
        <div>
          <ListsSection overview={overview} />
          <ChangedDocuments changed={overview.changedDocuments} />
          <FailingSection failing={failing} />
        </div>
      </div>
    </>
  );
}

function Tile(props: {
  readonly number: number;
  readonly label: string;
  /** A path below the issuer, or a place on this page. */
  readonly href?: string;
  readonly tone?: 'waiting' | 'bad' | undefined;
}) {
  const classes = props.tone === undefined ? 'tile' : `tile ${props.tone}`;
  const content = (
    <>
      <span class="number">{props.number.toLocaleString('en')}</span>
      <span class="label">{props.label}</span>
    </>
  );
  if (props.href === undefined) return <div class={classes}>{content}</div>;
  return props.href.startsWith('#') ? (
    <a href={props.href} class={classes}>
      {content}
    </a>
  ) : (
    <A href={props.href} class={classes}>
      {content}
    </A>
  );
}

/** What somebody should do something about. */
function Warnings({ overview }: { readonly overview: Overview }) {
  const { keys, lastCheck } = overview;
  const hasActive = keys.some(({ key }) => key.state === 'active');
  const hasStandby = keys.some(({ key }) => key.state === 'pending');
  return (
    <>
      {hasActive ? null : (
        <Notice tone="bad" title="No key is active.">
          Nothing can be signed: no statements, and no status lists.{' '}
          <A href="/console/keys">Activate a key.</A>
        </Notice>
      )}
      {hasActive && !hasStandby ? (
        <Notice tone="waiting" title="No key stands by.">
          If the active key had to be revoked, nothing could be signed until a new one is known everywhere.{' '}
          <A href="/console/keys">Generate one now.</A>
        </Notice>
      ) : null}
      {lastCheck?.state === 'fails' ? (
        <Notice tone="bad" title="The ledger does not hold.">
          The last full check found an entry or checkpoint that was changed.{' '}
          <A href="/console/ledger/check">See what.</A>
        </Notice>
      ) : null}
    </>
  );
}

function KeysSection({ overview }: { readonly overview: Overview }) {
  return (
    <Section title="Keys" actions={<A href="/console/keys">All keys</A>}>
      <Table
        caption="Published keys"
        columns={['Key', 'State', 'Since', 'Live statements']}
        numeric={[3]}
        rows={overview.keys.map(({ key, since, readyAt, liveStatements }) => [
          <A href={`/console/keys/${key.kid}`}>
            <Code short>{key.kid}</Code>
          </A>,
          <State state={key.state} />,
          key.state === 'pending' && readyAt > overview.now ? (
            <>
              <Time at={since} />, ready <Time at={readyAt} />
            </>
          ) : (
            <Time at={since} />
          ),
          liveStatements.toLocaleString('en'),
        ])}
      />
    </Section>
  );
}

function ListsSection({ overview }: { readonly overview: Overview }) {
  return (
    <Section title="Status lists" actions={<A href="/console/status-lists">All lists</A>}>
      <Facts
        facts={overview.statusLists.map(({ list, issuedAt }) => ({
          name: <Code short>{list.id}</Code>,
          value:
            issuedAt === undefined ? (
              'cannot be signed: no key is active'
            ) : (
              <>
                signed <Time at={issuedAt} />
              </>
            ),
          note: `${counted(list.allocated, 'place')} taken, ${list.state}`,
        }))}
      />
      {overview.statusLists.length === 0 ? (
        <p class="none">None yet. The first statement opens one.</p>
      ) : null}
    </Section>
  );
}

function LedgerSection({ overview }: { readonly overview: Overview }) {
  const { checkpoint, entries, unsealed } = overview.ledger;
  return (
    <Section title="Ledger" actions={<A href="/console/ledger/check">Full check</A>}>
      <Facts
        facts={[
          { name: 'Height', value: counted(entries, 'entry', 'entries') },
          {
            name: 'Last checkpoint',
            value:
              checkpoint === undefined ? (
                'none yet'
              ) : (
                <>
                  over {counted(checkpoint.size, 'entry', 'entries')}, <Time at={checkpoint.signedAt} />
                </>
              ),
          },
          {
            name: 'Not sealed yet',
            value: counted(unsealed, 'entry', 'entries'),
            note: 'Entries are sealed within a second of being written.',
          },
          { name: 'Last full check', value: <CheckWords check={overview.lastCheck} /> },
        ]}
      />
    </Section>
  );
}

function FailingSection({ failing }: { readonly failing: Overview['failing'] }) {
  const { newestDocuments, oldestDomains } = failing;
  return (
    <Section title="Failed fetches" id="failing" lead="What submissions name, and what publishers claim.">
      {newestDocuments.length === 0 && oldestDomains.length === 0 ? (
        <p class="none">Everything that was looked at lately answered as it should.</p>
      ) : (
        <ul>
          {newestDocuments.map(({ submissionId, member, detail, checkedAt }) => (
            <li>
              <A href={`/console/submissions/${submissionId}`}>
                <Code>{member}</Code>
              </A>{' '}
              {detail} {checkedAt === null ? null : <Time at={checkedAt} />}
            </li>
          ))}
          {oldestDomains.map(({ publisherId, domain, detail, failingSince }) => (
            <li>
              <A href={`/console/publishers/${publisherId}`}>
                <Code>{domain}</Code>
              </A>{' '}
              {detail ?? 'could not be shown to belong to its publisher'}
              {failingSince === null ? null : (
                <>
                  , since <Time at={failingSince} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
