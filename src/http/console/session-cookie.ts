import type { Issuer } from '../../services/issuer.ts';

type Identified = Pick<Issuer, 'identifier'>;

/**
 * The name of the cookie that holds a session: with the `__Host-` prefix where the issuer is https, so that no other host and no plain
 * connection can plant one (RFC 6265bis §4.1.3.2).
 */
export function sessionCookieName(issuer: Identified): string {
  return cookieName(issuer, 'imprimatur');
}

/** The session text that a browser sent; undefined without one. */
export function readSessionCookie(request: Request, issuer: Identified): string | undefined {
  return readCookie(request, sessionCookieName(issuer));
}

/**
 * `Set-Cookie` of a session that has just begun. `SameSite=Lax`, so that a link from elsewhere opens the page it names, while a form from
 * elsewhere is sent without the cookie.
 *
 * @param maxAge seconds
 */
export function sessionCookie(issuer: Identified, text: string, maxAge: number): string {
  return setCookie(issuer, sessionCookieName(issuer), text, maxAge);
}

/** `Set-Cookie` that makes the browser forget its session. */
export function clearedSessionCookie(issuer: Identified): string {
  return setCookie(issuer, sessionCookieName(issuer), '', 0);
}

/** A cookie name of this issuer: `__Host-` where a browser takes it. */
export function cookieName({ identifier }: Identified, name: string): string {
  return isSecure(identifier) ? `__Host-${name}` : name;
}

/** The value of a cookie; the first where a browser sends several of one name. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...rest] = pair.trim().split('=');
    if (key === name) return rest.join('=');
  }
  return undefined;
}

/**
 * `Set-Cookie` of a value that only this origin gets and no script reads.
 *
 * @param value cookie octets only (RFC 6265 §4.1.1)
 * @param maxAge seconds; 0 removes it
 */
export function setCookie({ identifier }: Identified, name: string, value: string, maxAge: number): string {
  const secure = isSecure(identifier) ? '; Secure' : '';
  return `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

function isSecure(identifier: string): boolean {
  return identifier.startsWith('https:');
}
