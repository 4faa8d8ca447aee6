import { Hono, type Context } from 'hono';
import type { Issuer } from '../services/issuer.ts';
import type { Publications } from '../services/publications.ts';
import { ENDPOINTS } from './api/table.ts';
import type { SignInMethods } from '../ports/sign-in.ts';
import { catalogueRouter } from './catalogue/router.ts';
import { consoleRouter } from './console/console.ts';
import { notFoundPage } from './console/not-found.ts';
import { PAGES } from './console/table.ts';
import { apiRouter } from './api/router.ts';
import { describeError } from './describe-error.ts';
import { documentation } from './documentation.ts';
import { createMetrics } from './metrics.ts';
import { tokenEndpoint } from '../services/exchange/endpoint.ts';
import { workloadTokens } from '../services/workloads/verify-token.ts';
import { oauthRouter } from './oauth/router.ts';
import { PROTOCOL_ENDPOINTS } from './oauth/table.ts';
import { operations } from './operations.ts';
import type { EdgeProblem } from './problem-types.ts';
import { problemResponse } from './problem.ts';
import { PUBLIC_ENDPOINTS, publicPath } from './public-table.ts';
import { requestIdOf } from './request-id.ts';
import { trustSurface } from './trust/trust-surface.ts';

/** Stands for every request that no route answered, so that labels stay few. */
const UNMATCHED = 'unmatched';

/**
 * The whole HTTP surface, zone by zone: what authorization servers read (anonymous, cacheable), the API (bearer
 * tokens, never cached), documentation, what operators' machines ask, the catalogue for programs, and the console (sessions, pages). Listens to nothing by itself.
 */
export function createApp(options: {
  readonly issuer: Issuer;
  readonly publications: Publications;
  readonly signIn: SignInMethods;
  /** Whom a request comes from; see ConsoleWorld. No header is believed unless this reads it. */
  readonly clientAddress?: (context: Context) => string | undefined;
}): Hono {
  const { issuer, publications } = options;
  const metrics = createMetrics();
  const base = new URL(issuer.identifier).pathname.replace(/\/$/, '');
  const allowedAt = allowedMethods(base);
  const countUnmatched = metrics.counter(UNMATCHED);
  const app = new Hono();
  app.route('/', trustSurface(issuer, publications, metrics, base));
  app.route(base === '' ? '/' : base, apiRouter(issuer, metrics, base));
  app.route(base === '' ? '/' : base, documentation(issuer));
  const tokens = tokenEndpoint(issuer, workloadTokens(issuer));
  app.route(base === '' ? '/' : base, oauthRouter(issuer, tokens, metrics, options.clientAddress));
  app.route('/', operations(issuer, metrics));
  app.route(base === '' ? '/' : base, catalogueRouter(issuer, metrics));
  app.route(base === '' ? '/' : base, consoleRouter(options, metrics, base));
  // The home page of an issuer with a path is at that path; people add a slash, and links to it have one.
  if (base !== '') app.get(`${base}/`, ({ req }) => redirectTo(`${base}${new URL(req.url).search}`));
  app.notFound(async (context) => {
    const requestId = requestIdOf(context.req.raw, issuer);
    const allow = allowedAt(context.req.path);
    const problem: EdgeProblem =
      allow.length > 0
        ? { code: 'method_not_allowed', allow }
        : { code: 'no_such_resource', path: context.req.path.slice(0, 200) };
    const response = prefersPages(context.req.raw)
      ? await notFoundPage(problem, options, base, context.req.raw, requestId)
      : problemResponse(problem, issuer.identifier, requestId);
    countUnmatched(response.status);
    logUnmatched(context, issuer, requestId, response.status);
    return response;
  });
  app.onError((error, context) => {
    const requestId = requestIdOf(context.req.raw, issuer);
    issuer.log('error', 'http.failed', {
      request_id: requestId,
      method: context.req.method,
      ...describeError(error),
    });
    countUnmatched(500);
    return problemResponse({ code: 'internal_error' }, issuer.identifier, requestId);
  });
  return app;
}

/** For good, method and all (RFC 9110 §15.4.9). */
function redirectTo(location: string): Response {
  return new Response(null, { status: 308, headers: { location, 'cache-control': 'public, max-age=300' } });
}

// Without the path: nobody declared it, so it may hold anything, a token included.
function logUnmatched(context: Context, issuer: Issuer, requestId: string, status: number): void {
  issuer.log('info', 'http.request', {
    request_id: requestId,
    method: context.req.method,
    route: UNMATCHED,
    status,
    milliseconds: 0,
    person_id: null,
  });
}

/** The methods that some path takes, from the two tables; none for a path that is not served. */
function allowedMethods(base: string): (path: string) => readonly string[] {
  const rows = [
    ...ENDPOINTS.map(({ method, path }) => ({ path: `${base}${path}`, methods: [method] })),
    ...PAGES.map(({ method, path }) => ({ path: `${base}${path}`, methods: [method] })),
    // The one that is a page is in the table of pages.
    ...PROTOCOL_ENDPOINTS.filter(({ method }) => method === 'POST').map(({ method, path }) => ({
      path: `${base}${path}`,
      methods: [method, 'OPTIONS'],
    })),
    ...PUBLIC_ENDPOINTS.map((endpoint) => ({
      path: publicPath(endpoint, base),
      methods: ['GET', ...(endpoint.crossOrigin ? ['OPTIONS'] : [])],
    })),
  ].map(({ path, methods }) => ({ pattern: patternOf(path), methods }));
  return (path) => {
    const methods = rows.filter(({ pattern }) => pattern.test(path)).flatMap((row) => row.methods);
    return methods.includes('GET') ? ['HEAD', ...methods] : methods;
  };
}

function patternOf(path: string): RegExp {
  const literal = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/** A person with a browser, not a program. */
function prefersPages(request: Request): boolean {
  return request.method === 'GET' && /\btext\/html\b/i.test(request.headers.get('accept') ?? '');
}
