import type { InWords } from '../../../../domain/client-metadata/in-words.ts';
import { ok } from '../../../../domain/result.ts';
import type { CatalogueEvent } from '../../../../ports/catalogue.ts';
import {
  COUNTED_STATEMENTS,
  readCatalogueEntry,
  TOLD_EVENTS,
  type CatalogueEntry,
  type StatementSummary,
  type VouchedFacts,
} from '../../../../services/catalogue/entry.ts';
import { A, Outside } from '../../components/here.tsx';
import { Facts, Notice, PageHeader, Section, Timeline } from '../../components/parts.tsx';
import { Badge, Code, Name, State, Time, type Tone } from '../../components/text.tsx';
import { openPage } from '../../page.ts';
import { keptForStrangers } from './caching.ts';
import { RedirectPlaces } from './redirect-places.tsx';

/** One software: what was approved, how its statements stand, what happened to it. */
export const catalogueEntryPage = openPage({
  method: 'GET',
  path: '/catalogue/{software_id}',
  handle: async (call) => {
    const entry = await readCatalogueEntry(call.issuer, call.params['software_id'] ?? '');
    if (!entry.ok) return entry;
    return ok({
      kind: 'page',
      title: entry.value.name,
      headers: keptForStrangers(call),
      alternate: addressForPrograms(entry.value),
      body: <Entry entry={entry.value} />,
    });
  },
});

function addressForPrograms({ softwareId }: CatalogueEntry): string {
  return `/catalogue/${encodeURIComponent(softwareId)}.json`;
}

function Entry({ entry }: { readonly entry: CatalogueEntry }) {
  const { vouched } = entry;
  return (
    <>
      <PageHeader
        above={{ href: '/catalogue', label: 'Catalogue' }}
        title={<Name>{entry.name}</Name>}
        badge={<State state={entry.status} />}
        lead={
          <>
            by{' '}
            <A href={`/catalogue?publisher=${encodeURIComponent(entry.publisher.id)}`}>
              <Name>{entry.publisher.name}</Name>
            </A>
          </>
        }
      />
      <Standing entry={entry} />
      <DocumentChanged vouched={vouched} />
      <div class="columns">
        <div>
          <Section title="What is vouched for">
            <Facts facts={[...identityFacts(entry), ...(vouched === null ? [] : vouchedFacts(vouched))]} />
          </Section>
          {vouched === null ? null : <WhatItMayDo vouched={vouched} />}
        </div>
        <div>
          <Statements summary={entry.statements} />
          <Section title="History" lead="From the issuer’s ledger, which cannot be rewritten unnoticed.">
            <Timeline items={entry.history.map(eventItem)} />
            {entry.history.length === TOLD_EVENTS ? <p class="note">Older events are not shown.</p> : null}
          </Section>
        </div>
      </div>
      <p class="note">
        <A href={addressForPrograms(entry)} rel="alternate">
          The same for programs
        </A>
      </p>
    </>
  );
}

function Standing({ entry: { status, suspended } }: { readonly entry: CatalogueEntry }) {
  switch (status) {
    case 'active':
      return null;
    case 'suspended':
      return (
        <Notice
          tone="waiting"
          title={suspended === 'publisher' ? 'Its publisher is suspended.' : 'This software is suspended.'}
        >
          Until that is lifted, its statements read SUSPENDED and no new one is issued. Do not register it
          now.
        </Notice>
      );
    case 'withdrawn':
      return (
        <Notice tone="bad" title="No approval of this software stands.">
          It was vouched for once, and is not any more. What is left is its history. Do not register it.
        </Notice>
      );
  }
}

function DocumentChanged({ vouched }: { readonly vouched: VouchedFacts | null }) {
  const changedSince = vouched?.document?.changedSince ?? null;
  if (vouched === null || changedSince === null) return null;
  return (
    <Notice tone="waiting" title="Its document has changed since it was approved.">
      What was approved on <Time at={vouched.approvedAt} exact /> is not what is served at its client_id; this
      was seen <Time at={changedSince} exact />. What is vouched for is what was approved, and nothing else.
    </Notice>
  );
}

