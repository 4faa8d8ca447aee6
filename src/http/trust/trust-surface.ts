import { Hono, type Context } from 'hono';
import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Publication, Publications } from '../../services/publications.ts';
import type { Metrics } from '../metrics.ts';
import { problemResponse } from '../problem.ts';
import { requestIdOf } from '../request-id.ts';

/** Seconds a cache may serve a stale copy while it fetches a fresh one, and while the issuer is away. */
const STALE_SECONDS = 86_400;

const OPEN = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' } as const;

type Cached = { readonly publication: Publication; readonly headers: Readonly<Record<string, string>> };

/**
 * What authorization servers read: no credentials, cacheable, any origin. Bytes, validators and headers are made
 * when something changes; a request costs a look-up.
 *
 * @param wellKnownSuffix the issuer's path, inserted after the well-known name (RFC 8414 §3.1)
 */
export function trustSurface(
  issuer: Issuer,
  publications: Publications,
  metrics: Metrics,
  paths: { readonly base: string; readonly wellKnownSuffix: string },
): Hono {
  const router = new Hono();
  const headersOf = new WeakMap<Publication, Cached>();

  function cached(publication: Publication, type: string): Cached {
    const known = headersOf.get(publication);
    if (known !== undefined) return known;
    const { etag, maxAgeSeconds } = publication;
    const cacheControl = `public, max-age=${maxAgeSeconds}, stale-while-revalidate=${STALE_SECONDS}, stale-if-error=${STALE_SECONDS}`;
    const made = {
      publication,
      headers: { ...OPEN, 'content-type': type, etag, 'cache-control': cacheControl },
    };
    headersOf.set(publication, made);
    return made;
  }

  function serve(context: Context, publication: Publication, type: string): Response {
    const { headers } = cached(publication, type);
    const unchanged = matches(context.req.header('if-none-match'), publication.etag);
    return unchanged
      ? new Response(null, { status: 304, headers })
      : new Response(publication.body, { headers });
  }

  function counted(route: string, handle: (context: Context) => Promise<Response>) {
    const count = metrics.counter(route);
    return async (context: Context) => {
      const response = await handle(context);
      count(response.status);
      return response;
    };
  }

  const keys = counted('GET /jwks', async (context) =>
    serve(context, await publications.jwks(), 'application/jwk-set+json'),
  );
  router.get(`${paths.base}/jwks`, keys);
  router.get(`${paths.base}/.well-known/jwks.json`, keys);
  router.get(
    `${paths.base}/jwks/:alg`,
    counted('GET /jwks/{alg}', async (context) => {
      const alg = SIGNING_ALGORITHMS.find((known) => known === context.req.param('alg'));
      return alg === undefined
        ? refuse(context, issuer)
        : serve(context, await publications.jwks(alg), 'application/jwk-set+json');
    }),
  );

  const metadata = counted('GET /.well-known/oauth-authorization-server', async (context) =>
    serve(context, await publications.serverMetadata(), 'application/json'),
  );
  router.get(`/.well-known/oauth-authorization-server${paths.wellKnownSuffix}`, metadata);

  router.get(
    `${paths.base}/status-lists`,
    counted('GET /status-lists', async () => {
      const body = JSON.stringify({ status_lists: await publications.statusListUris() });
      const headers = { ...OPEN, 'content-type': 'application/json', 'cache-control': 'public, max-age=300' };
      return new Response(body, { headers });
    }),
  );
  router.get(
    `${paths.base}/status-lists/:id`,
    counted('GET /status-lists/{id}', (context) => statusList(context, issuer, publications, serve)),
  );
  for (const path of [
    `${paths.base}/jwks`,
    `${paths.base}/jwks/:alg`,
    `${paths.base}/.well-known/jwks.json`,
    `/.well-known/oauth-authorization-server${paths.wellKnownSuffix}`,
    `${paths.base}/status-lists`,
    `${paths.base}/status-lists/:id`,
  ])
    router.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  return router;
}

const PREFLIGHT = {
  ...OPEN,
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Accept, If-None-Match',
  'access-control-max-age': '86400',
};

const STATUS_LIST_TYPE = 'application/statuslist+jwt';

async function statusList(
  context: Context,
  issuer: Issuer,
  publications: Publications,
  serve: (context: Context, publication: Publication, type: string) => Response,
): Promise<Response> {
  // Token Status List §8.4: history is not kept, and answering with the present list would mislead.
  if (context.req.query('time') !== undefined)
    return problem(context, issuer, {
      code: 'not_implemented',
      detail: 'Status lists of the past are not kept.',
    });
  const accept = context.req.header('accept');
  if (accept !== undefined && !accepts(accept))
    return problem(context, issuer, { code: 'not_acceptable', offered: STATUS_LIST_TYPE });
  const published = await publications.statusList(context.req.param('id') ?? '');
  return published === undefined ? refuse(context, issuer) : serve(context, published, STATUS_LIST_TYPE);
}

function accepts(accept: string): boolean {
  return accept
    .split(',')
    .map((range) => range.split(';')[0]?.trim().toLowerCase())
    .some((range) => range === '*/*' || range === 'application/*' || range === STATUS_LIST_TYPE);
}

/** If-None-Match is a list, and compares weakly (RFC 9110 §13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function refuse(context: Context, issuer: Issuer): Response {
  return problem(context, issuer, { code: 'no_such_resource', path: context.req.path });
}

function problem(context: Context, issuer: Issuer, refusal: Parameters<typeof problemResponse>[0]): Response {
  const response = problemResponse(refusal, issuer.identifier, requestIdOf(context.req.raw, issuer));
  for (const [name, value] of Object.entries(OPEN)) response.headers.set(name, value);
  return response;
}
