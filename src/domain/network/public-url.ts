import { err, ok, type Result } from '../result.ts';
import type { FetchRefusal } from './fetcher.ts';
import { isLinkLocal, isPublicAddress } from './public-address.ts';

/** Names that are no names of the internet (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, and .internal of ICANN). */
const SPECIAL_USE = [
  'localhost',
  'local',
  'internal',
  'invalid',
  'test',
  'onion',
  'alt',
  'home.arpa',
  'in-addr.arpa',
  'ip6.arpa',
];
const MAX_CHARACTERS = 2_048;

/**
 * Reads a URL that a stranger named, before anything is asked: https to a public address or to a name that may be one. Codes `bad_url`,
 * `not_https`, `not_public`.
 *
 * @param options.allowPrivate for development: http to loopback and names and addresses of this network are let through
 */
export function publicUrl(
  text: string,
  options: { readonly allowPrivate?: boolean } = {},
): Result<URL, FetchRefusal> {
  if (text.length > MAX_CHARACTERS || !URL.canParse(text)) return refuse('bad_url', 'It is not a URL.');
  const url = new URL(text);
  const allowPrivate = options.allowPrivate ?? false;
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    return refuse('not_https', 'It must be an https URL.');
  if (url.username !== '' || url.password !== '')
    return refuse('bad_url', 'It must not hold a user name or a password.');
  if (url.hash !== '') return refuse('bad_url', 'It must not have a fragment.');
  const isAsked = allowPrivate
    ? !isLinkLocal(url.hostname.replace(/^\[(.*)\]$/, '$1'))
    : isPublicHost(url.hostname);
  return isAsked
    ? ok(url)
    : refuse('not_public', 'Its host must be a name or an address of the public internet.');
}

/** @param hostname as the URL parser gives it: IPv4 in dotted decimal whatever its spelling was, IPv6 in brackets, names in ASCII */
function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPublicAddress(hostname.slice(1, -1));
  if (/^[\d.]+$/.test(hostname)) return isPublicAddress(hostname);
  const name = hostname.replace(/\.$/, '').toLowerCase();
  return (
    name.includes('.') && !SPECIAL_USE.some((special) => name === special || name.endsWith(`.${special}`))
  );
}

function refuse(code: FetchRefusal['code'], detail: string): Result<never, FetchRefusal> {
  return err({ code, detail });
}
