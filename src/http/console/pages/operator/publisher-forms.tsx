import { z } from 'zod';
import { differences } from '../../../../domain/ledger/ledger-fact.ts';
import type { Publisher } from '../../../../domain/publisher.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { ledgerData } from '../../../../services/ledger-data.ts';
import {
  changePublisher,
  createPublisher,
  readPublisher,
  type PublisherDraft,
} from '../../../../services/publishers.ts';
import { publisherDraft } from '../../../api/publishers.ts';
import {
  Actions,
  Button,
  ButtonLink,
  Choices,
  Field,
  Form,
  Hidden,
  TextArea,
} from '../../components/form.tsx';
import { Notice, PageHeader } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import type { Form as Posted } from '../../form.ts';
import { go, page, show } from '../../page.ts';
import { Changes } from './changes.tsx';
import { problemsOf, type FieldProblems } from './problems.ts';

const schema = z.object(publisherDraft);

export const publisherFormPages = [
  page({
    method: 'GET',
    path: '/console/publishers/new',
    who: 'publishers:write',
    handle: async () =>
      show({ title: 'Admit a publisher', body: <NewPublisher typed={EMPTY} problems={{}} /> }),
  }),
  page({
    method: 'POST',
    path: '/console/publishers',
    who: 'publishers:write',
    handle: async ({ issuer, visitor, form }) => {
      const draft = draftOf(form);
      if (!draft.ok)
        return show({
          title: 'Admit a publisher',
          status: 422,
          body: <NewPublisher typed={typedIn(form)} problems={draft.error} />,
        });
      const made = await createPublisher(issuer, visitor.actor, draft.value);
      return made.ok ? go(`/console/publishers/${made.value.id}`, 'created') : made;
    },
  }),
  page({
    method: 'GET',
    path: '/console/publishers/{publisher_id}/edit',
    who: 'publishers:write',
    handle: async ({ issuer, visitor, params }) => {
      const found = await readPublisher(issuer, visitor.actor, params['publisher_id'] ?? '');
      return found.ok
        ? show({
            title: `Change ${found.value.name}`,
            body: <EditPublisher publisher={found.value} typed={typedOf(found.value)} problems={{}} />,
          })
        : found;
    },
  }),
  page({
    method: 'POST',
    path: '/console/publishers/{publisher_id}/edit',
    who: 'publishers:write',
    handle: async ({ issuer, visitor, params, form }) => {
      const id = params['publisher_id'] ?? '';
      const found = await readPublisher(issuer, visitor.actor, id);
      if (!found.ok) return found;
      const draft = draftOf(form);
      if (!draft.ok)
        return show({
          title: `Change ${found.value.name}`,
          status: 422,
          body: <EditPublisher publisher={found.value} typed={typedIn(form)} problems={draft.error} />,
        });
      const version = Number(form.text('version'));
      const changed = await changePublisher(issuer, visitor.actor, id, draft.value, version);
      if (changed.ok) return go(`/console/publishers/${id}`, 'saved');
      if (changed.error.code !== 'version_mismatch') return changed;
      const current = await readPublisher(issuer, visitor.actor, id);
      if (!current.ok) return current;
      return show({
        title: `Change ${current.value.name}`,
        status: 412,
        body: (
          <EditPublisher publisher={current.value} typed={typedIn(form)} problems={{}} draft={draft.value} />
        ),
      });
    },
  }),
];

/** What stands in the fields. */
type Typed = {
  readonly name: string;
  readonly domains: string;
  readonly scopes: 'any' | 'some';
  readonly scopeList: string;
};

const EMPTY: Typed = { name: '', domains: '', scopes: 'any', scopeList: '' };

function typedOf({ name, verifiedDomains, allowedScopes }: Publisher): Typed {
  return {
    name,
    domains: verifiedDomains.join('\n'),
    scopes: allowedScopes === null ? 'any' : 'some',
    scopeList: (allowedScopes ?? []).join('\n'),
  };
}

