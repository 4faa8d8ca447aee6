import type { Publisher } from '../../../../domain/publisher.ts';
import { MAX_NAME_CHARACTERS } from '../../../../domain/name.ts';
import { ok, type Result } from '../../../../domain/result.ts';
import { listPublishers } from '../../../../services/publishers.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { createSoftware } from '../../../../services/software.ts';
import { readDesk, type DeskItem } from '../../../../services/software-desk.ts';
import { isUuid } from '../../../../domain/uuid.ts';
import { Actions, Button, ButtonLink, Field, Filters, Form, Hidden, Select } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Empty, Notice, PageHeader, Pager, Section, Table } from '../../components/parts.tsx';
import { Badge, Code, Name, State, Time } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { problemAt } from './problem-at.ts';

const ROWS = 50;
/** Nobody is a developer of more publishers than a page can offer. */
const MAX_PUBLISHERS = 100;

export const softwareListPages = [
  page({
    method: 'GET',
    path: '/console/software',
    who: 'software:read',
    handle: async ({ issuer, visitor, query }) => {
      const search = (query.get('search') ?? '').trim();
      const state = (['active', 'suspended'] as const).find((known) => known === query.get('state'));
      const found = await readDesk(
        issuer,
        visitor.actor,
        { search: search === '' ? undefined : search.slice(0, 200), state },
        { after: query.get('after') ?? undefined, limit: ROWS + 1 },
      );
      return found.ok
        ? show({
            title: 'Software',
            body: (
              <SoftwareList items={found.value} query={query} publisherIds={visitor.actor.publisherIds} />
            ),
          })
        : found;
    },
  }),
  page({
    method: 'GET',
    path: '/console/software/new',
    who: 'software:write',
    handle: (call) => form(call),
  }),
  page({
    method: 'POST',
    path: '/console/software',
    who: 'software:write',
    handle: async (call) => {
      const { issuer, visitor, form: sent } = call;
      const name = sent.text('name');
      const softwareId = sent.text('software_id').toLowerCase();
      if (softwareId !== '' && !isUuid(softwareId))
        return form(call, {
          softwareId: 'A software_id here is a UUID, such as 01a1f9a2-2e00-7c14-b3de-7c2e6f5a4b04.',
        });
      const made = await createSoftware(issuer, visitor.actor, {
        publisherId: sent.text('publisher_id'),
        name,
        softwareId: softwareId === '' ? undefined : softwareId,
      });
      if (made.ok) return go(`/console/software/${made.value.id}`, 'software_registered');
      const errors = {
        name: problemAt(made.error, '/name'),
        softwareId: problemAt(made.error, '/software_id'),
      };
      return errors.name === undefined && errors.softwareId === undefined ? made : form(call, errors);
    },
  }),
];

function SoftwareList(props: {
  readonly items: readonly DeskItem[];
  readonly query: URLSearchParams;
  /** Publishers the reader is a developer of. */
  readonly publisherIds: readonly string[];
}) {
  const { query, publisherIds } = props;
  const isDeveloper = publisherIds.length > 0;
  const rows = props.items.slice(0, ROWS);
  const isFiltered = query.has('search') || query.has('state');
  return (
    <>
      <PageHeader
        title="Software"
        lead="Each is submitted for review, approved, and then has statements that authorization servers rely on."
        actions={
          isDeveloper ? (
            <>
              {publisherIds.length === 1 ? (
                <ButtonLink href={`/console/publishers/${publisherIds[0] ?? ''}/domains`} look="quiet">
                  Members and domains
                </ButtonLink>
              ) : null}
              <ButtonLink href="/console/software/new">Register software</ButtonLink>
            </>
          ) : null
        }
      />
      {rows.length === 0 && !isFiltered ? (
        <FirstSteps publisherIds={publisherIds} />
      ) : (
        <>
          <Filters action="/console/software" label="Find software">
            <Field
              name="search"
              label="Name"
              type="search"
              value={query.get('search') ?? ''}
              maxlength={200}
            />
            <Select
              name="state"
              label="State"
              value={query.get('state') ?? ''}
              options={[
                { value: '', label: 'any' },
                { value: 'active', label: 'active' },
                { value: 'suspended', label: 'suspended' },
              ]}
            />
          </Filters>
          {rows.length === 0 ? (
            <Empty title="Nothing is called that">
              <p>
                <A href="/console/software">Show all software</A>
              </p>
            </Empty>
          ) : (
            <Section title={isFiltered ? 'Found' : 'Newest first'}>
              <Table
                caption="Software"
                columns={['Name', 'Publisher', 'Approval', 'Under way', 'Registered']}
                rows={rows.map((item) => cellsOf(item))}
              />
            </Section>
          )}
          <Pager
            path="/console/software"
            query={query}
            next={props.items.length > ROWS ? rows.at(-1)?.software.id : undefined}
          />
        </>
      )}
    </>
  );
}

