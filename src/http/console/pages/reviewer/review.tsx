import { agentName, ISSUER_AGENT } from '../../../../domain/agent.ts';
import { describeAuthority } from '../../../../domain/client-metadata/describe-authority.ts';
import { namedHosts } from '../../../../domain/client-metadata/named-hosts.ts';
import type { Actor } from '../../../../domain/access.ts';
import type { ServedNow } from '../../../../services/documents/standing.ts';
import type { SubmissionState } from '../../../../domain/submission.ts';
import type { ReviewFile } from '../../../../services/review-file.ts';
import { DocumentSection, DriftNotice } from '../../components/metadata-document.tsx';
import { Button, Form } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { CopyBlock, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Name, State, Time } from '../../components/text.tsx';
import { mayOpen } from '../../sections.ts';
import { Comments } from '../../components/comments.tsx';
import { DecisionsSoFar, Record } from './beside.tsx';
import { DecideForm } from './decide-form.tsx';
import { EMPTY_DRAFT, type DecisionDraft, type DraftProblems } from './decision-draft.ts';
import { Keys } from './keys.tsx';
import { Authority, Changes, EvidenceFound, GatheredFindings, Hosts } from './review-parts.tsx';

/** What a review page shows beside the submission itself: what was typed, and what became of it. */
export type Typed = {
  readonly draft?: DecisionDraft;
  readonly problems?: DraftProblems;
  readonly comment?: { readonly text: string; readonly error: string | undefined };
  /** What kept a decision from being recorded. */
  /** What was found when the reader had the document compared. */
  readonly servedNow?: ServedNow;
  readonly obstacle?: 'decided_meanwhile' | 'too_long_to_carry';
};

/** What a reviewer reads before deciding: first what the software will be able to do. */
export function Review(props: { readonly file: ReviewFile; readonly actor: Actor; readonly typed: Typed }) {
  const { file, actor, typed } = props;
  const { submission, publisher, standing } = file;
  return (
    <>
      <Header file={file} actor={actor} />
      <Obstacle typed={typed} file={file} />
      <WhyNot file={file} />
      <ClaimNotice file={file} actor={actor} />
      <DocumentNotice file={file} />
      <div class="columns">
        <div>
          <Authority parts={describeAuthority(submission.metadata, publisher.verifiedDomains)} />
          <Changes submission={submission} comparedWith={file.comparedWith} />
          {file.document === undefined ? null : (
            <DocumentSection
              {...file.document}
              isApproved={submission.state === 'approved'}
              servedNow={typed.servedNow}
              compareAction={`/console/review/${submission.id}/compare`}
              downloadHref={`/console/submissions/${submission.id}/document`}
            />
          )}
          <GatheredFindings findings={submission.findings} />
          <EvidenceFound evidence={file.evidence} />
          <Hosts hosts={namedHosts(submission.metadata, publisher.verifiedDomains)} />
          <Section title="Client metadata" id="metadata">
            <details>
              <summary>As it was submitted</summary>
              <CopyBlock label="Client metadata" text={JSON.stringify(submission.metadata, null, 2)} />
            </details>
          </Section>
        </div>
        <div>
          {standing.may ? (
            <DecideForm
              file={file}
              draft={typed.draft ?? EMPTY_DRAFT}
              problems={typed.problems ?? {}}
              isFresh={isFresh(actor)}
            />
          ) : null}
          <DecisionsSoFar file={file} />
          <Comments
            comments={file.comments}
            note={
              submission.note === null
                ? undefined
                : { author: agentName(submission.submittedBy, file.names), text: submission.note }
            }
            action={
              mayOpen(actor, 'comments:write') ? `/console/review/${submission.id}/comments` : undefined
            }
            help="The developers of the publisher read it. It decides nothing."
            typed={typed.comment}
          />
          <Record record={file.record} />
        </div>
      </div>
      <Keys of="review" />
    </>
  );
}

/** Whether what asks for a passkey can be done without showing it again. */
export function isFresh({ credential }: Actor): boolean {
  return credential.type === 'token' || credential.isFresh;
}

