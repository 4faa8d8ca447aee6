import {
  Actions,
  Button,
  ButtonLink,
  Choices,
  Field,
  Form,
  Hidden,
  TextArea,
} from '../../components/form.tsx';
import { Section } from '../../components/parts.tsx';
import { POLICY_GROUPS, type Setting } from './policy-settings.ts';
import { choiceField, type PolicyText } from './policy-text.ts';
import type { FieldProblems } from './problems.ts';

/** Every setting with what it does, as fields. */
export function PolicyForm(props: {
  readonly text: PolicyText;
  readonly problems: FieldProblems;
  /** The version that the reader has seen. */
  readonly version: number;
}) {
  const { text, problems, version } = props;
  return (
    <Form action="/console/policy" label="Policy">
      <Hidden name="version" value={String(version)} />
      {POLICY_GROUPS.map(({ title, lead, settings }) => (
        <Section title={title} lead={lead}>
          <div class="form">
            {settings.map((setting) => (
              <SettingField setting={setting} text={text} error={problems[setting.path]} />
            ))}
          </div>
        </Section>
      ))}
      <Actions>
        <Button>See what changes</Button>
        <ButtonLink href="/console/policy" look="quiet">
          Cancel
        </ButtonLink>
      </Actions>
    </Form>
  );
}

function SettingField(props: {
  readonly setting: Setting;
  readonly text: PolicyText;
  readonly error: string | undefined;
}) {
  const { setting, text, error } = props;
  const { path, label, help } = setting;
  const value = text[path] ?? '';
  switch (setting.kind) {
    case 'choice':
      return <Choices name={path} legend={label} value={value} error={error} options={setting.options} />;
    case 'any_or_lines':
      return (
        <>
          <Choices
            name={choiceField(path)}
            legend={label}
            value={text[choiceField(path)] ?? 'any'}
            options={[
              { value: 'any', label: 'Any' },
              { value: 'some', label: 'Only these', help: 'With no line below, none at all.' },
            ]}
          />
          <TextArea name={path} label="Only these" code value={value} error={error} help={help} />
        </>
      );
    case 'lines':
    case 'group_roles':
    case 'trust_domains':
      return <TextArea name={path} label={label} code rows={3} value={value} error={error} help={help} />;
    case 'duration':
    case 'text':
      return (
        <Field name={path} label={label} required maxlength={200} value={value} error={error} help={help} />
      );
    case 'number':
      return (
        <Field
          name={path}
          label={label}
          required
          type="number"
          min={0}
          value={value}
          error={error}
          help={help}
        />
      );
  }
}

/** The same fields, unseen, so that what was typed comes back. */
export function HiddenPolicy({ text }: { readonly text: PolicyText }) {
  return (
    <>
      {Object.entries(text).map(([name, value]) => (
        <Hidden name={name} value={value} />
      ))}
    </>
  );
}
