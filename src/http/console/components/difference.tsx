import type { MetadataChange } from '../../../domain/client-metadata/difference.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { Badge, Code } from './text.tsx';

const TONES = { expands: 'bad', narrows: 'good', neutral: 'muted' } as const;

/** What a submission changes, side by side with what is approved; what expands authority comes first, as given. */
export function Difference(props: { readonly changes: readonly MetadataChange[]; readonly empty?: string }) {
  if (props.changes.length === 0)
    return <p class="none">{props.empty ?? 'Nothing differs from what is approved.'}</p>;
  return (
    <ul class="difference">
      {props.changes.map((change) => (
        <li class={change.effect}>
          <div class="change-title">
            <Badge tone={TONES[change.effect]}>{change.effect}</Badge> <Code>{change.pointer}</Code>{' '}
            <span>{change.reason}</span>
          </div>
          <div class="sides">
            <Side title="Approved" value={change.before} kind="before" />
            <Side title="Submitted" value={change.after} kind="after" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Side(props: {
  readonly title: string;
  readonly value: JsonValue | undefined;
  readonly kind: 'before' | 'after';
}) {
  return (
    <div class={`side ${props.kind}`}>
      <p class="side-title">{props.title}</p>
      {props.value === undefined ? <p class="none">nothing</p> : <Value value={props.value} />}
    </div>
  );
}

/** A value of metadata: text as it is, lists line by line, anything else as JSON. */
export function Value({ value }: { readonly value: JsonValue }) {
  if (typeof value === 'string')
    return (
      <p class="value">
        <bdi>{value}</bdi>
      </p>
    );
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return (
      <ul class="value">
        {value.map((item) => (
          <li>
            <bdi>{item}</bdi>
          </li>
        ))}
      </ul>
    );
  return (
    <pre class="value" tabindex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
