import { ok } from '../../../../domain/result.ts';
import { listCatalogue, MAX_SEARCH, type CatalogueItem } from '../../../../services/catalogue/list.ts';
import { ButtonLink, Field, Filters, Hidden, Select } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Empty, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Code, Name, State, Time } from '../../components/text.tsx';
import { openPage } from '../../page.ts';
import { keptForStrangers } from './caching.ts';
import { RedirectPlaces } from './redirect-places.tsx';

const PATH = '/catalogue';
const ITEMS_A_PAGE = 30;
const PLACES_SHOWN = 3;
const DOMAINS_SHOWN = 3;

/** What somebody looks for; the same names as for programs. */
type Looked = {
  readonly q: string;
  readonly publisher: string;
  readonly domain: string;
  readonly status: 'active' | 'suspended' | undefined;
};

/** Every software that is vouched for. */
export const cataloguePage = openPage({
  method: 'GET',
  path: PATH,
  handle: async (call) => {
    const { issuer, query } = call;
    const looked = lookedFor(query);
    const { items, next } = await listCatalogue(
      issuer,
      { search: looked.q, publisherId: looked.publisher, domain: looked.domain, status: looked.status },
      { after: query.get('after') ?? undefined, limit: ITEMS_A_PAGE },
    );
    return ok({
      kind: 'page',
      title: 'Catalogue',
      headers: keptForStrangers(call),
      alternate: forPrograms(looked),
      body: <Catalogue items={items} next={next} looked={looked} query={query} />,
    });
  },
});

function lookedFor(query: URLSearchParams): Looked {
  const status = query.get('status');
  return {
    q: query.get('q') ?? '',
    publisher: query.get('publisher') ?? '',
    domain: query.get('domain') ?? '',
    status: status === 'active' || status === 'suspended' ? status : undefined,
  };
}

/** Only what programs may ask too: an address of a page may hold anything. */
function forPrograms(looked: Looked): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(looked))
    if (value !== '' && value !== undefined) query.set(name, value);
  const search = query.toString();
  return search === '' ? `${PATH}.json` : `${PATH}.json?${search}`;
}

function Catalogue(props: {
  readonly items: readonly CatalogueItem[];
  readonly next: string | undefined;
  readonly looked: Looked;
  readonly query: URLSearchParams;
}) {
  const { items, next, looked, query } = props;
  return (
    <>
      <PageHeader
        title="Catalogue"
        lead="Software whose approval stands, the latest first. A name here means that people have reviewed what the software asks of authorization servers, not that they have read its code."
      />
      <Filters action={PATH} label="Search the catalogue">
        <Field
          name="q"
          label="Search"
          type="search"
          value={looked.q}
          maxlength={MAX_SEARCH}
          help="Name of software, client or publisher"
        />
        <Field
          name="domain"
          label="Domain"
          value={looked.domain}
          maxlength={300}
          help="Verified by the publisher"
        />
        <Select
          name="status"
          label="Status"
          value={looked.status ?? ''}
          options={[
            { value: '', label: 'Any' },
            { value: 'active', label: 'Active' },
            { value: 'suspended', label: 'Suspended' },
          ]}
        />
        {looked.publisher === '' ? null : <Hidden name="publisher" value={looked.publisher} />}
      </Filters>
      {looked.publisher === '' ? null : <OfPublisher name={items[0]?.publisherName} />}
      <Section title={isFiltered(looked) ? 'What was found' : 'Vouched software'}>
        {items.length === 0 ? (
          <Nothing looked={looked} isBehindTheEnd={query.has('after')} />
        ) : (
          <Table
            caption="Vouched software"
            columns={['Software', 'Publisher', 'Sends people to', 'Approved', 'Status']}
            rows={items.map(rowOf)}
          />
        )}
        <Pager path={PATH} query={query} next={next} />
      </Section>
    </>
  );
}

function rowOf(item: CatalogueItem) {
  const domains = item.verifiedDomains.slice(0, DOMAINS_SHOWN);
  const more = item.verifiedDomains.length - domains.length;
  return [
    <>
      <A href={`${PATH}/${encodeURIComponent(item.softwareId)}`}>
        <Name>{item.name}</Name>
      </A>
      <p class="note">
        version <Code>{item.softwareVersion}</Code>
      </p>
    </>,
    <>
      <A href={`${PATH}?publisher=${encodeURIComponent(item.publisherId)}`}>
        <Name>{item.publisherName}</Name>
      </A>
      <p class="note">
        {domains.length === 0 ? 'no verified domain' : domains.join(', ')}
        {more > 0 ? ` and ${more} more` : ''}
      </p>
    </>,
    <RedirectPlaces places={item.redirectPlaces} most={PLACES_SHOWN} />,
    <Time at={item.approvedAt} />,
    <State state={item.status} />,
  ];
}

function OfPublisher({ name }: { readonly name: string | undefined }) {
  return (
    <Notice>
      {name === undefined ? (
        'Software of one publisher alone.'
      ) : (
        <>
          Software of <Name>{name}</Name> alone.
        </>
      )}{' '}
      <A href={PATH}>Show everybody’s</A>
    </Notice>
  );
}

function isFiltered({ q, publisher, domain, status }: Looked): boolean {
  return q !== '' || publisher !== '' || domain !== '' || status !== undefined;
}

function Nothing({ looked, isBehindTheEnd }: { readonly looked: Looked; readonly isBehindTheEnd: boolean }) {
  if (isFiltered(looked) || isBehindTheEnd)
    return (
      <Empty title="Nothing here matches.">
        <p>Software that was never approved is not listed, nor is any of a publisher that was revoked.</p>
        <ButtonLink href={PATH} look="quiet">
          Show the whole catalogue
        </ButtonLink>
      </Empty>
    );
  return (
    <Empty title="Nothing is vouched for yet.">
      <p>Software appears here when its first submission is approved.</p>
      <ButtonLink href="/sign-in" look="quiet">
        Sign in to submit some
      </ButtonLink>
    </Empty>
  );
}
