import type { Refusal } from '../../services/refusal.ts';
import type { SignedIn } from '../../services/sign-in/sessions.ts';
import { problemResponse, retryAfterOf } from '../problem.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { errorPage } from './error-page.tsx';
import { holdersOf } from './holders.ts';
import { noticeOf } from './notices.ts';
import type { ConsoleWorld, Page, PageReply, Shown } from './page.ts';
import { writeDocument } from './document.tsx';

/** Where an answer goes. */
export type Place = {
  readonly world: ConsoleWorld;
  readonly base: string;
  readonly request: Request;
  readonly requestId: string;
  readonly page: Pick<Page, 'method' | 'body'> & Partial<Pick<Page, 'who'>>;
  /** Below the issuer. */
  readonly path: string;
};

/** Scripts, styles and requests from here alone; nothing framed, nothing inline. Forms go to these sources. */
function contentSecurityPolicy(formAction: string): string {
  return `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`;
}

const SECURITY = {
  'content-security-policy': contentSecurityPolicy("'self'"),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/** Sends what a page came to. */
export async function answerWith(
  reply: PageReply,
  place: Place,
  visitor: SignedIn | undefined,
): Promise<Response> {
  const headers = new Headers({ ...SECURITY, 'cache-control': 'no-store', ...reply.headers });
  for (const cookie of reply.cookies ?? []) headers.append('set-cookie', cookie);
  headers.set('x-request-id', place.requestId);
  switch (reply.kind) {
    case 'page':
      return pageResponse(reply, headers, place, visitor);
    case 'redirect': {
      const [path = '', query = ''] = reply.to.split('?', 2);
      const parameters = new URLSearchParams(query);
      if (reply.notice !== undefined) parameters.set('notice', reply.notice);
      const search = parameters.toString();
      headers.set('location', `${place.base}${path}${search === '' ? '' : `?${search}`}`);
      return new Response(null, { status: 303, headers });
    }
    case 'away':
      headers.set('location', reply.url);
      return new Response(null, { status: 303, headers });
    case 'json':
      headers.set('content-type', 'application/json');
      return new Response(JSON.stringify(reply.value), { status: reply.status, headers });
    case 'file':
      headers.set('content-type', reply.contentType);
      if (reply.name !== undefined)
        headers.set(
          'content-disposition',
          `attachment; filename="${reply.name.replaceAll(/[^\w.-]/g, '_')}"`,
        );
      return new Response(typeof reply.body === 'string' ? reply.body : streamOf(reply.body), { headers });
  }
}

/** Sends a refusal: to somebody who is not signed in the way in, to somebody whose passkey was long ago the way to show it, else a page. */
export async function refuseWith(
  refusal: Refusal | EdgeProblem,
  place: Place,
  visitor: SignedIn | undefined,
): Promise<Response> {
  const { world, request, requestId, page, base } = place;
  const identifier = world.issuer.identifier;
  if (page.body === 'json') return problemResponse(refusal, identifier, requestId);
  const from = page.method === 'GET' ? targetOf(request, base) : refererOf(request, base, identifier);
  if (refusal.code === 'invalid_token')
    return answerWith(
      { kind: 'redirect', to: signInAt('/sign-in', from, refusal.presented) },
      place,
      visitor,
    );
  if (refusal.code === 'step_up_needed')
    return answerWith({ kind: 'redirect', to: signInAt('/console/step-up', from, false) }, place, visitor);
  const shown = errorPage(refusal, {
    issuer: identifier,
    requestId,
    back: page.method === 'POST' ? from : undefined,
    holders:
      refusal.code === 'role_needed' && visitor !== undefined
        ? await holdersOf(world.issuer, refusal.anyOf)
        : [],
    isSignedIn: visitor !== undefined,
  });
  return answerWith({ kind: 'page', headers: retryAfterOf(refusal, identifier), ...shown }, place, visitor);
}

async function pageResponse(
  shown: Shown,
  headers: Headers,
  { world, base, path, request }: Place,
  visitor: SignedIn | undefined,
): Promise<Response> {
  const { issuer } = world;
  headers.set('content-type', 'text/html; charset=utf-8');
  if (shown.formAction !== undefined)
    headers.set('content-security-policy', contentSecurityPolicy(`'self' ${shown.formAction}`));
  if (shown.refreshSeconds !== undefined) headers.set('refresh', String(shown.refreshSeconds));
  const text = await writeDocument({
    here: { base, now: issuer.clock.now() },
    shown,
    path,
    notice: noticeOf(new URL(request.url).searchParams.get('notice')),
    visitor,
    issuerName: new URL(issuer.identifier).host,
  });
  return new Response(text, { status: shown.status ?? 200, headers });
}

function signInAt(path: string, from: string | undefined, hasEnded: boolean): string {
  const query = new URLSearchParams();
  if (from !== undefined && from !== '/') query.set('return', from);
  if (hasEnded) query.set('ended', '1');
  const search = query.toString();
  return search === '' ? path : `${path}?${search}`;
}

function targetOf(request: Request, base: string): string {
  const { pathname, search } = new URL(request.url);
  return pathname.slice(base.length) + search;
}

/** The page of this issuer that a form stood on; undefined when the browser does not say, or it was elsewhere. */
function refererOf(request: Request, base: string, identifier: string): string | undefined {
  const referer = request.headers.get('referer') ?? '';
  if (!URL.canParse(referer)) return undefined;
  const { origin, pathname, search } = new URL(referer);
  return origin === new URL(identifier).origin && pathname.startsWith(`${base}/`)
    ? pathname.slice(base.length) + search
    : undefined;
}

function streamOf(lines: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
}
