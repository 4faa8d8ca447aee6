import { createContext, useContext, type Child } from 'hono/jsx';

/** What every part of a page may need to know. */
export type Here = {
  /** Path of the issuer identifier, without a trailing slash; empty for most. */
  readonly base: string;
  /** The present, seconds. */
  readonly now: number;
};

const HereContext = createContext<Here>({ base: '', now: 0 });

/** Wraps a page. */
export function Within({ here, children }: { readonly here: Here; readonly children: Child }) {
  return <HereContext.Provider value={here}>{children}</HereContext.Provider>;
}

export function useHere(): Here {
  return useContext(HereContext);
}

/** A link to a page of this console, by its path below the issuer. */
export function A(props: {
  readonly href: string;
  readonly class?: string;
  readonly current?: boolean | undefined;
  readonly rel?: string;
  readonly download?: string;
  readonly children: Child;
}) {
  const { base } = useHere();
  return (
    <a
      href={`${base}${props.href}`}
      class={props.class}
      rel={props.rel}
      download={props.download}
      aria-current={props.current === true ? 'page' : undefined}
    >
      {props.children}
    </a>
  );
}

/** A link to somebody else's page, which learns nothing of where the reader came from. */
export function Outside(props: { readonly href: string; readonly children: Child }) {
  // Whatever a client calls its page, only a web address becomes a link.
  return /^https?:\/\//i.test(props.href) ? (
    <a href={props.href} rel="noreferrer noopener nofollow" class="outside">
      {props.children}
    </a>
  ) : (
    <span>{props.children}</span>
  );
}
