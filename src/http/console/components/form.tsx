import type { Child } from 'hono/jsx';
import { A, useHere } from './here.tsx';

/** A form of this console; `action` is a path below the issuer. */
export function Form(props: {
  readonly action: string;
  readonly method?: 'get' | 'post';
  readonly id?: string;
  readonly class?: string;
  /** Says what an assistive technology calls it, where no heading does. */
  readonly label?: string;
  readonly children: Child;
}) {
  const { base } = useHere();
  return (
    <form
      action={`${base}${props.action}`}
      method={props.method ?? 'post'}
      id={props.id}
      class={props.class ?? 'form'}
      aria-label={props.label}
    >
      {props.children}
    </form>
  );
}

type Common = {
  readonly name: string;
  readonly label: Child;
  /** What to write, and why; stands below the field. */
  readonly help?: Child;
  /** What is wrong with what was written. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  /** What is needed, beside the label, where neither `required` nor "optional" says it truly. */
  readonly needed?: string;
  /** Id of the field, where a page has two of one name. */
  readonly id?: string;
};

function Framed(props: Common & { readonly children: Child }) {
  const id = props.id ?? props.name;
  return (
    <div class={props.error === undefined ? 'field' : 'field wrong'} data-field={props.name}>
      <label for={id}>
        {props.label}
        {props.required === true ? null : <span class="optional">{` ${props.needed ?? 'optional'}`}</span>}
      </label>
      {props.children}
      {props.error === undefined ? null : (
        <p class="error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
      {props.help === undefined ? null : (
        <p class="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  );
}

function describedBy({ id, name, help, error }: Common): string | undefined {
  const own = id ?? name;
  const ids = [
    ...(error === undefined ? [] : [`${own}-error`]),
    ...(help === undefined ? [] : [`${own}-help`]),
  ];
  return ids.length === 0 ? undefined : ids.join(' ');
}

/** One line of text. */
export function Field(
  props: Common & {
    readonly value?: string | undefined;
    readonly type?: 'text' | 'email' | 'url' | 'number' | 'search' | 'date' | 'datetime-local';
    readonly autocomplete?: string;
    readonly maxlength?: number;
    readonly min?: number;
    readonly max?: number;
    readonly pattern?: string;
    readonly placeholder?: string;
    readonly spellcheck?: boolean;
  },
) {
  return (
    <Framed {...props}>
      <input
        id={props.id ?? props.name}
        name={props.name}
        type={props.type ?? 'text'}
        value={props.value ?? ''}
        required={props.required === true}
        autocomplete={props.autocomplete ?? 'off'}
        maxlength={props.maxlength}
        min={props.min}
        max={props.max}
        pattern={props.pattern}
        placeholder={props.placeholder}
        spellcheck={props.spellcheck === true}
        aria-describedby={describedBy(props)}
        aria-invalid={props.error === undefined ? undefined : 'true'}
      />
    </Framed>
  );
}

/** Several lines of text. */
export function TextArea(
  props: Common & {
    readonly value?: string | undefined;
    readonly rows?: number;
    readonly maxlength?: number;
    readonly placeholder?: string;
    /** Set in a fixed width, for JSON and lists of addresses. */
    readonly code?: boolean;
  },
) {
  return (
    <Framed {...props}>
      <textarea
        id={props.id ?? props.name}
        name={props.name}
        rows={props.rows ?? 4}
        required={props.required === true}
        maxlength={props.maxlength}
        placeholder={props.placeholder}
        class={props.code === true ? 'code' : undefined}
        spellcheck={props.code !== true}
        autocomplete="off"
        aria-describedby={describedBy(props)}
        aria-invalid={props.error === undefined ? undefined : 'true'}
      >
        {`\n${props.value ?? ''}`}
      </textarea>
    </Framed>
  );
}

/** One choice of a list. */
export function Select(
  props: Common & {
    readonly value?: string | undefined;
    readonly options: readonly { readonly value: string; readonly label: string }[];
    /** Id of the form it belongs to, where it stands outside. */
    readonly form?: string;
  },
) {
  return (
    <Framed {...props}>
      <select
        id={props.id ?? props.name}
        name={props.name}
        form={props.form}
        required={props.required === true}
        aria-describedby={describedBy(props)}
        aria-invalid={props.error === undefined ? undefined : 'true'}
      >
        {props.options.map(({ value, label }) => (
          <option value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </Framed>
  );
}

/** A choice to be made or left. */
export function Checkbox(props: {
  readonly name: string;
  readonly label: Child;
  readonly value?: string;
  readonly checked?: boolean;
  readonly help?: Child;
  readonly id?: string;
}) {
  const id = props.id ?? `${props.name}${props.value === undefined ? '' : `-${props.value}`}`;
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        name={props.name}
        value={props.value ?? 'on'}
        checked={props.checked === true}
        aria-describedby={props.help === undefined ? undefined : `${id}-help`}
      />
      <label for={id}>{props.label}</label>
      {props.help === undefined ? null : (
        <p class="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  );
}

/** One of a few choices, all to be seen. */
export function Choices(props: {
  readonly name: string;
  readonly legend: Child;
  readonly value?: string | undefined;
  readonly error?: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: Child; readonly help?: Child }[];
}) {
  return (
    <fieldset class={props.error === undefined ? 'choices' : 'choices wrong'}>
      <legend>{props.legend}</legend>
      {props.error === undefined ? null : <p class="error">{props.error}</p>}
      {props.options.map(({ value, label, help }) => (
        <div class="check">
          <input
            type="radio"
            id={`${props.name}-${value}`}
            name={props.name}
            value={value}
            checked={value === props.value}
          />
          <label for={`${props.name}-${value}`}>{label}</label>
          {help === undefined ? null : <p class="help">{help}</p>}
        </div>
      ))}
    </fieldset>
  );
}

/** Fields that belong together. */
export function Group(props: { readonly legend: Child; readonly help?: Child; readonly children: Child }) {
  return (
    <fieldset class="group">
      <legend>{props.legend}</legend>
      {props.help === undefined ? null : <p class="help">{props.help}</p>}
      {props.children}
    </fieldset>
  );
}

/** A value that goes along unseen. */
export function Hidden(props: { readonly name: string; readonly value: string }) {
  return <input type="hidden" name={props.name} value={props.value} />;
}

type Look = 'main' | 'quiet' | 'danger';

/** Sends its form. */
export function Button(props: {
  readonly children: Child;
  readonly look?: Look;
  readonly name?: string;
  readonly value?: string;
  readonly id?: string;
  /** For scripts: a button that sends nothing. */
  readonly type?: 'submit' | 'button';
  readonly hidden?: boolean;
  /** Id of the form it sends, where it stands outside. */
  readonly form?: string;
  /** Sends the form as it stands, whatever is still to be filled in. */
  readonly unfinished?: boolean;
}) {
  return (
    <button
      type={props.type ?? 'submit'}
      formnovalidate={props.unfinished === true}
      class={`button ${props.look ?? 'main'}`}
      name={props.name}
      value={props.value}
      id={props.id}
      form={props.form}
      hidden={props.hidden === true}
    >
      {props.children}
    </button>
  );
}

/** Leads on, and looks like a button. */
export function ButtonLink(props: {
  readonly href: string;
  readonly look?: Look;
  readonly download?: string;
  readonly children: Child;
}) {
  return (
    <A
      href={props.href}
      class={`button ${props.look ?? 'main'}`}
      {...(props.download === undefined ? {} : { download: props.download })}
    >
      {props.children}
    </A>
  );
}

/** Buttons beside each other. */
export function Actions(props: { readonly children: Child }) {
  return <div class="actions">{props.children}</div>;
}

/** A search box and filters above a list; everything goes into the URL. */
export function Filters(props: {
  readonly action: string;
  readonly label: string;
  readonly children: Child;
}) {
  return (
    <Form action={props.action} method="get" class="filters" label={props.label}>
      {props.children}
      <Button look="quiet">Show</Button>
    </Form>
  );
}
