import type { JsonObject } from '../json.ts';
import { addresses } from './check-hosts.ts';
import { belongs, isLocal, webHost } from './hosts.ts';

/** A host that metadata names, whether it is the publisher's, and for what it is named. */
export type NamedHost = {
  readonly host: string;
  /** Whether it lies below a verified domain of the publisher. */
  readonly isVerified: boolean;
  /** The members that name it, such as `redirect_uris` and `logo_uri`. */
  readonly members: readonly string[];
};

/**
 * Every web host that metadata names, once; those that are not verified come first. The person's own machine is none.
 *
 * @param verifiedDomains lower-case domains of the publisher
 */
export function namedHosts(metadata: JsonObject, verifiedDomains: readonly string[]): readonly NamedHost[] {
  const members = new Map<string, Set<string>>();
  for (const { pointer, uri } of addresses(metadata)) {
    const host = webHost(uri);
    if (host === undefined || isLocal(host)) continue;
    const named = members.get(host) ?? new Set();
    members.set(host, named.add(pointer.split('/')[1] ?? ''));
  }
  return [...members]
    .map(([host, named]) => ({ host, isVerified: belongs(host, verifiedDomains), members: [...named] }))
    .toSorted((a, b) => Number(a.isVerified) - Number(b.isVerified));
}
