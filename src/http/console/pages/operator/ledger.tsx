import { textMember } from '../../../../domain/json.ts';
import { changesOf, type LedgerFact } from '../../../../domain/ledger/ledger-fact.ts';
import { ENTRY_KINDS } from '../../../../domain/ledger/entry.ts';
import {
  readFilter,
  type FilterMember,
  type ReadFilter,
  type WrittenFilter,
} from '../../../../services/ledger-filter.ts';
import { exportLedger } from '../../../../services/ledger-export.ts';
import {
  readLedgerPage,
  type LedgerPage,
  type ReadEntry,
  type Names,
} from '../../../../services/ledger-view.ts';
import { ok } from '../../../../domain/result.ts';
import { A } from '../../components/here.tsx';
import { ButtonLink, Field, Filters, Select } from '../../components/form.tsx';
import { Empty, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Name, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { ChangesInLine } from './changes.tsx';
import { About, Who } from './entry-parts.tsx';
import { ENTRY_WORDS } from './entry-words.ts';
import { choiceOf, filterOf, PAGE_ROWS } from './paging.ts';

const DAY = 86_400;
/** A row of the list shows so many changes; the entry shows them all. */
const CHANGES_SHOWN = 3;

export const ledgerPages = [
  page({
    method: 'GET',
    path: '/console/ledger',
    who: 'ledger:read',
    handle: async ({ issuer, visitor, query }) => {
      const read = await readFilter(issuer, visitor.actor, writtenFilter(query));
      if (!read.ok) return read;
      const before = Number(query.get('after') ?? Number.NaN);
      const beforeSeq = Number.isSafeInteger(before) ? before : undefined;
      const found = await readLedgerPage(issuer, visitor.actor, read.value.filter, beforeSeq, PAGE_ROWS);
      return found.ok
        ? show({
            title: 'Ledger',
            body: <Ledger found={found.value} read={read.value} query={query} />,
          })
        : found;
    },
  }),
  page({
    method: 'GET',
    path: '/console/ledger/export',
    who: 'ledger:read',
    handle: async ({ issuer, visitor }) => {
      const lines = await exportLedger(issuer, visitor.actor, 0);
      return lines.ok
        ? ok({
            kind: 'file',
            contentType: 'application/jsonl',
            name: 'ledger.jsonl',
            body: lines.value,
          })
        : lines;
    },
  }),
];

function writtenFilter(query: URLSearchParams): WrittenFilter {
  const to = dayOf(query.get('to'));
  return {
    kind: choiceOf(query, 'kind', ENTRY_KINDS),
    actor: filterOf(query, 'actor'),
    publisher: filterOf(query, 'publisher'),
    software: filterOf(query, 'software'),
    subject: filterOf(query, 'subject'),
    from: dayOf(query.get('from')),
    to: to === undefined ? undefined : to + DAY - 1,
  };
}

/** The beginning of a day (UTC), seconds; undefined for what is no date. */
function dayOf(text: string | null): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at / 1000;
}

function Ledger(props: {
  readonly found: LedgerPage;
  readonly read: ReadFilter;
  readonly query: URLSearchParams;
}) {
  const { found, read, query } = props;
  return (
    <>
      <PageHeader
        title="Ledger"
        lead="Everything that ever changed, in order. Nothing in it can be altered or dropped without a signature that stops fitting."
        actions={
          <>
            <ButtonLink href="/console/ledger/check" look="quiet">
              Full check
            </ButtonLink>
            <ButtonLink href="/console/ledger/export" look="quiet" download="ledger.jsonl">
              Export
            </ButtonLink>
          </>
        }
      />
      <LedgerFilters query={query} />
      <Unclear read={read} query={query} />
      <FilteredBy read={read} />
      <Section title="Entries">
        {found.entries.length === 0 ? (
          <Empty title="No entry fits.">
            <p>
              Ask for less, or see <A href="/console/ledger">every entry</A>.
            </p>
          </Empty>
        ) : (
          <Table
            caption="Ledger entries, newest first"
            columns={['Entry', 'When', 'What', 'Who', 'About', 'Before and after']}
            rows={found.entries.map((entry) => rowOf(entry, found.names))}
          />
        )}
        <Pager path="/console/ledger" query={query} next={found.next?.toString()} />
      </Section>
    </>
  );
}

