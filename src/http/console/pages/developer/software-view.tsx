import { summaryOfEffects } from '../../../../domain/client-metadata/difference.ts';
import type { Draft } from '../../../../domain/draft.ts';
import type { Submission } from '../../../../domain/submission.ts';
import type { Workload } from '../../../../domain/workload/workload.ts';
import type { SoftwareStanding, StatementStanding } from '../../../../ports.ts';
import type { DocumentStanding } from '../../../../services/documents/standing.ts';
import type { TimelineItem } from '../../../../services/timeline.ts';
import { Button, ButtonLink, Field, Form } from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { documentFacts, DriftNotice } from '../../components/metadata-document.tsx';
import { Metadata } from '../../components/metadata.tsx';
import { CopyBlock, Facts, Notice, PageHeader, Pager, Section } from '../../components/parts.tsx';
import { Code, counted, Name, State, Time } from '../../components/text.tsx';
import { ConditionsNote } from './conditions-note.tsx';
import { StatementsTable } from './statements-table.tsx';
import { TimelineView } from './timeline-view.tsx';

const WORKLOADS_SHOWN = 5;

type View = {
  readonly standing: SoftwareStanding;
  readonly open: Submission | undefined;
  readonly draft: Draft | undefined;
  /** The document of the approval that stands. */
  readonly document: DocumentStanding | undefined;
  readonly statements: readonly StatementStanding[];
  readonly hasMoreStatements: boolean;
  readonly workloads: readonly Workload[];
  readonly timeline: { readonly items: readonly TimelineItem[]; readonly next: number | undefined };
  readonly query: URLSearchParams;
  readonly isDeveloper: boolean;
  readonly maySuspend: boolean;
  readonly mayRevoke: boolean;
  readonly name: string;
  readonly nameError: string | undefined;
};

export function SoftwareView(view: View) {
  const { standing, isDeveloper, draft } = view;
  const { software, publisher, approved } = standing;
  const place = `/console/software/${software.id}`;
  const mayIssue =
    isDeveloper && approved !== undefined && software.state === 'active' && publisher.state === 'active';
  return (
    <>
      <PageHeader
        title={<Name>{software.name}</Name>}
        badge={<State state={software.state} />}
        above={{ href: '/console/software', label: 'Software' }}
        actions={
          isDeveloper ? (
            <>
              <ButtonLink href={`${place}/submit`} look={mayIssue ? 'quiet' : 'main'}>
                {draft === undefined ? 'New submission' : 'Continue the draft'}
              </ButtonLink>
              {mayIssue ? <ButtonLink href={`${place}/issue`}>Issue a statement</ButtonLink> : null}
            </>
          ) : undefined
        }
      />
      <Suspensions standing={standing} />
      <DriftNotice standing={view.document} />
      <div class="columns">
        <div>
          <UnderWay view={view} />
          <ApprovedSection view={view} />
          <StatementsSection view={view} mayIssue={mayIssue} />
          <Section title="What happened" id="timeline">
            <TimelineView items={view.timeline.items} />
            <Pager
              path={place}
              query={view.query}
              next={view.timeline.next === undefined ? undefined : String(view.timeline.next)}
            />
          </Section>
        </div>
        <div>
          <AboutSection view={view} />
          <WorkloadsLink view={view} />
          <ActsSection view={view} />
        </div>
      </div>
    </>
  );
}

function Suspensions({ standing: { software, publisher } }: Pick<View, 'standing'>) {
  return (
    <>
      {software.state === 'suspended' ? (
        <Notice tone="bad" title="This software is suspended.">
          <p>{software.stateReason}</p>
          Nothing is issued for it, and its statements read SUSPENDED until an operator lifts it.
        </Notice>
      ) : null}
      {publisher.state === 'active' ? null : (
        <Notice tone="bad" title={`Its publisher is ${publisher.state}.`}>
          <p>{publisher.stateReason}</p>
          Nothing is issued for its software.
        </Notice>
      )}
    </>
  );
}

function UnderWay({ view }: { readonly view: View }) {
  const { open, draft, isDeveloper, standing } = view;
  if (open === undefined && draft === undefined) return null;
  return (
    <Section title="Under way">
      {open === undefined ? null : <OpenSubmission submission={open} isDeveloper={isDeveloper} />}
      {draft === undefined ? null : (
        <p>
          <A href={`/console/software/${standing.software.id}/submit`}>A draft</A>
          {draft.softwareVersion === '' ? null : (
            <>
              {' '}
              of version <Code>{draft.softwareVersion}</Code>
            </>
          )}
          , saved <Time at={draft.updatedAt} />
        </p>
      )}
    </Section>
  );
}

