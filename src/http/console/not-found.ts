import { authenticateSession } from '../../services/sign-in/sessions.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { refuseWith } from './answer.ts';
import type { ConsoleWorld } from './page.ts';
import { readSessionCookie } from './session-cookie.ts';

/** What somebody with a browser sees where there is no page. */
export async function notFoundPage(
  problem: EdgeProblem,
  world: ConsoleWorld,
  base: string,
  request: Request,
  requestId: string,
): Promise<Response> {
  const visitor = await authenticateSession(world.issuer, readSessionCookie(request, world.issuer));
  const path = new URL(request.url).pathname.slice(base.length);
  return refuseWith(problem, { world, base, request, requestId, page: { method: 'GET' }, path }, visitor);
}
