import type { Hono } from 'hono';
import { sessionCookieName } from '../../../src/http/console/session-cookie.ts';
import { createApp } from '../../../src/http/app.ts';
import { startSession } from '../../../src/services/sign-in/sessions.ts';
import { expectOk, type TestIssuer } from '../../support/issuer.ts';

/** A page as a browser without scripts sees it. */
export type Seen = {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where a redirect leads; empty without one. */
  readonly location: string;
};

/** Somebody at the console: opens pages and sends forms with a session of their own. */
export type Visitor = {
  readonly get: (path: string) => Promise<Seen>;
  /** Sends a form as a page of this issuer would. */
  readonly post: (
    path: string,
    fields?: Readonly<Record<string, string | readonly string[]>>,
  ) => Promise<Seen>;
  /** Sends JSON as a script of this issuer would. */
  readonly postJson: (path: string, body: unknown) => Promise<Seen>;
};

/** The whole HTTP surface over a test issuer. */
export function appOf({ issuer, publications, signIn }: TestIssuer): Hono {
  return createApp({ issuer, publications, signIn });
}

/**
 * Signs somebody in, with a passkey just shown.
 *
 * @param personId nobody when absent: a stranger's browser
 */
export async function visit(test: TestIssuer, app: Hono, personId?: string): Promise<Visitor> {
  const { issuer } = test;
  const origin = new URL(issuer.identifier).origin;
  const person = personId === undefined ? undefined : await issuer.store.person(personId);
  if (personId !== undefined && person === undefined) throw new Error(`no person ${personId}`);
  const started =
    person === undefined ? undefined : expectOk(await startSession(issuer, person, { method: 'passkey' }));
  const cookie: Record<string, string> =
    started === undefined ? {} : { cookie: `${sessionCookieName(issuer)}=${started.text}` };

  async function ask(path: string, init: RequestInit): Promise<Seen> {
    const response = await app.request(path, init);
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      location: response.headers.get('location') ?? '',
    };
  }
  return {
    get: (path) => ask(path, { headers: { accept: 'text/html', ...cookie } }),
    post: (path, fields = {}) => {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(fields))
        for (const one of [value].flat()) parameters.append(name, one);
      return ask(path, {
        method: 'POST',
        headers: {
          accept: 'text/html',
          origin,
          'content-type': 'application/x-www-form-urlencoded',
          ...cookie,
        },
        body: parameters.toString(),
      });
    },
    postJson: (path, body) =>
      ask(path, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json', ...cookie },
        body: JSON.stringify(body),
      }),
  };
}
