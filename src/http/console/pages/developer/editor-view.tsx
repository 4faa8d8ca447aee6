import type { Draft } from '../../../../domain/draft.ts';
import type { SoftwareStanding } from '../../../../ports.ts';
import { MAX_DRAFT_CHARACTERS } from '../../../../services/drafts.ts';
import { Actions, Button, ButtonLink, Field, Form, Hidden, TextArea } from '../../components/form.tsx';
import { A, useHere } from '../../components/here.tsx';
import { Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Code, Name, State, Time } from '../../components/text.tsx';
import type { Origin } from './editor-begin.ts';
import { Changes, GENERAL, SaidAt, Summary, type Said } from './editor-findings.tsx';
import { MemberFields, ModeButton, SaidHere } from './editor-members.tsx';
import { METADATA_TEXT, type EditorWork } from './editor-work.ts';

/** What the page says besides the work itself. */
export type EditorTold = {
  readonly origin?: Origin;
  readonly versionError?: string;
  readonly draftError?: string;
  /** Somebody else saved the draft in between. */
  readonly isConflict?: boolean;
  readonly fetchedFrom?: string;
  readonly url?: string;
  readonly urlError?: string;
};

type View = {
  readonly standing: SoftwareStanding;
  readonly draft: Draft | undefined;
  readonly draftAuthor: string | undefined;
  readonly work: EditorWork;
  readonly said: Said;
  readonly told: EditorTold;
};

export function EditorView(view: View) {
  const { standing, draft, work, said, told } = view;
  const { software } = standing;
  const place = `/console/software/${software.id}`;
  return (
    <>
      <PageHeader
        title="New submission"
        above={{ href: place, label: <Name>{software.name}</Name> }}
        lead="Write down what authorization servers may rely on. The rules answer as you type; nothing is sent before you submit it."
        actions={
          draft === undefined ? undefined : (
            <ButtonLink href={`${place}/submit/discard`} look="quiet">
              Throw the draft away
            </ButtonLink>
          )
        }
      />
      <Told view={view} />
      <Form action={`${place}/submit`} id="editor" class="form editor">
        <Hidden name="mode" value={work.mode} />
        <Hidden name="over" value={String(work.over)} />
        {/* Enter in a field checks; it neither submits nor saves. */}
        <button
          type="submit"
          name="action"
          value="check"
          class="unseen"
          tabindex={-1}
          aria-hidden="true"
          formnovalidate
        >
          Check
        </button>
        <Section title="The version">
          <Field
            name="software_version"
            label="software_version"
            required
            value={work.softwareVersion}
            error={told.versionError}
            maxlength={100}
            placeholder="1.4.0"
            help="A version is submitted once, unless it is rejected or withdrawn. RFC 7591 §2"
          />
        </Section>
        <FetchSection told={told} place={place} />
        {work.mode === 'json' ? (
          <JsonSection work={work} said={said} />
        ) : (
          <MemberFields work={work} said={said} />
        )}
        <Section title="To the reviewer">
          <TextArea
            name="note"
            label="Note"
            value={work.note}
            rows={3}
            maxlength={2_000}
            help="What has changed and why, in your words. Reviewers read it first."
          />
        </Section>
        <Outcome view={view} />
      </Form>
    </>
  );
}

