import type { Child } from 'hono/jsx';
import { A } from './here.tsx';

/** The first thing on a page: what it is about, how that stands, and what can be done. */
export function PageHeader(props: {
  readonly title: Child;
  /** Where it belongs. */
  readonly above?: { readonly href: string; readonly label: Child };
  readonly badge?: Child;
  readonly lead?: Child;
  readonly actions?: Child;
}) {
  return (
    <header class="page-header">
      {props.above === undefined ? null : (
        <p class="above">
          <A href={props.above.href}>{props.above.label}</A>
        </p>
      )}
      <div class="title">
        <h1>{props.title}</h1>
        {props.badge}
        {props.actions === undefined ? null : <div class="actions">{props.actions}</div>}
      </div>
      {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
    </header>
  );
}

/** A part of a page under a heading of its own. */
export function Section(props: {
  readonly title: Child;
  readonly id?: string;
  readonly lead?: Child;
  readonly actions?: Child;
  readonly children: Child;
}) {
  return (
    <section class="section" id={props.id}>
      <div class="title">
        <h2>{props.title}</h2>
        {props.actions === undefined ? null : <div class="actions">{props.actions}</div>}
      </div>
      {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

/** Names with what they stand for. */
export function Facts(props: {
  readonly facts: readonly {
    readonly name: Child;
    readonly value: Child;
    /** What it means, below the value. */
    readonly note?: Child;
  }[];
}) {
  return (
    <dl class="facts">
      {props.facts.map(({ name, value, note }) => (
        <div>
          <dt>{name}</dt>
          <dd>
            {value}
            {note === undefined ? null : <p class="note">{note}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Something the reader should know before going on. */
export function Notice(props: {
  readonly tone?: 'good' | 'bad' | 'waiting' | 'plain';
  readonly title?: Child;
  readonly children?: Child;
  /** Read out at once, for what has just happened. */
  readonly alert?: boolean;
}) {
  return (
    <div class={`notice ${props.tone ?? 'plain'}`} role={props.alert === true ? 'alert' : undefined}>
      {props.title === undefined ? null : <strong>{props.title}</strong>}
      {props.children === undefined ? null : <div>{props.children}</div>}
    </div>
  );
}

/** A list that is empty: why, and what to do about it. */
export function Empty(props: { readonly title: Child; readonly children?: Child }) {
  return (
    <div class="empty">
      <p class="empty-title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** Rows and columns. On narrow screens each row becomes a card, its cells named by their columns. */
export function Table(props: {
  /** What an assistive technology calls it. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Child[])[];
  /** Columns of numbers, by index. */
  readonly numeric?: readonly number[];
  /** A narrow name, then columns of equal width however long what stands in them is. */
  readonly even?: boolean;
}) {
  const isNumeric = (i: number) => props.numeric?.includes(i) === true;
  return (
    <div class={props.even === true ? 'table even' : 'table'}>
      {/* As cards, the table is none to a browser any more: the roles keep it one to a screen reader. */}
      <table role="table">
        <caption class="unseen">{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {props.columns.map((column, i) =>
              column === '' ? (
                // Buttons need no heading, and a heading needs words.
                <td role="cell"></td>
              ) : (
                <th role="columnheader" scope="col" class={isNumeric(i) ? 'numeric' : undefined}>
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {props.rows.map((cells) => (
            <tr role="row">
              {cells.map((cell, i) => (
                <td
                  role="cell"
                  data-column={props.columns[i] ?? ''}
                  class={isNumeric(i) ? 'numeric' : undefined}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** On to the next page of a list, and back to its beginning. */
export function Pager(props: {
  /** Path of the list with the filters in force. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Where the next page begins; undefined on the last. */
  readonly next: string | undefined;
  /** Id of the part of the page that holds the list, where there is more above it. */
  readonly fragment?: string;
}) {
  const isFirst = !props.query.has('after');
  if (isFirst && props.next === undefined) return null;
  const at = (after: string | undefined) => {
    const query = new URLSearchParams(props.query);
    query.delete('after');
    query.delete('notice');
    if (after !== undefined) query.set('after', after);
    const text = query.toString();
    return `${props.path}${text === '' ? '' : `?${text}`}${props.fragment === undefined ? '' : `#${props.fragment}`}`;
  };
  return (
    <nav class="pager" aria-label="Pages">
      {isFirst ? null : (
        <A href={at(undefined)} rel="first">
          First page
        </A>
      )}
      {props.next === undefined ? (
        <span>End of the list</span>
      ) : (
        <A href={at(props.next)} rel="next">
          Next page
        </A>
      )}
    </nav>
  );
}

/** Pages that belong together. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly { readonly href: string; readonly label: Child; readonly current: boolean }[];
}) {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map(({ href, label, current }) => (
        <A href={href} current={current}>
          {label}
        </A>
      ))}
    </nav>
  );
}

/** What happened, newest first. */
export function Timeline(props: {
  readonly items: readonly {
    readonly tone?: 'good' | 'bad' | 'waiting' | 'muted' | 'plain';
    readonly title: Child;
    readonly when: Child;
    readonly children?: Child;
  }[];
}) {
  return (
    <ol class="timeline">
      {props.items.map(({ tone, title, when, children }) => (
        <li class={tone ?? 'plain'}>
          <p class="what">
            {title} <span class="when">{when}</span>
          </p>
          {children}
        </li>
      ))}
    </ol>
  );
}

/** Text to be taken along; the button works where scripts do. */
export function CopyBlock(props: {
  readonly text: string;
  readonly label: string;
  /** What it is written in, for the reader. */
  readonly language?: string;
}) {
  return (
    <div class="copy">
      <pre tabindex={0} role="region" aria-label={props.label}>
        <code>{props.text}</code>
      </pre>
      <button type="button" class="button quiet" data-copy hidden>
        Copy
      </button>
    </div>
  );
}
