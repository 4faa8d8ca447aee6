import { CEREMONY_SECONDS } from '../../../../services/sign-in/ceremonies.ts';
import type { Issuer } from '../../../../services/issuer.ts';
import type { StartedSession } from '../../../../services/sign-in/session-plan.ts';
import { cookieName, readCookie, readSessionCookie, sessionCookie, setCookie } from '../../session-cookie.ts';

const NAME = 'imprimatur-ceremony';

/** `Set-Cookie` of what was begun: only the browser that has it can finish. */
export function ceremonyCookie(issuer: Issuer, ceremony: string): string {
  return setCookie(issuer, cookieName(issuer, NAME), ceremony, CEREMONY_SECONDS);
}

/** What this browser has begun; undefined when nothing. */
export function ceremonyOf(request: Request, issuer: Issuer): string | undefined {
  return readCookie(request, cookieName(issuer, NAME));
}

/** `Set-Cookie` that makes the browser forget what it began. */
export function clearedCeremony(issuer: Issuer): string {
  return setCookie(issuer, cookieName(issuer, NAME), '', 0);
}

/** The cookies of somebody who has just signed in. */
export function arrivalCookies(issuer: Issuer, { session, text }: StartedSession): readonly string[] {
  return [
    sessionCookie(issuer, text, Math.max(0, session.expiresAt - issuer.clock.now())),
    clearedCeremony(issuer),
  ];
}

/** What the browser brings to a sign-in. */
export function browserOf(request: Request, issuer: Issuer) {
  return {
    ceremony: ceremonyOf(request, issuer),
    userAgent: request.headers.get('user-agent') ?? undefined,
    previous: readSessionCookie(request, issuer),
  };
}
