import type { ValueChange } from '../../../../domain/ledger/ledger-fact.ts';
import type { JsonValue } from '../../../../domain/json.ts';
import { Value } from '../../components/difference.tsx';
import { Code } from '../../components/text.tsx';

/** What was changed, value by value, before and after side by side. */
export function Changes(props: {
  readonly changes: readonly ValueChange[];
  /** What a value is called, where it has a name people know. */
  readonly labelOf?: (path: string) => string | undefined;
  /** What a value means to people, line by line, where its own text does not say it. */
  readonly wordsOf?: (path: string, value: JsonValue | undefined) => readonly string[] | undefined;
}) {
  return (
    <ul class="difference">
      {props.changes.map(({ path, before, after }) => {
        const name = path.join('.');
        const label = props.labelOf?.(name);
        return (
          <li>
            {name === '' ? null : (
              <div class="change-title">
                {label === undefined ? <Code>{name}</Code> : <strong>{label}</strong>}
              </div>
            )}
            <div class="sides">
              <Side title="Before" value={props.wordsOf?.(name, before) ?? before} />
              <Side title="After" value={props.wordsOf?.(name, after) ?? after} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Side({ title, value }: { readonly title: string; readonly value: JsonValue | undefined }) {
  return (
    <div class="side">
      <p class="side-title">{title}</p>
      {value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? (
        <p class="none">nothing</p>
      ) : (
        <Value value={value} />
      )}
    </div>
  );
}

/** The same in a line, for lists. */
export function ChangesInLine({ changes }: { readonly changes: readonly ValueChange[] }) {
  return (
    <>
      {changes.map(({ path, before, after }) => (
        <p>
          {path.length === 0 ? null : (
            <>
              <Code>{path.join('.')}</Code>{' '}
            </>
          )}
          <bdi>{short(before)}</bdi> → <bdi>{short(after)}</bdi>
        </p>
      ))}
    </>
  );
}

const SHORT_CHARACTERS = 60;

function short(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHORT_CHARACTERS ? `${text.slice(0, SHORT_CHARACTERS)}…` : text;
}
