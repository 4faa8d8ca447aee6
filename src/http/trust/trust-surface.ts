import { Hono, type Context } from 'hono';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { StatusPurpose } from '../../domain/credential/make-bitstring.ts';
import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Publication, Publications } from '../../services/publications.ts';
import { STATUS_LIST_LIFETIME_SECONDS } from '../../services/signed-lists.ts';
import { accepts } from '../accept.ts';
import type { Metrics } from '../metrics.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { problemResponse } from '../problem.ts';
import { PUBLIC_ENDPOINTS, publicPath } from '../public-table.ts';
import { CROSS_ORIGIN, PREFLIGHT } from '../cross-origin.ts';
import { requestIdOf } from '../request-id.ts';
import { prepared, respond, type Prepared, type Staleness } from './prepared.ts';

const JWK_SET_TYPE = 'application/jwk-set+json';
const STATUS_LIST_TYPE = 'application/statuslist+jwt';
const CREDENTIAL_TYPE = 'application/vc+jwt';
const DID_TYPE = 'application/did+json';
const JSON_TYPE = 'application/json';
const LIST_TYPES: ReadonlySet<string> = new Set([STATUS_LIST_TYPE, CREDENTIAL_TYPE]);
/**
 * Keys and addresses: a cache that nobody asked for a while must not bring back a key that was revoked hours ago, so
 * it serves a stale copy for no longer than a fresh one. While the issuer is away, yesterday's keys are better than none.
 */
const STALE_KEYS: Staleness = { whileRevalidating: 300, whileIssuerFails: 86_400 };
/**
 * A list is signed again long before half of its lifetime is over (services/publications.ts), so half of it more never
 * shows an expired one. Its max-age is its `ttl` already, so while the issuer answers nothing is served beyond that.
 */
const STALE_LIST: Staleness = {
  whileRevalidating: 0,
  whileIssuerFails: STATUS_LIST_LIFETIME_SECONDS / 2,
};

/** Seconds the list of lists may be held; a new list is announced by the first statement that uses it. */
const AGGREGATION_MAX_AGE_SECONDS = 300;

type Answer = Response | Promise<Response>;

/**
 * What authorization servers read: no credentials, cacheable, any origin. Bytes, validators and headers are made
 * when something changes; a request costs a look-up. Successes are counted and not logged.
 *
 * @param base path of the issuer identifier, without a trailing slash
 */