function typedIn(form: Posted): Typed {
  return {
    name: form.text('name'),
    domains: form.raw('verified_domains'),
    scopes: form.text('scopes') === 'some' ? 'some' : 'any',
    scopeList: form.raw('allowed_scopes'),
  };
}

function draftOf(form: Posted): Result<PublisherDraft, FieldProblems> {
  const parsed = schema.safeParse({
    name: form.text('name'),
    verified_domains: [...new Set(form.lines('verified_domains'))],
    allowed_scopes: form.text('scopes') === 'some' ? [...new Set(form.lines('allowed_scopes'))] : null,
  });
  if (!parsed.success) return err(problemsOf(parsed.error, ['name', 'verified_domains', 'allowed_scopes']));
  const { name, verified_domains: verifiedDomains, allowed_scopes: allowedScopes } = parsed.data;
  return ok({ name, verifiedDomains, allowedScopes });
}

type Shown = { readonly typed: Typed; readonly problems: FieldProblems };

function NewPublisher({ typed, problems }: Shown) {
  return (
    <>
      <PageHeader
        title="Admit a publisher"
        above={{ href: '/console/publishers', label: 'Publishers' }}
        lead="The organisation that answers for software. Its developers are invited next."
      />
      <Form action="/console/publishers">
        <PublisherFields typed={typed} problems={problems} />
        <Actions>
          <Button>Admit the publisher</Button>
          <ButtonLink href="/console/publishers" look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}

function EditPublisher(
  props: Shown & {
    readonly publisher: Publisher;
    /** What the reader wanted while somebody else was faster. */
    readonly draft?: PublisherDraft;
  },
) {
  const { publisher, typed, problems, draft } = props;
  const place = `/console/publishers/${publisher.id}`;
  return (
    <>
      <PageHeader
        title={
          <>
            Change <Name>{publisher.name}</Name>
          </>
        }
        above={{ href: place, label: <Name>{publisher.name}</Name> }}
        lead="What was approved before stands. The next submission is read against what is written here."
      />
      {draft === undefined ? null : <ChangedMeanwhile publisher={publisher} draft={draft} />}
      <Form action={`${place}/edit`}>
        <Hidden name="version" value={String(publisher.version)} />
        <PublisherFields typed={typed} problems={problems} />
        <Actions>
          <Button>Save</Button>
          <ButtonLink href={place} look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}

/** What saving again would overwrite. */
function ChangedMeanwhile(props: { readonly publisher: Publisher; readonly draft: PublisherDraft }) {
  const { name, verifiedDomains, allowedScopes } = props.publisher;
  const before = ledgerData({ name, verifiedDomains, allowedScopes });
  return (
    <Notice
      tone="bad"
      title="Somebody else changed this publisher meanwhile. Nothing of yours was saved."
      alert
    >
      <p>This is what saving your version would change now:</p>
      <Changes changes={differences([], before, ledgerData(props.draft))} />
    </Notice>
  );
}

function PublisherFields({ typed, problems }: Shown) {
  return (
    <>
      <Field
        name="name"
        label="Name"
        required
        maxlength={200}
        value={typed.name}
        error={problems['name']}
        help="As reviewers and the catalogue show it."
      />
      <TextArea
        name="verified_domains"
        label="Domains checked by hand"
        code
        value={typed.domains}
        error={problems['verified_domains']}
        help="One host name a line, such as app.example; hosts below it count too. Its developers can also verify domains themselves, with a DNS record or a file; those are listed here as well, and taking one out strikes it off."
      />
      <Choices
        name="scopes"
        legend="Scopes its software may ask for"
        value={typed.scopes}
        options={[
          { value: 'any', label: 'Any' },
          { value: 'some', label: 'Only these' },
        ]}
      />
      <TextArea
        name="allowed_scopes"
        label="Scopes"
        code
        value={typed.scopeList}
        error={problems['allowed_scopes']}
        help="One scope token a line (RFC 6749 §3.3). Counts when “Only these” is chosen; without a line, no scope may be asked for."
      />
    </>
  );
}
