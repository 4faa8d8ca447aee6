import { decodeBase64url } from '../../../../domain/base64url.ts';
import { webHost } from '../../../../domain/client-metadata/hosts.ts';
import { placeOf } from '../../../../domain/oauth/redirect-uri.ts';
import type { Approval, Choice } from '../../../../services/exchange/authorization/screen.ts';
import { Actions, Button, Form, Hidden, Select } from '../../components/form.tsx';
import { Facts, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Badge, Code, Name, Time } from '../../components/text.tsx';
import { ProspectSections, termsFacts } from './prospect-view.tsx';

type View = {
  /** Names the request in addresses. */
  readonly id: string;
  readonly approval: Approval;
  readonly issuerName: string;
  /** What is another one than its reader was shown, so that nothing was sent. */
  readonly changed: 'document' | 'software' | undefined;
  /** Who can make somebody a developer; for a reader who is none. */
  readonly operators: readonly string[];
};

/** What a client asks, what would be vouched for, and the answer. */
export function ApprovalView(view: View) {
  const { approval, changed } = view;
  return (
    <>
      <PageHeader
        title="A client asks for a statement"
        lead="If you send it, reviewers look at its metadata, and a statement vouches for what they approve. Nobody gets access to anybody’s data by it: each person still decides about their own when the client asks them."
      />
      {changed === 'document' ? (
        <Notice tone="bad" title="The document changed since you looked at it." alert>
          Nothing was sent. What is served now stands below; look at it once more.
        </Notice>
      ) : null}
      {changed === 'software' ? (
        <Notice tone="waiting" title="You chose another software." alert>
          Nothing was sent. What it means there stands below; look at it first.
        </Notice>
      ) : null}
      <Section title="Who asks">
        <Facts facts={[...clientFacts(approval), ...termsFacts(approval)]} />
      </Section>
      <DocumentSection approval={approval} />
      {approval.prospect === undefined ? <Stuck {...view} /> : <Answerable {...view} />}
    </>
  );
}

function clientFacts({ request, snapshot, expiresAt }: Approval) {
  const { clientId, redirectUri } = request;
  const [at, home] = [placeOf(redirectUri), webHost(clientId) ?? ''];
  const isHome = at === home;
  return [
    {
      name: 'Client identifier',
      value: <Code>{clientId}</Code>,
      note: 'Where its metadata document is. A statement is about this address.',
    },
    {
      name: 'Answered at',
      value: (
        <>
          <Code>{at}</Code>{' '}
          <Badge tone={isHome ? 'good' : 'waiting'}>
            {isHome ? 'the host of the document' : 'another place than the document'}
          </Badge>
        </>
      ),
      note: <Code>{redirectUri}</Code>,
    },
    {
      name: <Code>cimd_digest</Code>,
      value: <Code>{snapshot.document.digest}</Code>,
      note: 'SHA-256 of the exact octets below. A statement names it.',
    },
    { name: 'Answer until', value: <Time at={expiresAt} exact /> },
  ];
}

function DocumentSection({ approval }: { readonly approval: Approval }) {
  const octets = decodeBase64url(approval.snapshot.document.octets);
  const text = octets.ok ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets.value) : '';
  return (
    <Section title="What would be vouched for" lead="The document, as it is served this moment.">
      <pre class="block" tabindex={0} role="region" aria-label="The document as it is served">
        <code>{text}</code>
      </pre>
    </Section>
  );
}

/** The reader may not send it for anything. */
function Stuck({ id, approval, operators }: View) {
  const { isBound, developers } = approval;
  return (
    <>
      <Notice
        tone="waiting"
        title={
          isBound
            ? 'This client belongs to a publisher of which you are no developer.'
            : 'You are a developer of no publisher that is active.'
        }
      >
        <p>
          Somebody else has to begin this in the application and answer it here.{' '}
          {isBound ? 'A developer of its publisher can:' : 'Or an operator makes you a developer:'}
        </p>
        <ul>
          {(isBound && developers.length > 0 ? developers : operators).map((name) => (
            <li>
              <Name>{name}</Name>
            </li>
          ))}
        </ul>
      </Notice>
      <Form action={`/console/authorize/${id}`} label="Answer">
        <Actions>
          <Button look="quiet" name="answer" value="decline">
            No, do not
          </Button>
        </Actions>
      </Form>
    </>
  );
}

function Answerable({ id, approval, issuerName }: View) {
  const { prospect, choices, snapshot, isBound } = approval;
  if (prospect === undefined) return null;
  const { choice, progress, reading } = prospect;
  const path = `/console/authorize/${id}`;
  return (
    <>
      <Section
        title="Whose it is"
        lead={
          isBound
            ? 'The client identifier speaks for this software already.'
            : 'From the first approval on, the client identifier speaks for this software alone.'
        }
      >
        {isBound ? (
          <p>
            <Name>{labelOf(choice)}</Name>
          </p>
        ) : (
          <>
            <Select
              name="for"
              label="Software and publisher"
              form={FORM}
              required
              value={choice.value}
              options={choices.map((one) => ({ value: one.value, label: labelOf(one) }))}
            />
            <Actions>
              <Button look="quiet" form={FORM} name="answer" value="look">
                Look at it for this one
              </Button>
            </Actions>
          </>
        )}
      </Section>
      <ProspectSections prospect={prospect} />
      <Section title={`Shall reviewers of ${issuerName} look at it?`}>
        <Form action={path} id={FORM} label="Answer">
          {isBound ? <Hidden name="for" value={choice.value} /> : null}
          <Hidden name="shown" value={choice.value} />
          <Hidden name="digest" value={snapshot.document.digest} />
          <p>
            For <Name>{labelOf(choice)}</Name>. {WHAT_COMES[progress]}
          </p>
          <Actions>
            {reading.metadata === undefined ? null : (
              <Button name="answer" value="send">
                {progress === 'approved' || progress === 'under_review'
                  ? 'Yes, answer the client'
                  : 'Send it for review'}
              </Button>
            )}
            <Button look="quiet" name="answer" value="decline">
              No, do not
            </Button>
          </Actions>
        </Form>
      </Section>
    </>
  );
}

/** The form of the answer, which the choice above it belongs to. */
const FORM = 'answer';

const WHAT_COMES = {
  approved: 'Reviewers approved these very octets, so the client gets its statement at once.',
  under_review: 'Reviewers have these very octets before them, so nothing is sent twice; the client waits.',
  rejected: 'Reviewers rejected these very octets before. They will be asked again; the client waits.',
  new: 'The client waits until reviewers have decided, and you can follow that in the console.',
} as const;

function labelOf(choice: Choice): string {
  return choice.kind === 'new'
    ? `${choice.name} (new), ${choice.publisher.name}`
    : `${choice.software.name}, ${choice.publisher.name}`;
}
