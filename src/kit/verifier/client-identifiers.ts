import { clientIdUrlProblem } from '../../domain/client-metadata/metadata-document.ts';
import { isLoopback } from '../fetch-document.ts';

/** Scheme, host with port, and the rest; hosts as they are written, without a character that a parser could read as their end. */
const PARTS = /^(https?):\/\/((?:\*\.)?(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?)(\/.*)$/;

/**
 * Whether a text can be a namespace of client identifiers: a whole client identifier URL, or the beginning of some that ends with `/`. The host
 * may begin with `*.`; plain http is for this machine alone.
 */
export function isNamespace(text: string): boolean {
  const [, scheme = '', host = ''] = PARTS.exec(text) ?? [];
  const url = text.replace('://*.', '://');
  if (host === '' || /[*?]/.test(url) || !URL.canParse(url)) return false;
  return (
    (scheme === 'https' || isLoopback(new URL(url).hostname)) &&
    clientIdUrlProblem(url.endsWith('/') ? `${url}x` : url) === undefined
  );
}

/**
 * Whether a client identifier URL lies within what an issuer may attest. Texts are compared octet by octet, as client identifiers are.
 *
 * @param clientIdentifier a URL in which `clientIdUrlProblem` found nothing
 */
export function isWithin(clientIdentifier: string, namespaces: 'any' | readonly string[]): boolean {
  const [, scheme, host, path] = PARTS.exec(clientIdentifier) ?? [];
  if (scheme === undefined || host === undefined || path === undefined) return false;
  if (namespaces === 'any') return scheme === 'https';
  return namespaces.some((namespace) => {
    const [, wantedScheme, wantedHost = '', wantedPath = ''] = PARTS.exec(namespace) ?? [];
    const isHost = wantedHost.startsWith('*.') ? host.endsWith(wantedHost.slice(1)) : host === wantedHost;
    const isPath = wantedPath.endsWith('/') ? path.startsWith(wantedPath) : path === wantedPath;
    return scheme === wantedScheme && isHost && isPath;
  });
}
