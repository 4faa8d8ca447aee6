import { textMember, type JsonObject } from '../../domain/json.ts';
import { unapproved, type StatementRefusal } from './refusal.ts';
import type { IssuerTrust } from './trusted-issuer.ts';

/**
 * Whether a trusted issuer may speak for this software, publisher and redirect hosts. A trust anchor for one part of the world
 * must not be one for another.
 *
 * @returns undefined when it may
 */
export function beyondPermission(claims: JsonObject, trust: IssuerTrust): StatementRefusal | undefined {
  const { softwareIds, publishers } = trust.mayVouchFor;
  const softwareId = textMember(claims, 'software_id');
  if (softwareIds !== undefined && !softwareIds.includes(softwareId))
    return unapproved(
      'software_not_permitted',
      `${trust.issuer} may not vouch for the software ${softwareId} here; mayVouchFor.softwareIds does not name it.`,
    );
  if (publishers !== undefined) {
    const publisher = claims[publishers.claim];
    if (typeof publisher !== 'string' || !publishers.values.includes(publisher))
      return unapproved(
        'publisher_not_permitted',
        `${trust.issuer} may not vouch for the publisher ${JSON.stringify(publisher ?? null)} (${publishers.claim}) here.`,
      );
  }
  return redirectsBeyondPermission(claims, trust);
}

/** Whether a trusted issuer may speak for the redirect hosts of client metadata, wherever it attests it: in claims or in a document. */
export function redirectsBeyondPermission(
  metadata: JsonObject,
  trust: IssuerTrust,
): StatementRefusal | undefined {
  const { redirectHosts } = trust.mayVouchFor;
  if (redirectHosts === undefined) return undefined;
  const foreign = foreignRedirectHost(metadata, redirectHosts);
  return foreign === undefined
    ? undefined
    : unapproved(
        'redirect_host_not_permitted',
        `${trust.issuer} may not vouch for redirects to ${foreign} here; mayVouchFor.redirectHosts does not name it.`,
      );
}

/** The first redirect host that no pattern names; undefined when all are named. */
export function foreignRedirectHost(metadata: JsonObject, patterns: readonly string[]): string | undefined {
  return hostsOf(metadata['redirect_uris']).find(
    (host) => !patterns.some((pattern) => isHostOf(host, pattern)),
  );
}

/** Hosts of http and https URIs, loopback left out: those name the device the client runs on (RFC 8252 §7.3). */
function hostsOf(redirectUris: unknown): readonly string[] {
  if (redirectUris === undefined || redirectUris === null) return [];
  if (!Array.isArray(redirectUris)) return ['(none)'];
  return redirectUris.flatMap((uri) => {
    if (typeof uri !== 'string' || !URL.canParse(uri)) return ['(none)'];
    const { protocol, hostname } = new URL(uri);
    const isLoopback = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
    return (protocol === 'https:' || protocol === 'http:') && !isLoopback ? [hostname] : [];
  });
}

function isHostOf(host: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}
