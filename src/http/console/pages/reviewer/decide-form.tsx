import type { ReviewFile } from '../../../../services/review-file.ts';
import {
  Actions,
  Button,
  Choices,
  Field,
  Form,
  Group,
  Hidden,
  Select,
  TextArea,
} from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Facts, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Name, Said } from '../../components/text.tsx';
import type { ConditionsOfDecision } from '../../../../services/decide.ts';
import { conditionWords } from './condition-words.ts';
import {
  draftFields,
  fullReason,
  MAX_REASON_CHARACTERS,
  REASON_TEMPLATES,
  stepUpTo,
  type DecisionDraft,
  type DraftProblems,
} from './decision-draft.ts';

const DAY = 86_400;
const VERDICT_OPTIONS = [
  { value: 'approve', label: 'Approve', help: 'Statements may be issued over it.' },
  { value: 'request_changes', label: 'Request changes', help: 'It goes back to the developer.' },
  { value: 'reject', label: 'Reject', help: 'It is closed.' },
] as const;

/** The form a reviewer decides with, filled with what was typed before. */
export function DecideForm(props: {
  readonly file: ReviewFile;
  readonly draft: DecisionDraft;
  readonly problems: DraftProblems;
  readonly isFresh: boolean;
}) {
  const { file, draft, problems, isFresh } = props;
  const path = `/console/review/${file.submission.id}`;
  const { maxLifetimeSeconds, audiences } = file.policy;
  return (
    <Section title="Decide" id="decide">
      {isFresh ? null : (
        <Notice tone="waiting" title="Deciding needs your passkey">
          You are asked for it when you go on, and what you typed is kept unless it is long.{' '}
          <A href={stepUpTo(path)}>Show it first</A> if you mean to write more than 500 characters.
        </Notice>
      )}
      <Form action={`${path}/decide`} label="Decide">
        <Choices
          name="verdict"
          legend="Your decision"
          value={draft.verdict}
          error={problems.verdict}
          options={VERDICT_OPTIONS}
        />
        <Select
          name="template"
          label="Begin the reason with"
          value={draft.template ?? ''}
          options={[
            { value: '', label: 'my own words alone' },
            ...Object.entries(REASON_TEMPLATES).map(([value, label]) => ({ value, label })),
          ]}
        />
        <TextArea
          name="reason"
          label="Reason"
          rows={4}
          maxlength={MAX_REASON_CHARACTERS}
          value={draft.reason}
          error={problems.reason}
          needed="needed, unless a sentence chosen above says it all"
          help="Kept in the ledger, and read by the developer."
        />
        <Group
          legend="Conditions of an approval"
          help="Statements over it keep to them. Leave them empty for none."
        >
          <Field
            name="days"
            label="Statements last at most, days"
            type="number"
            min={1}
            max={Math.floor(maxLifetimeSeconds / DAY)}
            value={draft.days}
            error={problems.days}
            help={`The policy allows ${Math.floor(maxLifetimeSeconds / DAY)} days.`}
          />
          <TextArea
            name="audience"
            label="Only for these authorization servers"
            rows={2}
            code
            value={draft.audience}
            error={problems.audience}
            help={
              audiences === 'any'
                ? 'Issuer identifiers (RFC 8414), one a line, such as https://as.example'
                : `One a line, of those the policy allows: ${audiences.join(', ')}`
            }
          />
        </Group>
        <Actions>
          <Button>Go on</Button>
        </Actions>
      </Form>
    </Section>
  );
}

const BUTTONS = { approve: 'Approve', reject: 'Reject', request_changes: 'Request changes' } as const;
const TITLES = { approve: 'Approve', reject: 'Reject', request_changes: 'Send back' } as const;

/**
 * Asks once, and says what the decision will do.
 *
 * @param props.once names this decision, so that a form that is sent twice decides once
 */
export function ConfirmDecision(props: {
  readonly file: ReviewFile;
  readonly draft: DecisionDraft;
  readonly verdict: keyof typeof BUTTONS;
  readonly conditions: ConditionsOfDecision;
  readonly claimedBy: string | undefined;
  readonly once: string;
}) {
  const { file, draft, verdict, conditions, claimedBy } = props;
  const { submission, software } = file;
  const path = `/console/review/${submission.id}`;
  const own = conditionWords(conditions.own);
  const together = conditionWords(conditions.together);
  return (
    <>
      <PageHeader
        title={
          <>
            {TITLES[verdict]} <Name>{software.name}</Name> {submission.softwareVersion}?
          </>
        }
        above={{ href: path, label: 'The submission' }}
      />
      <Notice tone={verdict === 'reject' ? 'bad' : 'waiting'}>{effectInWords(file, verdict)}</Notice>
      {claimedBy === undefined ? null : (
        <Notice tone="waiting">
          <Name>{claimedBy}</Name> has claimed this submission and may be reading it. You can decide all the
          same; tell them.
        </Notice>
      )}
      <Section title="What is recorded">
        <Facts
          facts={[
            {
              name: 'Reason',
              value: <Said>{fullReason(draft)}</Said>,
            },
            ...(own === undefined ? [] : [{ name: 'Your conditions', value: own }]),
            ...(together === undefined || together === own
              ? []
              : [{ name: 'With the approval before yours', value: together }]),
          ]}
        />
      </Section>
      <Form action={`${path}/decide`} label="Confirm">
        {Object.entries(draftFields(draft)).map(([name, value]) => (
          <Hidden name={name} value={value} />
        ))}
        <Hidden name="once" value={props.once} />
        <Actions>
          <Button name="confirmed" value="yes" look={verdict === 'reject' ? 'danger' : 'main'}>
            {BUTTONS[verdict]}
          </Button>
          <Button name="back" value="yes" look="quiet">
            Change it
          </Button>
        </Actions>
      </Form>
    </>
  );
}

function effectInWords({ submission, decisions, comparedWith }: ReviewFile, verdict: keyof typeof BUTTONS) {
  if (verdict === 'reject')
    return `It is closed for good. Its version ${submission.softwareVersion} can be submitted again.`;
  if (verdict === 'request_changes')
    return 'It goes back to the developer with your reason. What they submit next takes its place in the queue.';
  const approvals = decisions.filter((decision) => decision.verdict === 'approve').length + 1;
  if (approvals < submission.requiredApprovals)
    return `It will have ${approvals} of ${submission.requiredApprovals} approvals. Another reviewer has to approve it before statements can be issued.`;
  const before =
    comparedWith === undefined
      ? ''
      : ` It takes the place of the approval before it; statements over that stay valid until they expire or are revoked.`;
  return `Statements can be issued over it from now on.${before}`;
}
