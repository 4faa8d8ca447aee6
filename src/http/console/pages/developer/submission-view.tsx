import { agentName } from '../../../../domain/agent.ts';
import { gatherChanges } from '../../../../domain/client-metadata/gather-changes.ts';
import type { Decision } from '../../../../domain/submission.ts';
import { isOpen } from '../../../../domain/submission.ts';
import type { SoftwareStanding } from '../../../../ports.ts';
import type { SignedComment } from '../../../../services/comments.ts';
import type { DocumentFile, ServedNow } from '../../../../services/documents/standing.ts';
import type { SubmissionFile } from '../../../../services/submissions.ts';
import { Difference } from '../../components/difference.tsx';
import { DocumentSection, DriftNotice } from '../../components/metadata-document.tsx';
import { Comments } from '../../components/comments.tsx';
import { ButtonLink } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Metadata } from '../../components/metadata.tsx';
import { Facts, Notice, PageHeader, Section, Timeline } from '../../components/parts.tsx';
import { Code, counted, Name, Said, State, Time } from '../../components/text.tsx';
import { conditionWords } from '../reviewer/condition-words.ts';
import { EvidenceFound, FindingsInBrief } from '../reviewer/review-parts.tsx';

type View = {
  readonly file: SubmissionFile;
  readonly standing: SoftwareStanding;
  readonly comments: readonly SignedComment[];
  /** Names of who submitted and who decided, by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly isDeveloper: boolean;
  readonly mayReview: boolean;
  readonly mayComment: boolean;
  readonly typed: { readonly text: string; readonly error: string } | undefined;
  readonly document: DocumentFile | undefined;
  readonly servedNow: ServedNow | undefined;
};

export function SubmissionView(view: View) {
  const { file, standing, isDeveloper, mayReview } = view;
  const { submission } = file;
  const { software, publisher } = standing;
  return (
    <>
      <PageHeader
        title={
          <>
            <Name>{software.name}</Name> <bdi>{submission.softwareVersion}</bdi>
          </>
        }
        badge={<State state={submission.state} />}
        above={{ href: `/console/software/${software.id}`, label: <Name>{software.name}</Name> }}
        actions={
          <>
            {mayReview && !isDeveloper ? (
              <ButtonLink href={`/console/review/${submission.id}`} look="quiet">
                Review it
              </ButtonLink>
            ) : null}
            {isDeveloper && isOpen(submission.state) ? (
              <ButtonLink href={`/console/submissions/${submission.id}/withdraw`} look="quiet">
                Withdraw
              </ButtonLink>
            ) : null}
          </>
        }
      />
      <WhatNext view={view} />
      {submission.state === 'approved' ? <DriftNotice standing={view.document?.standing} /> : null}
      <div class="columns">
        <div>
          <Section title="What the rules say" lead="As they were when it was submitted.">
            <FindingsInBrief findings={submission.findings} />
          </Section>
          <Section
            title="What it changes"
            lead={
              submission.comparedWith === null
                ? 'Nothing was approved before, so everything is new.'
                : 'Against what was approved when it was submitted.'
            }
          >
            {submission.comparedWith === null ? (
              <details>
                <summary>{counted(submission.changes.length, 'addition')}, one by one</summary>
                <Difference changes={gatherChanges(submission.changes)} />
              </details>
            ) : (
              <Difference changes={gatherChanges(submission.changes)} />
            )}
          </Section>
          {view.document === undefined ? null : (
            <DocumentSection
              {...view.document}
              isApproved={submission.state === 'approved'}
              servedNow={view.servedNow}
              compareAction={`/console/submissions/${submission.id}/compare`}
              downloadHref={`/console/submissions/${submission.id}/document`}
            />
          )}
          <EvidenceFound evidence={file.evidence} />
          <Section
            title="Client metadata"
            id="metadata"
            lead="The snapshot that was submitted; nothing of it ever changes."
          >
            <Metadata metadata={submission.metadata} verifiedDomains={publisher.verifiedDomains} />
          </Section>
        </div>
        <div>
          <AboutSection view={view} />
          <DecisionsSection view={view} />
          <Comments
            comments={view.comments}
            note={
              file.submission.note === null
                ? undefined
                : {
                    author: agentName(file.submission.submittedBy, view.names),
                    text: file.submission.note,
                  }
            }
            action={view.mayComment ? `/console/submissions/${file.submission.id}/comments` : undefined}
            help="Reviewers and the developers of the publisher read it. It decides nothing."
            typed={view.typed}
          />
        </div>
      </div>
    </>
  );
}

/** What the reader can do about it now. */
function WhatNext({ view }: { readonly view: View }) {
  const { isDeveloper, standing } = view;
  const { submission, decisions } = view.file;
  if (!isDeveloper) return null;
  const software = `/console/software/${standing.software.id}`;
  const again = <A href={`${software}/submit?from=${submission.id}`}>Submit it anew</A>;
  const last = decisions.at(-1);
  switch (submission.state) {
    case 'changes_requested':
      return (
        <Notice tone="waiting" title="A reviewer asked for changes.">
          {last === undefined ? null : <Said>{last.reason}</Said>}
          <p>{again}, beginning from this text; it then takes the place of this one. Or answer below.</p>
        </Notice>
      );
    case 'rejected':
      return (
        <Notice tone="bad" title="It was rejected.">
          {last === undefined ? null : <Said>{last.reason}</Said>}
          <p>{again} once what they said is put right.</p>
        </Notice>
      );
    case 'approved':
      return (
        <Notice tone="good" title="It is approved.">
          <p>
            Statements are signed over it now. <A href={`${software}/issue`}>Issue one</A>.
          </p>
        </Notice>
      );
    case 'withdrawn':
      return <Notice title="It was withdrawn.">{again} if you want it reviewed after all.</Notice>;
    case 'superseded':
      return <Notice title="A later submission took its place." />;
    case 'submitted':
      return null;
  }
}

function AboutSection({ view }: { readonly view: View }) {
  const { submission, decisions } = view.file;
  const approvals = decisions.filter(({ verdict }) => verdict === 'approve').length;
  const conditions = conditionWords(submission.conditions);
  return (
    <Section title="About it">
      <Facts
        facts={[
          {
            name: 'Submitted',
            value: (
              <>
                <Time at={submission.submittedAt} exact /> by{' '}
                <Name>{agentName(submission.submittedBy, view.names)}</Name>
              </>
            ),
          },
          {
            name: 'Approvals',
            value: `${approvals} of ${submission.requiredApprovals}`,
            note:
              submission.requiredApprovals === 1
                ? 'One reviewer decides.'
                : 'Two different reviewers have to approve.',
          },
          {
            name: 'Risk',
            value: <State state={submission.riskLevel} />,
            note: 'By what it adds and what was found; it says who should look first.',
          },
          ...(conditions === undefined ? [] : [{ name: 'Conditions', value: conditions }]),
          {
            name: 'SHA-256',
            value: <Code short>{submission.metadataSha256}</Code>,
            note: 'Of the metadata; the ledger holds it.',
          },
        ]}
      />
    </Section>
  );
}

const VERDICTS = {
  approve: { word: 'Approved', tone: 'good' },
  reject: { word: 'Rejected', tone: 'bad' },
  request_changes: { word: 'Asked for changes', tone: 'waiting' },
} as const;

function DecisionsSection({ view }: { readonly view: View }) {
  const { decisions } = view.file;
  return (
    <Section title="Decisions" id="decisions">
      {decisions.length === 0 ? (
        <p class="none">Nobody has decided yet.</p>
      ) : (
        <Timeline items={decisions.map((decision) => decisionItem(decision, view.names))} />
      )}
    </Section>
  );
}

function decisionItem(decision: Decision, names: ReadonlyMap<string, string>) {
  const { word, tone } = VERDICTS[decision.verdict];
  const conditions = conditionWords(decision.conditions);
  return {
    tone,
    title: (
      <>
        {word} by <Name>{names.get(decision.decidedBy) ?? ''}</Name>
      </>
    ),
    when: <Time at={decision.decidedAt} />,
    children: (
      <>
        <Said>{decision.reason}</Said>
        {conditions === undefined ? null : <p class="note">{conditions}</p>}
      </>
    ),
  };
}
