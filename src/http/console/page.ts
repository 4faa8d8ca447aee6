import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { Action } from '../../domain/access.ts';
import type { JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { SignInMethods } from '../../ports/sign-in.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Publications } from '../../services/publications.ts';
import type { Refusal } from '../../services/refusal.ts';
import type { SignedIn } from '../../services/sign-in/sessions.ts';
import type { EdgeProblem } from '../problem-types.ts';
import type { ScriptName } from './assets/script-names.ts';
import type { Form } from './form.ts';
import type { NoticeCode } from './notices.ts';

/** What the pages are made from besides the request. */
export type ConsoleWorld = {
  readonly issuer: Issuer;
  readonly publications: Publications;
  readonly signIn: SignInMethods;
  /** Whom a request comes from, for limits; nobody knows when absent, and only what is bounded for all is bounded. */
  readonly clientAddress?: (context: Context) => string | undefined;
};

/** What a handler is given. */
export type PageCall = ConsoleWorld & {
  readonly request: Request;
  /** Path below the issuer, with its query: where somebody who has to sign in comes back to. */
  readonly target: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** What a POST carried; empty for a GET. */
  readonly form: Form;
  /** What a POST of a script carried; an empty object for a form or a GET. */
  readonly json: JsonValue;
  readonly visitor: SignedIn | undefined;
};

export type SignedInCall = PageCall & { readonly visitor: SignedIn };

/** What comes back: a page, a way on, data for a script, or a file. */
export type PageReply = {
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | ({ readonly kind: 'page' } & Shown)
  | { readonly kind: 'redirect'; readonly to: string; readonly notice?: NoticeCode | undefined }
  | { readonly kind: 'away'; readonly url: string }
  | { readonly kind: 'json'; readonly value: unknown; readonly status: number }
  | {
      readonly kind: 'file';
      readonly contentType: string;
      /** Offered for saving under this name; shown in the browser when absent. */
      readonly name?: string;
      readonly body: string | AsyncIterable<string>;
    }
);

export type Shown = {
  readonly title: string;
  readonly body: Child;
  /** 200 unless said; 422 for a form that comes back with problems. */
  readonly status?: number;
  readonly scripts?: readonly ScriptName[];
  /** The same for machines, a path below the issuer. */
  readonly alternate?: string;
  /** An origin, besides this one, that forms of this page may be sent to. */
  readonly formAction?: string;
  /** Asks the browser to come again after so many seconds, where no script does. */
  readonly refreshSeconds?: number;
};

/** Who may open a page: anyone, whoever is signed in, or those who may do an action for some publisher or for all. */
export type Who = 'anyone' | 'signed_in' | Action;

type Outcome = Promise<Result<PageReply, Refusal | EdgeProblem>>;

type Declared = {
  readonly method: 'GET' | 'POST';
  /** Below the issuer, with `{name}` for parameters. */
  readonly path: string;
  /** What a POST carries: a form unless said. */
  readonly body?: 'json';
  /** Begins a ceremony: an address may do that so often and no oftener. */
  readonly begins?: 'ceremony';
};

/** One row of the page table: what routing and the access test are made from. */
export type Page = Declared & { readonly who: Who; readonly run: (call: PageCall) => Outcome };

/** Declares a page that is shown to anyone. */
export function openPage(declared: Declared & { readonly handle: (call: PageCall) => Outcome }): Page {
  const { handle, ...row } = declared;
  return { ...row, who: 'anyone', run: handle };
}

/** Declares a page for people who are signed in, and may do the action it names. */
export function page(
  declared: Declared & {
    readonly who: Exclude<Who, 'anyone'>;
    readonly handle: (call: SignedInCall) => Outcome;
  },
): Page {
  const { handle, ...row } = declared;
  return {
    ...row,
    run: async (call) =>
      call.visitor === undefined
        ? err({ code: 'invalid_token', presented: false })
        : handle({ ...call, visitor: call.visitor }),
  };
}

/** A page to be shown. */
export function show(shown: Shown): Result<PageReply, never> {
  return ok({ kind: 'page', ...shown });
}

/**
 * On to another page (303), which begins with a notice.
 *
 * @param to path below the issuer
 */
export function go(
  to: string,
  notice?: NoticeCode,
  cookies: readonly string[] = [],
): Result<PageReply, never> {
  return ok({ kind: 'redirect', to, notice, cookies });
}

/** Data for a script. */
export function json(value: unknown, status = 200): Result<PageReply, never> {
  return ok({ kind: 'json', value, status });
}
