import type { Child } from 'hono/jsx';
import { Actions, Button, ButtonLink, Form, Hidden, TextArea } from './form.tsx';
import { Notice, PageHeader } from './parts.tsx';

/** Asks once before something that cannot be taken back, or that others will feel. */
export function Confirm(props: {
  readonly title: Child;
  readonly above?: { readonly href: string; readonly label: Child };
  /** What it will affect, in numbers and names. */
  readonly effect: Child;
  readonly action: string;
  readonly button: string;
  /** Where the reader goes who thinks better of it. */
  readonly cancel: string;
  /** A reason is asked for, and kept in the ledger. */
  readonly reason?: { readonly value?: string; readonly error?: string | undefined; readonly help?: Child };
  readonly hidden?: Readonly<Record<string, string>>;
  readonly children?: Child;
}) {
  return (
    <>
      <PageHeader title={props.title} {...(props.above === undefined ? {} : { above: props.above })} />
      <Notice tone="bad">{props.effect}</Notice>
      <Form action={props.action}>
        {Object.entries(props.hidden ?? {}).map(([name, value]) => (
          <Hidden name={name} value={value} />
        ))}
        {props.children}
        {props.reason === undefined ? null : (
          <TextArea
            name="reason"
            label="Reason"
            required
            rows={3}
            maxlength={2_000}
            value={props.reason.value}
            error={props.reason.error}
            help={props.reason.help ?? 'Kept in the ledger, for whoever asks later.'}
          />
        )}
        <Actions>
          <Button look="danger">{props.button}</Button>
          <ButtonLink href={props.cancel} look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}
