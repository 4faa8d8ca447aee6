import { Hono, type Context } from 'hono';
import { ANY_PUBLISHER, denialOf } from '../../domain/access.ts';
import { addressKey, memoryRateLimiter } from '../../domain/rate-limit.ts';
import { err, type Result } from '../../domain/result.ts';
import type { Refusal } from '../../services/refusal.ts';
import { authenticateSession, type SignedIn } from '../../services/sign-in/sessions.ts';
import { describeError } from '../describe-error.ts';
import type { Metrics } from '../metrics.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { requestIdOf } from '../request-id.ts';
import { answerWith, refuseWith, type Place } from './answer.ts';
import type { ConsoleWorld, Page, PageCall, PageReply } from './page.ts';
import { NOTHING_POSTED, readPosted } from './read-form.ts';
import { isSameOrigin } from './same-origin.ts';
import { readSessionCookie } from './session-cookie.ts';
import { PAGES } from './table.ts';

/** Ceremonies that one address may begin at once, and again after so many seconds; people behind one address share them. */
const BEGINNINGS = { uses: 60, seconds: 60 } as const;

type Outcome = Result<PageReply, Refusal | EdgeProblem>;

/**
 * Serves the page table: who is signed in, whether they may, what they sent, and the answer as a page. Nothing of a request but its method,
 * route, status and person is logged.
 *
 * @param base path of the issuer identifier, without a trailing slash
 */
export function consoleRouter(world: ConsoleWorld, metrics: Metrics, base: string): Hono {
  const router = new Hono();
  const { issuer } = world;
  const mayBegin = beginningsOf(world);
  for (const page of PAGES) {
    const timed = metrics.timer(`${page.method} ${page.path}`);
    router.on(page.method, page.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const started = issuer.clock.nowMilliseconds();
      const request = context.req.raw;
      const requestId = requestIdOf(request, issuer);
      const url = new URL(request.url);
      const route = { request_id: requestId, method: page.method, route: page.path };
      const place: Place = { world, base, request, requestId, page, path: url.pathname.slice(base.length) };
      let visitor: SignedIn | undefined;
      const outcome = await (async (): Promise<Outcome> => {
        visitor = await authenticateSession(issuer, readSessionCookie(request, issuer));
        const call: PageCall = {
          ...world,
          request,
          target: url.pathname.slice(base.length) + url.search,
          params: context.req.param(),
          query: url.searchParams,
          ...NOTHING_POSTED,
          visitor,
        };
        return outcomeOf(page, call, () => mayBegin(context));
      })().catch((error: unknown): Outcome => {
        issuer.log('error', 'http.failed', { ...route, ...describeError(error) });
        return err({ code: 'internal_error' });
      });
      const response = outcome.ok
        ? await answerWith(outcome.value, place, visitor)
        : await refuseWith(outcome.error, place, visitor);
      const milliseconds = issuer.clock.nowMilliseconds() - started;
      timed(response.status, milliseconds / 1000);
      issuer.log('info', 'http.request', {
        ...route,
        status: response.status,
        milliseconds,
        person_id: visitor?.person.id ?? null,
      });
      return response;
    });
  }
  return router;
}

/** Counts what an address begins; in the memory of this process (or isolate), while the database bounds what all begin together. */
function beginningsOf({ issuer, clientAddress }: ConsoleWorld) {
  const limit = memoryRateLimiter(BEGINNINGS, () => issuer.clock.nowMilliseconds() / 1000);
  return async (context: Context): Promise<Refusal | undefined> => {
    const address = clientAddress?.(context);
    const wait = address === undefined ? undefined : await limit(addressKey(address));
    return wait === undefined
      ? undefined
      : { code: 'sign_in_crowded', by: 'address', retryAfterSeconds: wait };
  };
}

async function outcomeOf(
  page: Page,
  call: PageCall,
  mayBegin: () => Promise<Refusal | undefined>,
): Promise<Outcome> {
  const { request, visitor, issuer } = call;
  if (page.method === 'POST' && !isSameOrigin(request, issuer.identifier))
    return err({ code: 'foreign_origin' });
  if (page.who !== 'anyone') {
    if (visitor === undefined)
      return err({
        code: 'invalid_token',
        presented: readSessionCookie(request, issuer) !== undefined,
      });
    const denial = page.who === 'signed_in' ? undefined : denialOf(visitor.actor, page.who, ANY_PUBLISHER);
    if (denial !== undefined) return err(denial);
  }
  const crowded = page.begins === undefined ? undefined : await mayBegin();
  if (crowded !== undefined) return err(crowded);
  if (page.method === 'GET') return page.run(call);
  const posted = await readPosted(request, page.body ?? 'form');
  return posted.ok ? page.run({ ...call, ...posted.value }) : posted;
}
