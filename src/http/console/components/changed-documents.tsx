import type { ChangedDocument } from '../../../services/documents/changed.ts';
import { A } from './here.tsx';
import { Section } from './parts.tsx';
import { Code, Name, Time } from './text.tsx';

/** The approved documents that are not what is served any more, those for the longest first. */
export function ChangedDocuments(props: {
  readonly changed: { readonly count: number; readonly oldest: readonly ChangedDocument[] };
}) {
  const { count, oldest } = props.changed;
  return (
    <Section
      title="Changed documents"
      id="changed"
      lead="Client ID Metadata Documents that were approved, where something else is served now."
    >
      {count === 0 ? (
        <p class="none">What was approved is what is served, as far as anybody has looked.</p>
      ) : (
        <ul>
          {oldest.map(({ watch, softwareName }) => (
            <li>
              <A href={`/console/software/${watch.softwareId}`}>
                <Name>{softwareName}</Name>
              </A>
              {watch.driftedSince === null ? null : (
                <>
                  , since <Time at={watch.driftedSince} />
                </>
              )}{' '}
              <Code>{watch.url}</Code>
              {watch.problem === null ? null : (
                <p class="note">
                  No review could be opened: <Name>{watch.problem}</Name>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {count > oldest.length ? (
        <p class="note">And {(count - oldest.length).toLocaleString('en')} more.</p>
      ) : null}
    </Section>
  );
}