function OpenSubmission(props: { readonly submission: Submission; readonly isDeveloper: boolean }) {
  const { id, state, softwareId, softwareVersion, submittedAt, changes, findings } = props.submission;
  const { expands, narrows } = summaryOfEffects(changes);
  return (
    <>
      <p>
        <A href={`/console/submissions/${id}`}>
          Version <Code>{softwareVersion}</Code>
        </A>{' '}
        <State state={state} />{' '}
        <span class="note">
          submitted <Time at={submittedAt} />
        </span>
      </p>
      <p class="note">
        {counted(expands, 'change')} that add authority, {narrows} that take some away,{' '}
        {counted(findings.length, 'finding')}
      </p>
      {state === 'changes_requested' && props.isDeveloper ? (
        <Notice tone="waiting" title="A reviewer asked for changes.">
          <A href={`/console/submissions/${id}`}>Read what they said</A>, then{' '}
          <A href={`/console/software/${softwareId}/submit?from=${id}`}>submit it anew</A>.
        </Notice>
      ) : null}
    </>
  );
}

function ApprovedSection({ view }: { readonly view: View }) {
  const { standing, isDeveloper, document } = view;
  const { approved, publisher } = standing;
  if (approved === undefined)
    return (
      <Section title="Approved now">
        <p class="none">
          {isDeveloper
            ? 'Nothing yet. Submit client metadata; once a reviewer has approved it, statements can be issued.'
            : 'Nothing yet.'}
        </p>
      </Section>
    );
  return (
    <Section
      title="Approved now"
      id="approved"
      lead="What statements are signed over. It stays until a later submission is approved."
      actions={<A href={`/console/submissions/${approved.id}`}>The submission</A>}
    >
      <p>
        Version <Code>{approved.softwareVersion}</Code>
        {approved.closedAt === null ? null : (
          <>
            , approved <Time at={approved.closedAt} />
          </>
        )}
      </p>
      <ConditionsNote conditions={approved.conditions} />
      {document === undefined ? null : <Facts facts={documentFacts(document)} />}
      <Metadata metadata={approved.metadata} verifiedDomains={publisher.verifiedDomains} />
    </Section>
  );
}

function StatementsSection({ view, mayIssue }: { readonly view: View; readonly mayIssue: boolean }) {
  const { id } = view.standing.software;
  return (
    <Section
      title="Statements"
      id="statements"
      actions={
        view.hasMoreStatements ? <A href={`/console/software/${id}/statements`}>All of them</A> : undefined
      }
    >
      {view.statements.length === 0 ? (
        <p class="none">{mayIssue ? 'None yet. Issue the first one, and register with it.' : 'None yet.'}</p>
      ) : (
        <StatementsTable statements={view.statements} />
      )}
    </Section>
  );
}

function AboutSection({ view }: { readonly view: View }) {
  const { software, publisher } = view.standing;
  return (
    <Section title="About it">
      <Facts
        facts={[
          {
            name: 'Publisher',
            value: (
              <A href={`/console/publishers/${publisher.id}`}>
                <Name>{publisher.name}</Name>
              </A>
            ),
          },
          { name: 'Registered', value: <Time at={software.createdAt} exact /> },
          {
            name: <Code>software_id</Code>,
            value: <CopyBlock label="software_id" text={software.id} />,
            note: 'The same over all versions.',
          },
        ]}
      />
      {view.isDeveloper ? (
        <Form action={`/console/software/${software.id}/name`}>
          <Field
            name="name"
            label="Name in these lists"
            required
            value={view.name}
            error={view.nameError}
            maxlength={200}
          />
          <Button look="quiet">Rename</Button>
        </Form>
      ) : null}
    </Section>
  );
}

/** What renews statements without a person. */
function WorkloadsLink({ view }: { readonly view: View }) {
  const active = view.workloads.filter(({ state }) => state === 'active');
  return (
    <Section title="Workloads" id="workloads">
      {active.length === 0 ? (
        <p class="none">
          {view.isDeveloper
            ? 'None yet. A CI job or service that is bound here gets statements without a secret.'
            : 'None.'}
        </p>
      ) : (
        <ul>
          {active.slice(0, WORKLOADS_SHOWN).map(({ label }) => (
            <li>
              <Name>{label}</Name>
            </li>
          ))}
        </ul>
      )}
      <p>
        <A href={`/console/software/${view.standing.software.id}/workloads`}>
          {view.isDeveloper ? 'Workloads and initial access tokens' : 'Its workloads'}
        </A>
      </p>
    </Section>
  );
}

function ActsSection({ view }: { readonly view: View }) {
  const { maySuspend, mayRevoke, standing } = view;
  if (!maySuspend && !mayRevoke) return null;
  const place = `/console/software/${standing.software.id}`;
  return (
    <Section title="If something is wrong">
      <p class="note">Each of these first says what it will affect.</p>
      <div class="actions">
        {maySuspend ? (
          standing.software.state === 'active' ? (
            <ButtonLink href={`${place}/suspend`} look="quiet">
              Suspend
            </ButtonLink>
          ) : (
            <ButtonLink href={`${place}/reinstate`} look="quiet">
              Reinstate
            </ButtonLink>
          )
        ) : null}
        {mayRevoke ? (
          <ButtonLink href={`${place}/revoke`} look="quiet">
            Revoke every statement
          </ButtonLink>
        ) : null}
      </div>
    </Section>
  );
}
