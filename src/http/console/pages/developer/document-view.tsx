import type { SoftwareStanding } from '../../../../ports.ts';
import { decodeBase64url } from '../../../../domain/base64url.ts';
import type { DocumentReading } from '../../../../services/documents/preview.ts';
import { Actions, Button, ButtonLink, Field, Form, Hidden, TextArea } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Facts, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Code, Name } from '../../components/text.tsx';
import { FindingsInBrief } from '../reviewer/review-parts.tsx';
import { Changes, Summary, type Said } from './editor-findings.tsx';

/** What the page says besides the document itself. */
export type DocumentTold = {
  readonly url: string;
  readonly urlError?: string;
  readonly versionError?: string;
  /** Why what was sent is not what had been looked at. */
  readonly changed?: string;
  readonly status?: number;
};

/** Submitting a document by its URL: first a look at what is served there, then the review of exactly that. */
export function DocumentEditor(props: {
  readonly standing: SoftwareStanding;
  readonly told: DocumentTold;
  readonly reading: DocumentReading | undefined;
  readonly version: string;
  readonly note: string;
}) {
  const { standing, told, reading } = props;
  const { software } = standing;
  const place = `/console/software/${software.id}`;
  return (
    <>
      <PageHeader
        title="Submit a document"
        above={{ href: place, label: <Name>{software.name}</Name> }}
        lead="A Client ID Metadata Document is submitted by its URL. What is reviewed are the octets that are served there now: whenever the document changes later, the change needs a new review."
        actions={
          <ButtonLink href={`${place}/submit`} look="quiet">
            Write metadata instead
          </ButtonLink>
        }
      />
      {told.changed === undefined ? null : (
        <Notice tone="bad" title="The document changed since you looked at it." alert>
          Nothing was submitted. What is served now stands below; look at it once more.
        </Notice>
      )}
      <Form action={`${place}/submit-document`}>
        {/* Enter looks; it does not submit. */}
        <button type="submit" name="action" value="look" class="unseen" tabindex={-1} aria-hidden="true">
          Look
        </button>
        <Field
          name="url"
          label="URL of the document"
          type="url"
          required
          value={told.url}
          error={told.urlError}
          placeholder="https://app.example/oauth/client.json"
          maxlength={2_000}
          help="It is fetched without following redirects, and its client_id must be exactly this URL (draft-ietf-oauth-client-id-metadata-document §4.1)."
        />
        {reading === undefined ? (
          <Actions>
            <Button name="action" value="look">
              Look at it
            </Button>
          </Actions>
        ) : (
          <Found {...props} reading={reading} />
        )}
      </Form>
    </>
  );
}

function Found(props: {
  readonly standing: SoftwareStanding;
  readonly told: DocumentTold;
  readonly reading: DocumentReading;
  readonly version: string;
  readonly note: string;
}) {
  const { reading, told, standing } = props;
  const { document, findings, metadata } = reading;
  const said: Said = { problems: {}, reading };
  const octets = decodeBase64url(document.octets);
  const text = octets.ok ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets.value) : '';
  return (
    <>
      <Hidden name="digest" value={document.digest} />
      <Section title="What is served there">
        <Facts
          facts={[
            {
              name: <Code>cimd_digest</Code>,
              value: <Code>{document.digest}</Code>,
              note: 'SHA-256 of the exact octets. A statement will name it.',
            },
          ]}
        />
        <pre class="block" tabindex={0} role="region" aria-label="The document as it is served">
          <code>{text}</code>
        </pre>
      </Section>
      <Section title="What the rules say">
        <p>
          <Summary said={said} />
        </p>
        {findings.length === 0 ? null : <FindingsInBrief findings={findings} />}
      </Section>
      <Section
        title="What it changes"
        lead={
          standing.approved === undefined
            ? 'Nothing is approved yet, so everything is new.'
            : `Against version ${standing.approved.softwareVersion}, which is approved.`
        }
      >
        <Changes said={said} />
      </Section>
      <Field
        name="software_version"
        label="software_version"
        value={props.version}
        error={told.versionError}
        maxlength={100}
        help="Empty, and it is called by its digest. RFC 7591 §2"
      />
      <TextArea
        name="note"
        label="Note to the reviewer"
        value={props.note}
        rows={3}
        maxlength={2_000}
        help="What has changed and why, in your words."
      />
      <Actions>
        {metadata === undefined ? null : (
          <Button name="action" value="submit">
            Submit the document for review
          </Button>
        )}
        <Button look="quiet" name="action" value="look">
          Look again
        </Button>
        <A href={`/console/software/${standing.software.id}`} class="button quiet">
          Cancel
        </A>
      </Actions>
    </>
  );
}