function rowOf({ entry, fact }: ReadEntry, names: Names) {
  const link = <A href={`/console/ledger/${entry.seq}`}>{entry.seq.toLocaleString('en')}</A>;
  if (fact === undefined) return [link, '', 'Written by another version', '', '', ''];
  const changes = changesOf(fact);
  return [
    link,
    <Time at={fact.at} />,
    <What fact={fact} />,
    <Who fact={fact} names={names} />,
    <About fact={fact} names={names} />,
    <>
      <ChangesInLine changes={changes.slice(0, CHANGES_SHOWN)} />
      {changes.length > CHANGES_SHOWN ? (
        <p class="note">{`and ${changes.length - CHANGES_SHOWN} more`}</p>
      ) : null}
    </>,
  ];
}

const REASON_CHARACTERS = 160;

/** What happened, and the reason that was given for it. */
function What({ fact }: { readonly fact: LedgerFact }) {
  const verdict = textMember(fact.data, 'verdict').replaceAll('_', ' ');
  const reason = textMember(fact.data, 'reason') || textMember(fact.data, 'because');
  return (
    <>
      <p class="words">{verdict === '' ? ENTRY_WORDS[fact.kind] : `${ENTRY_WORDS[fact.kind]}: ${verdict}`}</p>
      {reason === '' ? null : (
        <p class="note">
          <bdi>{reason.length > REASON_CHARACTERS ? `${reason.slice(0, REASON_CHARACTERS)}…` : reason}</bdi>
        </p>
      )}
    </>
  );
}

function LedgerFilters({ query }: { readonly query: URLSearchParams }) {
  const value = (name: string) => query.get(name) ?? '';
  return (
    <Filters action="/console/ledger" label="Filter the ledger">
      <Select
        name="kind"
        label="What"
        value={value('kind')}
        options={[
          { value: '', label: 'Everything' },
          ...ENTRY_KINDS.map((kind) => ({ value: kind, label: ENTRY_WORDS[kind] })),
        ]}
      />
      <Field name="actor" label="Who" placeholder="name or id" value={value('actor')} />
      <Field name="publisher" label="Publisher" placeholder="name or id" value={value('publisher')} />
      <Field name="software" label="Software" placeholder="name or software_id" value={value('software')} />
      <Field name="subject" label="Subject" placeholder="jti, kid, any id" value={value('subject')} />
      <Field name="from" label="From (UTC)" type="date" value={value('from')} />
      <Field name="to" label="To (UTC)" type="date" value={value('to')} />
    </Filters>
  );
}

const NOUNS: Readonly<Record<FilterMember, string>> = {
  actor: 'person',
  publisher: 'publisher',
  software: 'software',
};

/** A name that stands for nobody, or for several, filters nothing; the reader chooses. */
function Unclear({ read, query }: { readonly read: ReadFilter; readonly query: URLSearchParams }) {
  return (
    <>
      {read.unclear.map(({ member, text, found }) => (
        <Notice
          tone="waiting"
          title={
            found.length === 0
              ? `No ${NOUNS[member]} is called “${text}”, so this filter was left out.`
              : `“${text}” may be more than one ${NOUNS[member]}. Choose:`
          }
        >
          <ul>
            {found.map(({ id, name }) => (
              <li>
                <A href={withFilter(query, member, id)}>
                  <Name>{name}</Name>
                </A>
              </li>
            ))}
          </ul>
        </Notice>
      ))}
    </>
  );
}

function withFilter(query: URLSearchParams, member: string, value: string): string {
  const changed = new URLSearchParams(query);
  changed.set(member, value);
  changed.delete('after');
  return `/console/ledger?${changed.toString()}`;
}

function FilteredBy({ read }: { readonly read: ReadFilter }) {
  if (read.names.size === 0) return null;
  return (
    <p class="note">
      Only what concerns{' '}
      {[...read.names.values()].map((name, i) => (
        <>
          {i === 0 ? null : ' and '}
          <Name>{name}</Name>
        </>
      ))}
      .
    </p>
  );
}
