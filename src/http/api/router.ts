import { Hono } from 'hono';
import { ANY_PUBLISHER, denialOf, type Actor } from '../../domain/access.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authenticate } from '../../services/authenticate.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Refusal } from '../../services/refusal.ts';
import { accepts } from '../accept.ts';
import { describeError } from '../describe-error.ts';
import type { Metrics } from '../metrics.ts';
import { problemResponse } from '../problem.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { readJsonBody, type JsonBody } from '../read-body.ts';
import { requestIdOf } from '../request-id.ts';
import type { Endpoint, Reply } from './endpoint.ts';
import { idempotencyKeyOf, versionOf } from './preconditions.ts';
import { respond } from './respond.ts';
import { ENDPOINTS } from './table.ts';

type Answer = { readonly outcome: Result<Reply, Refusal | EdgeProblem>; readonly actor?: Actor };

/** What came over the wire, taken apart by the router. */
type Incoming = {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly queries: Readonly<Record<string, readonly string[]>>;
  /** Path below the issuer, without the query. */
  readonly path: string;
};

const NO_BODY: JsonBody = { text: '', value: {} };

/**
 * Serves the endpoint table: authenticates, parses, calls, and maps every outcome. Nothing of a request but its
 * method, route, status and person is logged.
 *
 * @param basePath path of the issuer identifier, without a trailing slash
 */
export function apiRouter(issuer: Issuer, metrics: Metrics, basePath: string): Hono {
  const router = new Hono();
  for (const endpoint of ENDPOINTS) {
    const timed = metrics.timer(`${endpoint.method} ${endpoint.path}`);
    router.on(endpoint.method, endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const started = issuer.clock.nowMilliseconds();
      const requestId = requestIdOf(context.req.raw, issuer);
      const request = { request_id: requestId, method: context.req.method, route: endpoint.path };
      const failed = (error: unknown) =>
        issuer.log('error', 'http.failed', { ...request, ...describeError(error) });
      const { pathname, search } = new URL(context.req.url);
      const path = pathname.slice(basePath.length);
      const incoming = {
        request: context.req.raw,
        params: context.req.param(),
        queries: context.req.queries(),
        path,
      };
      const answer = await answerTo(endpoint, issuer, incoming).catch((error: unknown): Answer => {
        failed(error);
        return { outcome: err({ code: 'internal_error' }) };
      });
      const { identifier } = issuer;
      const response = answer.outcome.ok
        ? respond(answer.outcome.value, {
            requestId,
            issuer: identifier,
            target: path + search,
            pagedBy: endpoint.pagedBy ?? 'after',
            onBroken: failed,
          })
        : problemResponse(answer.outcome.error, identifier, requestId);
      const milliseconds = issuer.clock.nowMilliseconds() - started;
      timed(response.status, milliseconds / 1000);
      issuer.log('info', 'http.request', {
        ...request,
        status: response.status,
        milliseconds,
        person_id: answer.actor?.personId ?? null,
      });
      return response;
    });
  }
  return router;
}

async function answerTo(
  endpoint: Endpoint,
  issuer: Issuer,
  { request, params, queries, path }: Incoming,
): Promise<Answer> {
  const bearer = bearerOf(request);
  const actor = bearer === undefined ? undefined : await authenticate(issuer, bearer);
  if (actor === undefined)
    return { outcome: err({ code: 'invalid_token', presented: bearer !== undefined }) };
  // Before anything is read: whoever may never do this learns nothing of how it is asked for.
  const denial = denialOf(actor, endpoint.action, ANY_PUBLISHER);
  if (denial !== undefined) return { outcome: err(denial), actor };
  const offered = endpoint.replyType ?? 'application/json';
  if (!accepts(request.headers.get('accept'), offered))
    return { outcome: err({ code: 'not_acceptable', offered }), actor };
  const body = endpoint.method === 'GET' ? ok(NO_BODY) : await readJsonBody(request);
  if (!body.ok) return { outcome: body, actor };
  const key = idempotencyKeyOf(endpoint, request.headers);
  if (!key.ok) return { outcome: key, actor };
  const ifMatch = versionOf(endpoint, request.headers);
  if (!ifMatch.ok) return { outcome: ifMatch, actor };
  const outcome = await endpoint.run({
    issuer,
    actor,
    params,
    query: Object.fromEntries(
      Object.entries(queries).map(([name, values]) => [
        name,
        values.length === 1 ? (values[0] ?? '') : values,
      ]),
    ),
    body: body.value.value,
    idempotency:
      key.value === undefined
        ? undefined
        : {
            key: key.value,
            requestSha256: sha256Base64url(`${endpoint.method} ${path}\n${body.value.text}`),
          },
    ifMatch: ifMatch.value,
  });
  return { outcome, actor };
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +([\x21-\x7e]{1,512})$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}
