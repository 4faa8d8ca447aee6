import { Hono, type Context } from 'hono';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { readCatalogueEntry } from '../../services/catalogue/entry.ts';
import { listCatalogue } from '../../services/catalogue/list.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Refusal } from '../../services/refusal.ts';
import { parse } from '../api/endpoint.ts';
import { describeError } from '../describe-error.ts';
import type { Metrics } from '../metrics.ts';
import { problemResponse } from '../problem.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { CROSS_ORIGIN, PREFLIGHT } from '../cross-origin.ts';
import { requestIdOf } from '../request-id.ts';
import { prepared, respond, type Staleness } from '../trust/prepared.ts';
import { entryBody, itemBody } from './bodies.ts';
import { catalogueQuery } from './shapes.ts';

/** Seconds a cache may hold an answer: who looks a software up sees a suspension within a minute. */
const MAX_AGE_SECONDS = 60;
const STALE: Staleness = { whileRevalidating: 0, whileIssuerFails: 3_600 };

type Found = { readonly body: object; readonly link?: string };
type Outcome = Result<Found, Refusal | EdgeProblem>;

/** The public catalogue for programs: no credentials, cacheable, any origin (docs/catalogue.md). */
export function catalogueRouter(issuer: Issuer, metrics: Metrics): Hono {
  const router = new Hono();
  const serve = (path: string, route: string, find: (context: Context) => Promise<Outcome>) => {
    const timed = metrics.timer(`GET ${route}`);
    router.get(path, async (context) => {
      const started = issuer.clock.nowMilliseconds();
      const requestId = requestIdOf(context.req.raw, issuer);
      const outcome = await find(context).catch((error: unknown): Outcome => {
        issuer.log('error', 'http.failed', { request_id: requestId, route, ...describeError(error) });
        return err({ code: 'internal_error' });
      });
      const response = outcome.ok
        ? found(outcome.value, context.req.header('if-none-match'))
        : refused(outcome.error, issuer, requestId);
      timed(response.status, (issuer.clock.nowMilliseconds() - started) / 1000);
      return response;
    });
    router.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  };

  serve('/catalogue.json', '/catalogue.json', async ({ req }) => {
    const query = parse(catalogueQuery, Object.fromEntries(new URL(req.url).searchParams));
    if (!query.ok) return err({ code: 'invalid_input', problems: query.error });
    const { q, publisher, domain, status, after, limit } = query.value;
    const filter = { search: q, publisherId: publisher, domain, status };
    const { items, next } = await listCatalogue(issuer, filter, { after, limit });
    return ok({
      body: { items: items.map(itemBody), next: next ?? null },
      ...(next === undefined ? {} : { link: linkToNext(issuer, req.url, next) }),
    });
  });
  serve(
    String.raw`/catalogue/:software_id{[^/]+\.json}`,
    '/catalogue/{software_id}.json',
    async ({ req }) => {
      const softwareId = (req.param('software_id') ?? '').replace(/\.json$/, '');
      const entry = await readCatalogueEntry(issuer, softwareId);
      return entry.ok ? ok({ body: entryBody(entry.value) }) : entry;
    },
  );
  return router;
}

function found({ body, link }: Found, ifNoneMatch: string | undefined): Response {
  const text = JSON.stringify(body);
  const publication = { body: text, etag: `"${sha256Base64url(text)}"`, maxAgeSeconds: MAX_AGE_SECONDS };
  const headers = { ...CROSS_ORIGIN, ...(link === undefined ? {} : { link }) };
  return respond(prepared(publication, 'application/json', STALE, headers), ifNoneMatch, () => undefined);
}

function refused(problem: Refusal | EdgeProblem, { identifier }: Issuer, requestId: string): Response {
  const response = problemResponse(problem, identifier, requestId);
  for (const [name, value] of Object.entries(CROSS_ORIGIN)) response.headers.set(name, value);
  return response;
}

/** RFC 8288: the same request, one page on. */
function linkToNext({ identifier }: Issuer, url: string, next: string): string {
  const parameters = new URLSearchParams(new URL(url).search);
  parameters.set('after', next);
  return `<${identifier}/catalogue.json?${parameters}>; rel="next"`;
}
