import type { JsonObject } from '../json.ts';
import { effectiveList } from './effective.ts';

/** Where an authorization server may send people and codes: the place of a redirect URI. */
export type RedirectPlace = {
  /** A host name, or the scheme of an application's own (RFC 8252 §7.1), with its colon. */
  readonly place: string;
  readonly kind: 'web' | 'loopback' | 'private-use';
  /** Whether it lies below a verified domain of the publisher. */
  readonly isVerified: boolean;
  /** How many redirect URIs lead there. */
  readonly count: number;
};

const LOCAL: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The host of an http or https URL, lower case; undefined for anything else. */
export function webHost(uri: string): string | undefined {
  if (!/^https?:\/\//i.test(uri) || !URL.canParse(uri)) return undefined;
  return new URL(uri).hostname.replace(/\.$/, '');
}

/** Whether a host is this machine itself. */
export function isLocal(host: string): boolean {
  return LOCAL.has(host);
}

/** Whether a host is one of these domains, or below one. */
export function belongs(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/**
 * Every place that the redirect URIs lead to, once, in their order.
 *
 * @param verifiedDomains lower-case domains of the publisher
 */
export function redirectPlaces(
  metadata: JsonObject,
  verifiedDomains: readonly string[],
): readonly RedirectPlace[] {
  const places = new Map<string, RedirectPlace>();
  for (const uri of effectiveList(metadata, 'redirect_uris')) {
    const { place, kind } = placeOf(uri);
    const isVerified = kind === 'web' && belongs(place, verifiedDomains);
    places.set(place, { place, kind, isVerified, count: (places.get(place)?.count ?? 0) + 1 });
  }
  return [...places.values()];
}

function placeOf(uri: string): Pick<RedirectPlace, 'place' | 'kind'> {
  const host = webHost(uri);
  if (host !== undefined) return { place: host, kind: isLocal(host) ? 'loopback' : 'web' };
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(uri)?.[0];
  return { place: (scheme ?? uri).toLowerCase(), kind: 'private-use' };
}

/** How an address stands to the domains of a publisher; undefined for what is no web address. */
export function standingOfHost(
  uri: string,
  verifiedDomains: readonly string[],
): 'verified' | 'unverified' | 'this machine' | undefined {
  const host = webHost(uri);
  if (host === undefined) return undefined;
  if (isLocal(host)) return 'this machine';
  return belongs(host, verifiedDomains) ? 'verified' : 'unverified';
}
