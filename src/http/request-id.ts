import type { Issuer } from '../services/issuer.ts';
import { newId } from '../services/issuer.ts';

/** The caller's X-Request-Id where it is harmless in a log line, else a new one. */
export function requestIdOf(request: Request, issuer: Issuer): string {
  const given = request.headers.get('x-request-id');
  return given !== null && /^[\w.:-]{1,100}$/.test(given) ? given : newId(issuer);
}
