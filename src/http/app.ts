import { Hono, type Context } from 'hono';
import type { Issuer } from '../services/issuer.ts';
import type { Publications } from '../services/publications.ts';
import { ENDPOINTS } from './api/table.ts';
import { apiRouter } from './api/router.ts';
import { documentation } from './documentation.ts';
import { createMetrics } from './metrics.ts';
import { operations } from './operations.ts';
import { problemResponse } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import { trustSurface } from './trust/trust-surface.ts';

/**
 * The whole HTTP surface, zone by zone: what authorization servers read (anonymous, cacheable), the API (bearer
 * tokens, never cached), documentation, and what operators' machines ask. Listens to nothing by itself.
 */
export function createApp(options: { readonly issuer: Issuer; readonly publications: Publications }): Hono {
  const { issuer, publications } = options;
  const metrics = createMetrics();
  const base = new URL(issuer.identifier).pathname.replace(/\/$/, '');
  const app = new Hono();
  app.route('/', trustSurface(issuer, publications, metrics, { base, wellKnownSuffix: base }));
  app.route(base === '' ? '/' : base, apiRouter(issuer, metrics, base));
  app.route(base === '' ? '/' : base, documentation(issuer));
  app.route('/', operations(issuer, metrics));
  app.notFound((context) => nothingHere(context, issuer, base));
  app.onError((error, context) => {
    const requestId = requestIdOf(context.req.raw, issuer);
    issuer.log('error', 'http.failed', {
      request_id: requestId,
      method: context.req.method,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return problemResponse({ code: 'internal_error' }, issuer.identifier, requestId);
  });
  return app;
}

const PATTERNS = ENDPOINTS.map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

function nothingHere(context: Context, issuer: Issuer, base: string): Response {
  const path = context.req.path.startsWith(base) ? context.req.path.slice(base.length) : context.req.path;
  const allow = PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  const requestId = requestIdOf(context.req.raw, issuer);
  return problemResponse(
    allow.length > 0
      ? { code: 'method_not_allowed', allow: allow.includes('GET') ? ['HEAD', ...allow] : allow }
      : { code: 'no_such_resource', path: context.req.path.slice(0, 200) },
    issuer.identifier,
    requestId,
  );
}
