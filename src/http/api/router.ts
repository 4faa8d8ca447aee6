import { Hono } from 'hono';
import type { Actor } from '../../domain/access.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { authenticate } from '../../services/authenticate.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Refusal } from '../../services/refusal.ts';
import type { Metrics } from '../metrics.ts';
import { problemResponse } from '../problem.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { readJsonBody, type JsonBody } from '../read-body.ts';
import { requestIdOf } from '../request-id.ts';
import type { Endpoint, Reply } from './endpoint.ts';
import { ENDPOINTS } from './table.ts';

type Answer = { readonly outcome: Result<Reply, Refusal | EdgeProblem>; readonly actor?: Actor | undefined };

const NO_BODY: JsonBody = { text: '', value: {} };

/**
 * Serves the endpoint table: authenticates, parses, calls, and maps every outcome. Nothing of a request but its
 * method, route, status and person is logged.
 */
export function apiRouter(issuer: Issuer, metrics: Metrics, basePath: string): Hono {
  const router = new Hono();
  for (const endpoint of ENDPOINTS) {
    const timed = metrics.timer(`${endpoint.method} ${endpoint.path}`);
    router.on(endpoint.method, endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const started = issuer.clock.nowMilliseconds();
      const requestId = requestIdOf(context.req.raw, issuer);
      const answer = await answerTo(
        endpoint,
        issuer,
        context.req.raw,
        context.req.param(),
        context.req.queries(),
        basePath,
      );
      const response = answer.outcome.ok
        ? responseOf(answer.outcome.value, requestId, issuer.identifier)
        : problemResponse(answer.outcome.error, issuer.identifier, requestId);
      const milliseconds = issuer.clock.nowMilliseconds() - started;
      timed(response.status, milliseconds / 1000);
      issuer.log('info', 'http.request', {
        request_id: requestId,
        method: endpoint.method,
        route: endpoint.path,
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
  request: Request,
  params: Readonly<Record<string, string>>,
  queries: Readonly<Record<string, readonly string[]>>,
  basePath: string,
): Promise<Answer> {
  const bearer = bearerOf(request);
  const actor = bearer === undefined ? undefined : await authenticate(issuer, bearer);
  if (actor === undefined)
    return { outcome: err({ code: 'invalid_token', presented: bearer !== undefined }) };
  const body = endpoint.method === 'GET' ? ok(NO_BODY) : await readJsonBody(request);
  if (!body.ok) return { outcome: body, actor };
  const key = idempotencyKeyOf(endpoint, request);
  if (!key.ok) return { outcome: key, actor };
  const ifMatch = versionOf(request);
  if (!ifMatch.ok) return { outcome: ifMatch, actor };
  const path = new URL(request.url).pathname.slice(basePath.length);
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

function idempotencyKeyOf(endpoint: Endpoint, request: Request): Result<string | undefined, Refusal> {
  const key = request.headers.get('idempotency-key');
  if (key === null || endpoint.creates !== true) return ok(undefined);
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return ok(key);
  const detail = 'the header Idempotency-Key must be 1 to 255 visible ASCII characters';
  return err({ code: 'invalid_input', problems: [{ pointer: '', detail }] });
}

function versionOf(request: Request): Result<number | undefined, Refusal> {
  const tag = request.headers.get('if-match');
  if (tag === null || tag === '*') return ok(undefined);
  const [, version] = /^"(\d{1,15})"$/.exec(tag) ?? [];
  if (version !== undefined) return ok(Number(version));
  const detail = 'the header If-Match must be the ETag of an earlier answer, such as "3"';
  return err({ code: 'invalid_input', problems: [{ pointer: '', detail }] });
}

function responseOf(reply: Reply, requestId: string, identifier: string): Response {
  const headers = new Headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...reply.headers,
  });
  const location = headers.get('location');
  if (location !== null) headers.set('location', `${identifier}${location}`);
  if (reply.lines !== undefined) {
    headers.set('content-type', 'application/jsonl');
    return new Response(streamOf(reply.lines), { status: reply.status, headers });
  }
  if (reply.body === undefined) return new Response(null, { status: reply.status, headers });
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
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
