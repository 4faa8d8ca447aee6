import { gatherChanges } from '../../../../domain/client-metadata/gather-changes.ts';
import type { Approval, Prospect } from '../../../../services/exchange/authorization/screen.ts';
import { Difference } from '../../components/difference.tsx';
import { A } from '../../components/here.tsx';
import { Metadata } from '../../components/metadata.tsx';
import { Notice, Section } from '../../components/parts.tsx';
import { Code, counted } from '../../components/text.tsx';
import { writeDuration } from '../operator/duration-text.ts';
import { FindingsInBrief } from '../reviewer/review-parts.tsx';

/** For whom the statement is asked, for whom it will be, and for how long. */
export function termsFacts({ request, prospect }: Approval) {
  const { audience } = request;
  const terms = prospect?.terms;
  const granted = terms?.ok === true ? (terms.value.audience ?? []) : [];
  const dropped = audience.filter((each) => !granted.includes(each));
  return [
    {
      name: 'For the authorization servers',
      value:
        audience.length === 0 ? (
          'any: it names none'
        ) : (
          <ul class="value">
            {audience.map((each) => (
              <li>
                <Code>{each}</Code>
              </li>
            ))}
          </ul>
        ),
      note:
        terms === undefined
          ? undefined
          : !terms.ok
            ? `As things stand, none will be made: ${terms.error.description}`
            : dropped.length > 0
              ? `Narrowed by policy: it will not be for ${dropped.join(', ')}.`
              : audience.length === 0
                ? undefined
                : 'Policy narrows nothing of this; reviewers still can.',
    },
    ...(terms?.ok === true
      ? [
          {
            name: 'It will last',
            value: writeDuration(terms.value.lifetimeSeconds),
            note: 'Each statement; reviewers can shorten it, and it can be revoked at any time.',
          },
        ]
      : []),
  ];
}

/** What the rules say of the document, and what it changes. */
export function ProspectSections({ prospect }: { readonly prospect: Prospect }) {
  const { reading, approved, choice, replaces } = prospect;
  const changes = gatherChanges(reading.changes);
  return (
    <>
      {reading.metadata === undefined ? (
        <Notice tone="bad" title="The document breaks rules, so it cannot be sent.">
          Correct it where it is published, then load this page again.
        </Notice>
      ) : null}
      {replaces === undefined ? null : (
        <Notice tone="waiting" title="It takes the place of another submission.">
          <A href={`/console/submissions/${replaces.id}`}>Version {replaces.softwareVersion}</A> has not been
          decided on, and would not be any more.
        </Notice>
      )}
      <Section title="What the rules say">
        <FindingsInBrief findings={reading.findings} />
      </Section>
      <Section
        title="What it changes"
        lead={
          approved === undefined
            ? 'Nothing is approved yet, so everything is new.'
            : `Against version ${approved.softwareVersion}, which is approved.`
        }
      >
        {approved === undefined ? (
          <details>
            <summary>{counted(changes.length, 'addition')}, one by one</summary>
            <Difference changes={changes} />
          </details>
        ) : (
          <Difference changes={changes} />
        )}
      </Section>
      {reading.metadata === undefined ? null : (
        <Section
          title="What it says"
          lead="Member by member; hosts the publisher has shown to be its own are marked."
        >
          <details>
            <summary>{counted(Object.keys(reading.metadata).length, 'member')}</summary>
            <Metadata metadata={reading.metadata} verifiedDomains={choice.publisher.verifiedDomains} />
          </details>
        </Section>
      )}
    </>
  );
}