function Told({ view }: { readonly view: View }) {
  const { told, draft, draftAuthor, standing } = view;
  const origin = told.origin;
  return (
    <>
      {standing.publisher.state === 'revoked' ? (
        <Notice tone="bad">The publisher is revoked: nothing is submitted for its software any more.</Notice>
      ) : null}
      {told.isConflict === true ? (
        <Notice tone="bad" title="Somebody else has changed the draft." alert>
          {draft === undefined ? (
            <p>It was submitted or thrown away. Save again to keep what stands below as a new draft.</p>
          ) : (
            <>
              <p>
                <Name>{draftAuthor ?? ''}</Name> saved it <Time at={draft.updatedAt} />. Yours stands below
                and is not kept yet.{' '}
                <A href={`/console/software/${standing.software.id}/submit`}>See theirs</A>, or save again to
                write yours over it.
              </p>
              <details>
                <summary>Their text</summary>
                <pre class="block" tabindex={0}>
                  {draft.metadataText}
                </pre>
              </details>
            </>
          )}
        </Notice>
      ) : null}
      {told.draftError === undefined ? null : (
        <Notice tone="bad" alert>
          {told.draftError}
        </Notice>
      )}
      {told.fetchedFrom === undefined ? null : (
        <Notice tone="good" alert>
          What stands below is from <Code>{told.fetchedFrom}</Code>, without its client_id. It is not kept
          yet.
        </Notice>
      )}
      {origin?.type === 'draft' && draft !== undefined ? (
        <Notice>
          A draft that <Name>{draftAuthor ?? ''}</Name> saved <Time at={draft.updatedAt} />.
        </Notice>
      ) : null}
      {origin?.type === 'submission' ? (
        <Notice>
          Begun from{' '}
          <A href={`/console/submissions/${origin.submission.id}`}>
            version <bdi>{origin.submission.softwareVersion}</bdi>
          </A>{' '}
          <State state={origin.submission.state} />
        </Notice>
      ) : null}
    </>
  );
}

function FetchSection({ told, place }: Pick<View, 'told'> & { readonly place: string }) {
  return (
    <details class="section" open={told.urlError !== undefined}>
      <summary>Take it from a Client ID Metadata Document</summary>
      <p>
        If your software is known by such a document,{' '}
        <A href={`${place}/submit-document`}>submit the document itself</A>: it is reviewed as it is served,
        and statements can name its digest. What you fetch here is only copied.
      </p>
      <Field
        name="url"
        label="URL of the document"
        needed="needed to fetch it"
        type="url"
        value={told.url}
        error={told.urlError}
        placeholder="https://app.example/oauth/client.json"
        maxlength={2_000}
        help="It is fetched now and put below in place of what stands there. Its client_id must be this URL (draft-ietf-oauth-client-id-metadata-document §4.1)."
      />
      <Actions>
        <Button look="quiet" name="action" value="fetch" unfinished>
          Fetch it
        </Button>
      </Actions>
    </details>
  );
}

function JsonSection({ work, said }: Pick<View, 'work' | 'said'>) {
  return (
    <Section
      title="Client metadata"
      lead="One JSON object, without software_id, software_version and client_id (RFC 7591 §2)."
      actions={<ModeButton mode="form">Write it in fields</ModeButton>}
    >
      <TextArea
        name={METADATA_TEXT}
        label="JSON"
        required
        code
        rows={24}
        value={work.metadataText}
        maxlength={MAX_DRAFT_CHARACTERS}
      />
      <SaidHere place={METADATA_TEXT} mode="json" said={said} />
    </Section>
  );
}

function Outcome({ view }: { readonly view: View }) {
  const { work, said } = view;
  const { base } = useHere();
  const place = `${base}/console/software/${view.standing.software.id}/submit`;
  return (
    <>
      <Section title="What the rules say">
        <p data-summary aria-live="polite">
          <Summary said={said} />
        </p>
        <div data-said={GENERAL} aria-live="polite">
          <SaidAt place={GENERAL} mode={work.mode} said={said} />
        </div>
      </Section>
      <Section
        title="What it changes"
        lead={
          view.standing.approved === undefined
            ? 'Nothing is approved yet, so everything is new.'
            : `Against version ${view.standing.approved.softwareVersion}, which is approved.`
        }
      >
        <div data-changes>
          <Changes said={said} />
        </div>
      </Section>
      <Actions>
        <Button name="action" value="submit">
          Submit for review
        </Button>
        <Button look="quiet" name="action" value="save" unfinished>
          Save the draft
        </Button>
        <Button look="quiet" name="action" value="check" unfinished>
          Check
        </Button>
        <span class="note" data-kept role="status"></span>
      </Actions>
      <div data-editor data-check={`${place}/check`} data-draft={`${place}/draft`} hidden></div>
    </>
  );
}
