import type { Child } from 'hono/jsx';
import type { TimelineEvent, TimelineItem } from '../../../../services/timeline.ts';
import { A } from '../../components/here.tsx';
import { Timeline } from '../../components/parts.tsx';
import { Code, Name, Said, Time } from '../../components/text.tsx';

type Tone = 'good' | 'bad' | 'waiting' | 'muted' | 'plain';
type Told = { readonly tone: Tone; readonly title: Child; readonly reason?: string };

/** What happened to a software, in words. */
export function TimelineView({ items }: { readonly items: readonly TimelineItem[] }) {
  return (
    <Timeline
      items={items.map(({ at, by, event }) => {
        const { tone, title, reason } = toldOf(event);
        return {
          tone,
          title,
          when: (
            <>
              <Time at={at} /> by {by === undefined ? 'the issuer' : <Name>{by}</Name>}
            </>
          ),
          ...(reason === undefined || reason === '' ? {} : { children: <Said>{reason}</Said> }),
        };
      })}
    />
  );
}

function toldOf(event: TimelineEvent): Told {
  switch (event.type) {
    case 'registered':
      return { tone: 'plain', title: 'Registered' };
    case 'renamed':
      return {
        tone: 'muted',
        title: (
          <>
            Renamed from <Name>{event.before}</Name> to <Name>{event.after}</Name>
          </>
        ),
      };
    case 'suspended':
      return { tone: 'waiting', title: 'Suspended', reason: event.reason };
    case 'reinstated':
      return { tone: 'good', title: 'Reinstated', reason: event.reason };
    case 'revoked':
      return { tone: 'bad', title: 'Approval withdrawn, every statement revoked', reason: event.reason };
    case 'submitted':
      return {
        tone: 'waiting',
        title: (
          <>
            <SubmissionLink id={event.submissionId}>Submitted</SubmissionLink> version{' '}
            <Code>{event.softwareVersion}</Code>
          </>
        ),
      };
    case 'decided':
      return {
        tone: VERDICTS[event.verdict].tone,
        title: <SubmissionLink id={event.submissionId}>{VERDICTS[event.verdict].word}</SubmissionLink>,
        reason: event.reason,
      };
    case 'withdrawn':
      return {
        tone: 'muted',
        title: <SubmissionLink id={event.submissionId}>Withdrawn</SubmissionLink>,
        reason: event.reason,
      };
    case 'superseded':
      return {
        tone: 'muted',
        title: (
          <>
            A later submission took the place of{' '}
            <SubmissionLink id={event.submissionId}>an earlier one</SubmissionLink>
          </>
        ),
      };
    case 'commented':
      return {
        tone: 'plain',
        title: <SubmissionLink id={event.submissionId}>Comment on a submission</SubmissionLink>,
      };
    case 'checked':
      return {
        tone: event.failing.length === 0 ? 'good' : 'waiting',
        title: (
          <>
            <SubmissionLink id={event.submissionId}>Evidence</SubmissionLink>{' '}
            {event.failing.length === 0
              ? 'was looked at, and holds'
              : `was looked at; something is wrong with ${event.failing.join(', ')}`}
          </>
        ),
      };
    case 'document_bound':
      return { tone: 'plain', title: <DocumentTold url={event.url}>speaks for this software</DocumentTold> };
    case 'document_drifted':
      return {
        tone: 'bad',
        title: <DocumentTold url={event.url}>is not what was approved any more</DocumentTold>,
        reason: event.problem,
      };
    case 'document_settled':
      return { tone: 'good', title: <DocumentTold url={event.url}>is what is approved again</DocumentTold> };
    case 'workload_bound':
      return { tone: 'plain', title: <Labelled label={event.label}>Workload bound</Labelled> };
    case 'workload_ended':
      return { tone: 'plain', title: <Labelled label={event.label}>Workload let go</Labelled> };
    case 'token_made':
      return { tone: 'plain', title: <Labelled label={event.label}>Initial access token made</Labelled> };
    case 'token_revoked':
      return { tone: 'plain', title: <Labelled label={event.label}>Initial access token revoked</Labelled> };
    case 'issued':
      return {
        tone: 'good',
        title: (
          <>
            <StatementLink jti={event.jti}>Statement</StatementLink>{' '}
            {event.isRenewal ? 'issued as a renewal' : 'issued'}
          </>
        ),
      };
    case 'statement_revoked':
      return statementTold(event.jti, 'revoked', 'bad', event.reason);
    case 'statement_suspended':
      return statementTold(event.jti, 'suspended', 'waiting', event.reason);
    case 'statement_reinstated':
      return statementTold(event.jti, 'reinstated', 'good', event.reason);
  }
}

const VERDICTS = {
  approve: { word: 'Approved by a reviewer', tone: 'good' },
  reject: { word: 'Rejected', tone: 'bad' },
  request_changes: { word: 'Changes requested', tone: 'waiting' },
} as const;

function statementTold(jti: string, word: string, tone: Tone, reason: string): Told {
  const title = (
    <>
      <StatementLink jti={jti}>Statement</StatementLink> {word}
    </>
  );
  return { tone, title, reason };
}

function DocumentTold(props: { readonly url: string; readonly children: Child }) {
  return (
    <>
      The document at <Code>{props.url}</Code> {props.children}
    </>
  );
}

function SubmissionLink(props: { readonly id: string; readonly children: Child }) {
  return <A href={`/console/submissions/${props.id}`}>{props.children}</A>;
}

function StatementLink(props: { readonly jti: string; readonly children: Child }) {
  return <A href={`/console/statements/${props.jti}`}>{props.children}</A>;
}

function Labelled(props: { readonly label: string; readonly children: Child }) {
  return (
    <>
      {props.children}: <Name>{props.label}</Name>
    </>
  );
}