function cellsOf({ software, publisherName, open }: DeskItem) {
  return [
    <A href={`/console/software/${software.id}`}>
      <Name>{software.name}</Name>
    </A>,
    <A href={`/console/publishers/${software.publisherId}`}>
      <Name>{publisherName}</Name>
    </A>,
    <>
      {software.approvedSubmissionId === null ? (
        <span class="none">not yet</span>
      ) : (
        <Badge tone="good">approved</Badge>
      )}{' '}
      {software.state === 'suspended' ? <State state="suspended" /> : null}
    </>,
    open === undefined ? (
      <span class="none">nothing</span>
    ) : (
      <A href={`/console/submissions/${open.id}`}>
        <State state={open.state} />
      </A>
    ),
    <Time at={software.createdAt} />,
  ];
}

function FirstSteps({ publisherIds }: { readonly publisherIds: readonly string[] }) {
  const [publisherId] = publisherIds;
  return (
    <Section title={publisherId === undefined ? 'No software yet' : 'How to begin'}>
      {publisherId === undefined ? null : (
        <ol>
          <li>
            <A href="/console/software/new">Register your software.</A> It gets its <Code>software_id</Code>,
            which stays the same over all its versions.
          </li>
          <li>Write down its client metadata and submit it. The rules answer while you type.</li>
          <li>
            <A href={`/console/publishers/${publisherId}/domains`}>Show which domains are yours</A>, so that
            reviewers see where its addresses belong.
          </li>
          <li>A reviewer reads it and answers: approved, or what to change.</li>
          <li>
            Issue a statement, and register with it at any authorization server that trusts this issuer.
          </li>
        </ol>
      )}
      {publisherId === undefined ? (
        <p>Developers register it here. Nothing has been registered so far.</p>
      ) : null}
    </Section>
  );
}

type Errors = { readonly name?: string | undefined; readonly softwareId?: string | undefined };

async function form(call: SignedInCall, errors: Errors = {}): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor } = call;
  const found = await listPublishers(issuer, visitor.actor, {}, { limit: MAX_PUBLISHERS });
  if (!found.ok) return found;
  const mine = found.value.filter(({ id }) => visitor.actor.publisherIds.includes(id));
  return ok({
    kind: 'page',
    title: 'Register software',
    ...(Object.keys(errors).length === 0 ? {} : { status: 422 }),
    body: <NewSoftware publishers={mine} call={call} errors={errors} />,
  });
}

function NewSoftware(props: {
  readonly publishers: readonly Publisher[];
  readonly call: SignedInCall;
  readonly errors: Errors;
}) {
  const { publishers, errors } = props;
  const sent = props.call.form;
  const [only] = publishers;
  return (
    <>
      <PageHeader title="Register software" above={{ href: '/console/software', label: 'Software' }} />
      {publishers.some(({ state }) => state !== 'active') ? (
        <Notice tone="waiting">A publisher that is suspended or revoked registers no software.</Notice>
      ) : null}
      <Form action="/console/software">
        {publishers.length === 1 && only !== undefined ? (
          <>
            <Hidden name="publisher_id" value={only.id} />
            <p>
              Published by <Name>{only.name}</Name>
            </p>
          </>
        ) : (
          <Select
            name="publisher_id"
            label="Publisher"
            required
            value={sent.text('publisher_id')}
            help="Who answers for it."
            options={publishers.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <Field
          name="name"
          label="Name"
          required
          value={sent.raw('name')}
          error={errors.name}
          maxlength={MAX_NAME_CHARACTERS}
          help="For the lists here. What people read when they give consent is client_name, in the metadata."
        />
        <Field
          name="software_id"
          label="software_id"
          value={sent.raw('software_id')}
          error={errors.softwareId}
          maxlength={36}
          help="A UUID you already use for this software elsewhere (RFC 7591 §2). Leave it empty and a new one is given."
        />
        <Actions>
          <Button>Register it</Button>
          <ButtonLink href="/console/software" look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}
