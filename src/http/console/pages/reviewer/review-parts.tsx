import type { AuthorityPart } from '../../../../domain/client-metadata/describe-authority.ts';
import { summaryOfEffects, type Effect } from '../../../../domain/client-metadata/difference.ts';
import type { Finding } from '../../../../domain/client-metadata/finding.ts';
import { gatherChanges } from '../../../../domain/client-metadata/gather-changes.ts';
import type { NamedHost } from '../../../../domain/client-metadata/named-hosts.ts';
import type { Evidence } from '../../../../domain/review/evidence.ts';
import type { Submission } from '../../../../domain/submission.ts';
import { Findings } from '../../components/findings.tsx';
import { Difference } from '../../components/difference.tsx';
import { A, Outside } from '../../components/here.tsx';
import { MemberName } from '../../components/metadata.tsx';
import { Section, Table } from '../../components/parts.tsx';
import { Badge, Code, counted, State, Time } from '../../components/text.tsx';

/** What the software will be able to do, each thing with what deserves a second look. */
export function Authority({ parts }: { readonly parts: readonly AuthorityPart[] }) {
  return (
    <Section title="What it will be able to do" id="authority">
      <ul class="authority">
        {parts.map(({ sentence, concern, items }) => (
          <li>
            <p>
              <strong>
                <bdi>{sentence}</bdi>
              </strong>
            </p>
            {concern === null ? null : (
              <p>
                <Badge tone="waiting">look twice</Badge> <bdi>{concern}</bdi>
              </p>
            )}
            {items.length === 0 ? null : (
              <ul>
                {items.map(({ value, meaning }) => (
                  <li>
                    <Code>{value}</Code> <span class="note">{meaning}</span>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What changes against the approval that stands: what expands authority side by side, the rest on demand. */
export function Changes(props: {
  readonly submission: Submission;
  readonly comparedWith: Submission | undefined;
}) {
  const { submission, comparedWith } = props;
  const counts = summaryOfEffects(submission.changes);
  if (comparedWith === undefined)
    return (
      <Section
        title="What changes"
        id="changes"
        lead="It is the first submission of this software: nothing is approved yet, and all of it is new."
      >
        <details>
          <summary>{counted(submission.changes.length, 'addition')}, one by one</summary>
          <Difference changes={gatherChanges(submission.changes)} />
        </details>
      </Section>
    );
  return (
    <Section
      title="What changes"
      id="changes"
      lead={
        <>
          Against version{' '}
          <A href={`/console/submissions/${comparedWith.id}`}>{comparedWith.softwareVersion}</A>, the approval
          that stood when it was submitted.
        </>
      }
    >
      <h3>{counts.expands === 0 ? 'Nothing expands authority' : `Expands authority (${counts.expands})`}</h3>
      {counts.expands === 0 ? null : <Difference changes={ofEffect(submission, 'expands')} />}
      <Rest title="Narrows authority" submission={submission} effect="narrows" count={counts.narrows} />
      <Rest title="Changes no authority" submission={submission} effect="neutral" count={counts.neutral} />
    </Section>
  );
}

function Rest(props: {
  readonly title: string;
  readonly submission: Submission;
  readonly effect: Effect;
  readonly count: number;
}) {
  if (props.count === 0) return null;
  return (
    <details>
      <summary>{`${props.title} (${props.count})`}</summary>
      <Difference changes={ofEffect(props.submission, props.effect)} />
    </details>
  );
}

function ofEffect({ changes }: Submission, effect: Effect) {
  return gatherChanges(changes.filter((change) => change.effect === effect));
}

/** So many findings of one rule are spelled out. */
const SPELLED_OUT = 5;

/** What the rules say of it. */
export function GatheredFindings({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <Section title="Findings" id="findings">
      <FindingsInBrief findings={findings} />
    </Section>
  );
}

/** Findings, where of many that differ only in their place a few are spelled out. */
export function FindingsInBrief({ findings }: { readonly findings: readonly Finding[] }) {
  const byRule = [...Map.groupBy(findings, ({ rule }) => rule).values()];
  const shown = byRule.flatMap((group) => group.slice(0, SPELLED_OUT));
  const rest = byRule.filter((group) => group.length > SPELLED_OUT);
  return (
    <>
      <Findings findings={shown} />
      {rest.map((group) => (
        <details>
          <summary>
            {`${(group.length - SPELLED_OUT).toLocaleString('en')} more of the same: ${group[0]?.rule ?? ''}`}
          </summary>
          <p>
            <Code>
              {group
                .slice(SPELLED_OUT)
                .map(({ pointer }) => pointer)
                .join(', ')}
            </Code>
          </p>
        </details>
      ))}
    </>
  );
}

/** What was found behind the addresses that the submission names. */
export function EvidenceFound({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return (
    <Section title="Evidence" id="evidence" lead="What this issuer found behind the addresses it names.">
      {evidence.length === 0 ? (
        <p class="none">It names no address that is looked at: no keys, picture, terms or pages.</p>
      ) : (
        <Table
          caption="Evidence"
          columns={['Member', 'Outcome', 'Found']}
          rows={evidence.map(({ member, outcome, detail, url, checkedAt }) => [
            <span class="claim-name">
              <MemberName name={member} />
            </span>,
            <State state={outcome} />,
            <>
              <p>{detail === '' ? 'Nobody has looked yet.' : detail}</p>
              <Outside href={url}>
                <Code>{url}</Code>
              </Outside>
              {checkedAt === null ? null : (
                <span class="note">
                  {' '}
                  looked at <Time at={checkedAt} />
                </span>
              )}
            </>,
          ])}
        />
      )}
    </Section>
  );
}

/** Whose the hosts are that it names. */
export function Hosts({ hosts }: { readonly hosts: readonly NamedHost[] }) {
  return (
    <Section title="Hosts" id="hosts">
      {hosts.length === 0 ? (
        <p class="none">It names no host.</p>
      ) : (
        <Table
          caption="Hosts it names"
          columns={['Host', 'Publisher’s own', 'Named in']}
          rows={hosts.map(({ host, isVerified, members }) => [
            <Code>{host}</Code>,
            isVerified ? <Badge tone="good">verified</Badge> : <Badge tone="waiting">not verified</Badge>,
            members.join(', '),
          ])}
        />
      )}
    </Section>
  );
}
