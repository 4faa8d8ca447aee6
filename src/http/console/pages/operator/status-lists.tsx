import { STATUS_LIST_TTL_SECONDS } from '../../../../services/signed-lists.ts';
import { readPublishedLists, type PublishedList } from '../../../../services/published-lists.ts';
import { Outside } from '../../components/here.tsx';
import { Empty, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Code, duration, State, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';

export const statusListPages = [
  page({
    method: 'GET',
    path: '/console/status-lists',
    who: 'ledger:read',
    handle: async ({ issuer, publications, visitor }) => {
      const lists = await readPublishedLists(issuer, visitor.actor, publications);
      return lists.ok ? show({ title: 'Status lists', body: <StatusLists lists={lists.value} /> }) : lists;
    },
  }),
];

function StatusLists({ lists }: { readonly lists: readonly PublishedList[] }) {
  return (
    <>
      <PageHeader
        title="Status lists"
        lead={`What consumers read to see whether a statement still stands. They look again after ${duration(STATUS_LIST_TTL_SECONDS) ?? 'a moment'}, so that a revocation is known everywhere by then.`}
      />
      <Section title="Every list">
        {lists.length === 0 ? (
          <Empty title="There is no list yet.">
            <p>The first statement that is issued opens one.</p>
          </Empty>
        ) : (
          <Table
            caption="Status lists, newest first"
            columns={['List', 'State', 'Taken', 'Places', 'Signed', 'Good until', 'Size']}
            numeric={[2, 3, 6]}
            rows={lists.toReversed().map(({ list, uri, issuedAt, expiresAt, octets }) => [
              <Outside href={uri}>
                <Code short>{list.id}</Code>
              </Outside>,
              <>
                <State state={list.state} />
                {list.unallocatedStatus === 1 ? (
                  <p class="note">closed by a restore: places that nobody is known to hold are invalid</p>
                ) : null}
              </>,
              list.allocated.toLocaleString('en'),
              list.size.toLocaleString('en'),
              issuedAt === undefined ? 'no key is active' : <Time at={issuedAt} />,
              expiresAt === undefined ? '' : <Time at={expiresAt} />,
              octets === undefined ? '' : `${Math.ceil(octets / 1000).toLocaleString('en')} kB`,
            ])}
          />
        )}
      </Section>
    </>
  );
}
