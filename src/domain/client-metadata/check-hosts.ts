import type { JsonObject } from '../json.ts';
import { findingOf, pointerTo, quoted, type Finding } from './finding.ts';
import { belongs, isLocal, webHost } from './hosts.ts';
import { splitLanguageTag } from './language-tag.ts';
import { memberOf } from './members.ts';
import type { MetadataPolicy } from './policy.ts';

/** Whether every web and redirect host belongs to a domain that was verified for the publisher. */
export function checkHosts(
  metadata: JsonObject,
  verifiedDomains: readonly string[],
  policy: MetadataPolicy,
): readonly Finding[] {
  return addresses(metadata).flatMap(({ pointer, uri }) => {
    const host = webHost(uri);
    return host === undefined || isLocal(host) || belongs(host, verifiedDomains)
      ? []
      : [
          findingOf(
            'host-unverified',
            pointer,
            `${quoted(host)} is not below a verified domain of the publisher. Have the domain verified, or use another host.`,
            policy.unverifiedHosts,
          ),
        ];
  });
}

/** Every address that metadata names, by its place (RFC 6901). */
export function addresses(
  metadata: JsonObject,
): readonly { readonly pointer: string; readonly uri: string }[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    const shape = memberOf(splitLanguageTag(name).member)?.shape;
    if (shape === 'web-uri' && typeof value === 'string') return [{ pointer: pointerTo(name), uri: value }];
    if ((shape === 'redirect-uris' || shape === 'uris') && Array.isArray(value))
      return value.flatMap((uri, i) =>
        typeof uri === 'string' ? [{ pointer: pointerTo(name, i), uri }] : [],
      );
    return [];
  });
}
