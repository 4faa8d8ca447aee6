import type { Served } from '../../../domain/client-identifier.ts';
import type { DocumentStanding, ServedNow } from '../../../services/documents/standing.ts';
import { ButtonLink, Button, Form } from './form.tsx';
import { Facts, Notice, Section } from './parts.tsx';
import { Badge, Code, Name, Time } from './text.tsx';

const SERVED = {
  same: { tone: 'good', word: 'served as reviewed' },
  changed: { tone: 'bad', word: 'something else is served' },
  unknown: { tone: 'muted', word: 'not looked at' },
} as const satisfies Readonly<Record<Served, { readonly tone: string; readonly word: string }>>;

/** Whether what was reviewed is what is served, as far as the issuer knows. */
export function ServedBadge({ served }: { readonly served: Served }) {
  const { tone, word } = SERVED[served];
  return <Badge tone={tone}>{word}</Badge>;
}

/** A reviewed document in facts: where it is, which octets, and what is served there now. */
export function documentFacts(standing: DocumentStanding) {
  const { document, served, watch } = standing;
  return [
    { name: <Code>client_id</Code>, value: <Code>{document.url}</Code>, note: 'Where the document is.' },
    {
      name: <Code>cimd_digest</Code>,
      value: <Code>{document.digest}</Code>,
      note: 'SHA-256 of its exact octets, as base64url.',
    },
    {
      name: 'Served now',
      value: <ServedBadge served={served} />,
      note:
        watch === undefined ? (
          'Watched once it is approved.'
        ) : watch.checkedAt === null ? (
          <>
            Looked at <Time at={watch.nextCheckAt} /> for the first time.
          </>
        ) : (
          <>
            Looked at <Time at={watch.checkedAt} />, again <Time at={watch.nextCheckAt} />.
          </>
        ),
    },
  ];
}

/** Says that an approved document changed, or cannot be had; nothing while all is well. */
export function DriftNotice({ standing }: { readonly standing: DocumentStanding | undefined }) {
  const watch = standing?.watch;
  if (standing === undefined || watch === undefined) return null;
  const { problem, failure, failingSince, driftedSince } = watch;
  return (
    <>
      {standing.served === 'changed' ? (
        <Notice tone="bad" title="The document has changed since it was approved.">
          <p>
            {driftedSince === null ? null : (
              <>
                Seen <Time at={driftedSince} exact />.{' '}
              </>
            )}
            Statements name what was approved, and authorization servers register nothing with them until that
            is served again, or the change is approved and a new statement is issued.
          </p>
          {problem === null ? (
            <p>The change is before reviewers, or was decided on.</p>
          ) : (
            <p>
              No review of the change could be opened: <Name>{problem}</Name>
            </p>
          )}
        </Notice>
      ) : null}
      {failure === null ? null : (
        <Notice tone="waiting" title="The document cannot be fetched.">
          <Name>{failure}</Name>
          {failingSince === null ? null : (
            <>
              {' '}
              Since <Time at={failingSince} exact />.
            </>
          )}{' '}
          Authorization servers cannot register the software while that is so.
        </Notice>
      )}
    </>
  );
}

/** The document that a submission was made of: what was reviewed, octet by octet, and whether it is still served. */
export function DocumentSection(props: {
  readonly standing: DocumentStanding;
  readonly octets: Uint8Array;
  /** Whether this is what statements are signed over now, so that the watch speaks of it. */
  readonly isApproved: boolean;
  /** What was found when the reader asked for another look. */
  readonly servedNow: ServedNow | undefined;
  /** Where the form that asks for it goes. */
  readonly compareAction: string;
  readonly downloadHref: string;
}) {
  const { standing, octets } = props;
  // A byte order mark stays where it is: this is what was digested.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets);
  return (
    <Section
      title="The document"
      id="document"
      lead="A Client ID Metadata Document. Its publisher can change it at any time; what is reviewed and signed are the octets below, and a change needs a new review."
    >
      <ServedNowNotice servedNow={props.servedNow} />
      <Facts facts={documentFacts(standing)} />
      <details open={!props.isApproved}>
        <summary>The exact octets ({octets.length.toLocaleString('en')})</summary>
        <pre class="block" tabindex={0} role="region" aria-label="The document as it was reviewed">
          <code>{text}</code>
        </pre>
      </details>
      <div class="actions">
        <Form action={props.compareAction} class="inline" label="Compare">
          <Button look="quiet">Compare with what is served now</Button>
        </Form>
        <ButtonLink href={props.downloadHref} look="quiet" download="client.json">
          Download it
        </ButtonLink>
      </div>
    </Section>
  );
}

function ServedNowNotice({ servedNow }: { readonly servedNow: ServedNow | undefined }) {
  switch (servedNow?.served) {
    case undefined:
      return null;
    case 'same':
      return (
        <Notice tone="good" title="What is served this moment is exactly this document." alert>
          Its digest is the same.
        </Notice>
      );
    case 'changed':
      return (
        <Notice tone="bad" title="Something else is served this moment." alert>
          <p>
            Its digest is <Code>{servedNow.digest}</Code>. An approval would be of what stands below, and no
            authorization server could use it while something else is served.
          </p>
        </Notice>
      );
    case 'unknown':
      return (
        <Notice tone="waiting" title="It could not be fetched this moment." alert>
          <Name>{servedNow.detail}</Name>
        </Notice>
      );
  }
}