export function trustSurface(
  issuer: Issuer,
  publications: Publications,
  metrics: Metrics,
  base: string,
): Hono {
  const router = new Hono();
  /** By the promise that gave it: while nothing changes it is the same one, and the answer needs no turn of the loop. */
  const settled = new WeakMap<Promise<Publication>, Prepared>();
  const known = new WeakMap<Publication, Prepared>();

  function prepare(publication: Publication, type: string): Prepared {
    const staleness = LIST_TYPES.has(type) ? STALE_LIST : STALE_KEYS;
    const made = known.get(publication) ?? prepared(publication, type, staleness, CROSS_ORIGIN);
    known.set(publication, made);
    return made;
  }

  /** Answers with a publication, or with 404 where there is none. */
  async function answer(
    context: Context,
    published: Publication | undefined,
    type: string,
    count: (status: number) => void,
  ): Promise<Response> {
    if (published === undefined)
      return refuse(context, count, { code: 'no_such_resource', path: context.req.path });
    return respond(prepare(published, type), context.req.header('if-none-match'), count);
  }

  function refuse(context: Context, count: (status: number) => void, problem: EdgeProblem): Response {
    const requestId = requestIdOf(context.req.raw, issuer);
    const response = problemResponse(problem, issuer.identifier, requestId);
    for (const [name, value] of Object.entries(CROSS_ORIGIN)) response.headers.set(name, value);
    count(response.status);
    issuer.log('info', 'http.request', {
      request_id: requestId,
      method: context.req.method,
      route: 'trust',
      status: response.status,
      milliseconds: 0,
      person_id: null,
    });
    return response;
  }

  /** The fast path: no turn of the event loop for bytes that are ready. */
  function fromKeys(
    context: Context,
    publication: Promise<Publication> | undefined,
    type: string,
    count: Counter,
  ): Answer {
    if (publication === undefined) return answer(context, undefined, type, count);
    const ready = settled.get(publication);
    if (ready !== undefined) return respond(ready, context.req.header('if-none-match'), count);
    return publication.then((made) => {
      settled.set(publication, prepare(made, type));
      return answer(context, made, type, count);
    });
  }

  const countKeys = metrics.counter('GET /jwks');
  const keys = (context: Context) => fromKeys(context, publications.jwks(), JWK_SET_TYPE, countKeys);
  const countMetadata = metrics.counter('GET /.well-known/oauth-authorization-server');
  const countAlgorithm = metrics.counter('GET /jwks/{alg}');
  const countAggregation = metrics.counter('GET /status-lists');
  const countList = metrics.counter('GET /status-lists/{id}');
  const countCredential = metrics.counter('GET /status-lists/{id}/{purpose}');
  const countDid = metrics.counter('GET /.well-known/did.json');
  const countBundle = metrics.counter('GET /spiffe/bundle');
  let aggregation: Publication = aggregated([]);

  const handlers: Readonly<Record<string, (context: Context) => Answer>> = {
    '/.well-known/oauth-authorization-server': (context) =>
      fromKeys(context, publications.serverMetadata(), JSON_TYPE, countMetadata),
    '/jwks': keys,
    '/.well-known/jwks.json': keys,
    '/jwks/{alg}': (context) => {
      const alg = SIGNING_ALGORITHMS.find((candidate) => candidate === context.req.param('alg'));
      return alg === undefined
        ? answer(context, undefined, JWK_SET_TYPE, countAlgorithm)
        : fromKeys(context, publications.jwks(alg), JWK_SET_TYPE, countAlgorithm);
    },
    '/status-lists': async (context) => {
      const made = aggregated(await publications.statusListUris());
      if (made.etag !== aggregation.etag) aggregation = made;
      return answer(context, aggregation, JSON_TYPE, countAggregation);
    },
    '/status-lists/{id}': async (context) => {
      const refusal = unanswerable(context, STATUS_LIST_TYPE);
      if (refusal !== undefined) return refuse(context, countList, refusal);
      const published = await publications.statusList(context.req.param('id') ?? '');
      return answer(context, published, STATUS_LIST_TYPE, countList);
    },
    '/status-lists/{id}/{purpose}': async (context) => {
      const purpose = PURPOSES.find((one) => one === context.req.param('purpose'));
      if (purpose === undefined) return answer(context, undefined, CREDENTIAL_TYPE, countCredential);
      const refusal = unanswerable(context, CREDENTIAL_TYPE);
      if (refusal !== undefined) return refuse(context, countCredential, refusal);
      const published = await publications.statusCredential(context.req.param('id') ?? '', purpose);
      return answer(context, published, CREDENTIAL_TYPE, countCredential);
    },
    '/.well-known/did.json': (context) => fromKeys(context, publications.didDocument(), DID_TYPE, countDid),
    '/spiffe/bundle': (context) => fromKeys(context, publications.spiffeBundle(), JSON_TYPE, countBundle),
  };

  for (const endpoint of PUBLIC_ENDPOINTS) {
    const handle = handlers[endpoint.path];
    if (handle === undefined) continue;
    const path = publicPath(endpoint, base).replaceAll(/\{(\w+)\}/g, ':$1');
    router.get(path, handle);
    router.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  }
  return router;
}

const PURPOSES: readonly StatusPurpose[] = ['revocation', 'suspension'];

/** Why a list cannot be answered with, whichever it is. */
function unanswerable({ req }: Context, type: string): EdgeProblem | undefined {
  // Token Status List §8.4: history is not kept, and answering with the present list would mislead.
  if (req.query('time') !== undefined)
    return {
      code: 'not_implemented',
      detail: 'Status lists of the past are not kept. Leave out `time` for the present one.',
    };
  return accepts(req.header('accept'), type) ? undefined : { code: 'not_acceptable', offered: type };
}

type Counter = (status: number) => void;

function aggregated(uris: readonly string[]): Publication {
  const body = JSON.stringify({ status_lists: uris });
  return { body, etag: `"${sha256Base64url(body)}"`, maxAgeSeconds: AGGREGATION_MAX_AGE_SECONDS };
}