function Header({ file, actor }: { readonly file: ReviewFile; readonly actor: Actor }) {
  const { submission, software, publisher, names, claim, standing } = file;
  return (
    <PageHeader
      title={
        <>
          <Name>{software.name}</Name> {submission.softwareVersion}
        </>
      }
      above={{ href: '/console/queue', label: 'Review queue' }}
      badge={
        <>
          <State state={submission.state} />{' '}
          <span class="note">
            risk <State state={submission.riskLevel} />
          </span>
        </>
      }
      lead={
        <>
          <Name>{publisher.name}</Name> answers for it. Submitted by{' '}
          <Name>{agentName(submission.submittedBy, names)}</Name> <Time at={submission.submittedAt} />.
        </>
      }
      actions={
        <>
          {claim?.personId === actor.personId ? (
            <Form action={`/console/review/${submission.id}/release`} class="inline" label="Release">
              <Button look="quiet">Let go of it</Button>
            </Form>
          ) : standing.may && claim === undefined ? (
            <Form action={`/console/review/${submission.id}/claim`} class="inline" label="Claim">
              <Button look="quiet">Claim it</Button>
            </Form>
          ) : null}
          {mayOpen(actor, 'decisions:write') ? (
            <A href={`/console/review/next?after=${submission.id}`} class="button quiet next-review">
              Next one
            </A>
          ) : null}
        </>
      }
    />
  );
}

function Obstacle({ typed, file }: { readonly typed: Typed; readonly file: ReviewFile }) {
  if (typed.obstacle === 'decided_meanwhile')
    return (
      <Notice tone="bad" title="Your decision was not recorded" alert>
        The submission is {STATES[file.submission.state]} by now. What happened stands below, in “Decisions so
        far”.
        {typed.draft === undefined || typed.draft.reason === '' ? null : (
          <p>
            You had written: <bdi class="raw">{typed.draft.reason}</bdi>
          </p>
        )}
      </Notice>
    );
  if (typed.obstacle === 'too_long_to_carry')
    return (
      <Notice tone="waiting" title="Show your passkey first" alert>
        What you typed is too long to be carried along, and stands below. Open{' '}
        <A href="/console/step-up">this page</A> in another tab, show your passkey there, come back and go on.
      </Notice>
    );
  return null;
}

/** How a submission stands, after "is". */
const STATES: Readonly<Record<SubmissionState, string>> = {
  submitted: 'waiting',
  changes_requested: 'sent back for changes',
  approved: 'approved',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  superseded: 'replaced by another',
};

const WHY_NOT = {
  no_reviewer: 'You can read this; reviewers decide. An operator gives the role.',
  submitted_it:
    'You submitted it yourself, so another reviewer has to decide. Nobody decides on what they sent (four eyes).',
  belongs_to_publisher:
    'You belong to its publisher, so a reviewer from elsewhere has to decide (four eyes).',
  decided_before: 'You have decided on it already. The next approval has to come from another reviewer.',
} as const;

/** Why the reader has no form to decide with. */
function WhyNot({ file }: { readonly file: ReviewFile }) {
  const { standing, submission } = file;
  if (standing.may) return null;
  if (standing.because === 'closed')
    return (
      <Notice>
        It is {STATES[submission.state]}; there is nothing to decide.{' '}
        <A href={`/console/software/${submission.softwareId}`}>See the software</A>
      </Notice>
    );
  return (
    <Notice tone="waiting" title="You cannot decide on this">
      {WHY_NOT[standing.because]}
    </Notice>
  );
}

/** What a reviewer should know of the document before they decide on it. */
function DocumentNotice({ file: { document, submission } }: { readonly file: ReviewFile }) {
  if (document === undefined) return null;
  if (submission.state === 'approved') return <DriftNotice standing={document.standing} />;
  if (submission.state !== 'submitted') return null;
  return document.standing.served === 'changed' ? (
    <Notice tone="waiting" title="Something else was served when the issuer last looked.">
      You would approve what is shown here. Compare it with what is served now, below; while they differ, no
      authorization server can use a statement about it.
    </Notice>
  ) : submission.submittedBy === ISSUER_AGENT ? (
    <Notice tone="waiting" title="Nobody sent this: the issuer saw that the document changed.">
      What was approved before stands until you decide, but it is not what is served any more.
    </Notice>
  ) : null;
}

function ClaimNotice({ file, actor }: { readonly file: ReviewFile; readonly actor: Actor }) {
  const { claim, names } = file;
  if (claim === undefined) return null;
  return claim.personId === actor.personId ? (
    <Notice>
      You have claimed it; others see that until <Time at={claim.expiresAt} exact />.
    </Notice>
  ) : (
    <Notice tone="waiting">
      <Name>{names.get(claim.personId) ?? claim.personId}</Name> has claimed it and may be reading it, until{' '}
      <Time at={claim.expiresAt} exact />. You can decide all the same; tell them.
    </Notice>
  );
}