function identityFacts({ softwareId, softwareName, name, publisher }: CatalogueEntry) {
  const { verifiedDomains } = publisher;
  return [
    {
      name: 'Software',
      value: <Code>{softwareId}</Code>,
      note: 'software_id, the same for all versions (RFC 7591 §2)',
    },
    ...(softwareName === name ? [] : [{ name: 'Also called', value: <Name>{softwareName}</Name> }]),
    {
      name: 'Domains of the publisher',
      value:
        verifiedDomains.length === 0 ? (
          <span class="none">none is verified</span>
        ) : (
          <ul class="value">
            {verifiedDomains.map((domain) => (
              <li>
                <Code>{domain}</Code> <Badge tone="good">verified</Badge>
              </li>
            ))}
          </ul>
        ),
    },
  ];
}

function vouchedFacts({ softwareVersion, approvedAt, document, redirectPlaces, pages }: VouchedFacts) {
  const page = (name: string, href: string | undefined) =>
    href === undefined ? [] : [{ name, value: <Outside href={href}>{href}</Outside> }];
  return [
    {
      name: 'Approved version',
      value: (
        <>
          <Code>{softwareVersion}</Code>, since <Time at={approvedAt} exact />
        </>
      ),
    },
    ...(document === null
      ? []
      : [
          {
            name: 'Its metadata document',
            value: <Code>{document.url}</Code>,
            note: (
              <>
                approved with the digest <Code>{document.digest}</Code>
              </>
            ),
          },
        ]),
    { name: 'Sends people to', value: <RedirectPlaces places={redirectPlaces} /> },
    ...page('Its page', pages.client),
    ...page('Its privacy policy', pages.policy),
    ...page('Its terms', pages.terms),
  ];
}

function WhatItMayDo({ vouched }: { readonly vouched: VouchedFacts }) {
  return (
    <Section title="What it may do, where a server lets it">
      <Facts
        facts={[
          { name: 'Comes to a token', value: <Words words={vouched.grants} /> },
          {
            name: 'Asks access to',
            value:
              vouched.scopes.length === 0 ? (
                'what the server gives by default'
              ) : (
                <Words words={vouched.scopes} />
              ),
          },
          { name: 'Proves who it is', value: <Words words={[vouched.authentication]} /> },
        ]}
      />
    </Section>
  );
}

function Words({ words }: { readonly words: readonly InWords[] }) {
  return (
    <ul class="value">
      {words.map(({ value, meaning }) => (
        <li>
          <Code>{value}</Code> {meaning}
        </li>
      ))}
    </ul>
  );
}

function Statements({ summary }: { readonly summary: StatementSummary }) {
  const count = (value: number) => value.toLocaleString('en');
  return (
    <Section title="Its statements">
      <Facts
        facts={[
          { name: 'Stand', value: count(summary.live) },
          { name: 'Suspended', value: count(summary.suspended) },
          { name: 'Revoked', value: count(summary.revoked) },
          { name: 'Expired', value: count(summary.expired) },
        ]}
      />
      {summary.isComplete ? null : (
        <p class="note">Counted among the newest {count(COUNTED_STATEMENTS)} alone.</p>
      )}
    </Section>
  );
}

const EVENTS: Readonly<Record<CatalogueEvent['kind'], { readonly title: string; readonly tone: Tone }>> = {
  approved: { title: 'Approved', tone: 'good' },
  superseded: { title: 'Approval superseded', tone: 'muted' },
  suspended: { title: 'Suspended', tone: 'waiting' },
  reinstated: { title: 'Reinstated', tone: 'good' },
  revoked: { title: 'Approval withdrawn, every statement revoked', tone: 'bad' },
  publisher_suspended: { title: 'Publisher suspended', tone: 'waiting' },
  publisher_reinstated: { title: 'Publisher reinstated', tone: 'good' },
  publisher_revoked: { title: 'Publisher revoked for good', tone: 'bad' },
};

function eventItem({ kind, at, softwareVersion }: CatalogueEvent) {
  const { title, tone } = EVENTS[kind];
  return {
    tone,
    title:
      softwareVersion === null ? (
        title
      ) : (
        <>
          {title}: version <Code>{softwareVersion}</Code>
        </>
      ),
    when: <Time at={at} exact />,
  };
}
