import type { Publication } from '../../services/publications.ts';

/** How long a cache may go on with a copy whose max-age is over (RFC 5861), in seconds. */
export type Staleness = { readonly whileRevalidating: number; readonly whileIssuerFails: number };

/** A publication with everything an answer needs, made once. */
export type Prepared = {
  readonly body: string;
  readonly etag: string;
  readonly found: ResponseInit;
  readonly unchanged: ResponseInit;
};

/** Makes headers and validators of a publication. `common` headers go with every answer. */
export function prepared(
  { body, etag, maxAgeSeconds }: Publication,
  type: string,
  staleness: Staleness,
  common: Readonly<Record<string, string>>,
): Prepared {
  const { whileRevalidating, whileIssuerFails } = staleness;
  const cacheControl = [
    'public',
    `max-age=${maxAgeSeconds}`,
    ...(whileRevalidating > 0 ? [`stale-while-revalidate=${whileRevalidating}`] : []),
    `stale-if-error=${whileIssuerFails}`,
  ].join(', ');
  const headers = { ...common, 'content-type': type, etag, 'cache-control': cacheControl };
  return { body, etag, found: { status: 200, headers }, unchanged: { status: 304, headers } };
}

/**
 * Answers 200 with the bytes, or 304 when the reader has them.
 *
 * @param ifNoneMatch a list of entity tags, compared weakly (RFC 9110 §13.1.2)
 */
export function respond(
  { body, etag, found, unchanged }: Prepared,
  ifNoneMatch: string | undefined,
  count: (status: number) => void,
): Response {
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) {
    count(304);
    return new Response(null, unchanged);
  }
  count(200);
  return new Response(body, found);
}

function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === etag || ifNoneMatch === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
