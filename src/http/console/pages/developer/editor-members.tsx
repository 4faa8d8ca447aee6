import type { Child } from 'hono/jsx';
import { explainMember } from '../../../../domain/client-metadata/explain-member.ts';
import { Button, Checkbox, Group, Select, TextArea, Field } from '../../components/form.tsx';
import { Section } from '../../components/parts.tsx';
import { Code } from '../../components/text.tsx';
import { EDITOR_GROUPS, OTHER, type EditorField, type EditorValues } from './editor-fields.ts';
import { SaidAt, type Said } from './editor-findings.tsx';
import type { EditorWork } from './editor-work.ts';

/** What is said at one field, by the server now and by the script while somebody types. */
export function SaidHere(props: {
  readonly place: string;
  readonly mode: EditorWork['mode'];
  readonly said: Said;
}) {
  return (
    <div class="said-here" data-said={props.place} aria-live="polite">
      <SaidAt {...props} />
    </div>
  );
}

/** Client metadata as fields, each with what it means and what is wrong with it. */
export function MemberFields(props: { readonly work: EditorWork; readonly said: Said }) {
  const { work, said } = props;
  const saidAt = (place: string) => <SaidHere place={place} mode="form" said={said} />;
  return (
    <Section title="Client metadata" actions={<ModeButton mode="json">Write it as JSON</ModeButton>}>
      {EDITOR_GROUPS.map(({ legend, fields }) => (
        <Group legend={legend}>
          {fields.map((field) => (
            <div>
              <MemberField field={field} values={work.values} />
              {saidAt(field.member)}
            </div>
          ))}
        </Group>
      ))}
      <Group legend="Everything else">
        <div>
          <TextArea
            name={OTHER}
            label="Other members"
            code
            rows={6}
            value={textIn(work.values, OTHER)}
            placeholder={'{\n  "client_name#de": "Beispiel"\n}'}
            help="As one JSON object: names in other languages (RFC 7591 §2.2), and registered members that have no field here."
          />
          {saidAt(OTHER)}
        </div>
      </Group>
    </Section>
  );
}

function MemberField({ field, values }: { readonly field: EditorField; readonly values: EditorValues }) {
  const { member, kind, options = [], placeholder } = field;
  const value = textIn(values, member);
  const common = { name: member, label: member, help: helpOf(member) };
  switch (kind) {
    case 'text':
      return <Field {...common} value={value} {...(placeholder === undefined ? {} : { placeholder })} />;
    case 'lines':
      return (
        <TextArea
          {...common}
          value={value}
          code
          rows={Math.min(Math.max(value.split('\n').length + 1, 3), 16)}
          help={<>One a line. {helpOf(member)}</>}
          {...(placeholder === undefined ? {} : { placeholder })}
        />
      );
    case 'json':
      return (
        <TextArea
          {...common}
          value={value}
          code
          rows={value === '' ? 3 : 12}
          help={<>As JSON. {helpOf(member)}</>}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          value={value}
          options={[{ value: '', label: 'left out' }, ...options.map((one) => ({ value: one, label: one }))]}
        />
      );
    case 'checks':
      return (
        <div class="field" data-field={member} role="group" aria-labelledby={`${member}-label`}>
          <span class="label" id={`${member}-label`}>
            {member} <span class="optional">optional</span>
          </span>
          {options.map((one) => (
            <Checkbox
              name={member}
              value={one}
              label={one}
              checked={values[member]?.includes(one) === true}
            />
          ))}
          <p class="help">{helpOf(member)}</p>
        </div>
      );
  }
}

function textIn(values: EditorValues, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : '';
}

/** For fields: the explanation, what absence means, and the specification. */
function helpOf(member: string): Child {
  const { explanation, spec, absent } = explainMember(member);
  return (
    <>
      {explanation}
      {absent === undefined ? null : (
        <>
          {' '}
          Left out, it means <Code>{absent}</Code>.
        </>
      )}
      {spec === undefined ? null : ` ${spec}`}
    </>
  );
}

/** Puts the work into the other form, whatever it holds. */
export function ModeButton(props: { readonly mode: EditorWork['mode']; readonly children: Child }) {
  return (
    <Button look="quiet" name="action" value={props.mode} unfinished>
      {props.children}
    </Button>
  );
}
