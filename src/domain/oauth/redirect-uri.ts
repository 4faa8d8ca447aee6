import { redirectUriFindings } from '../client-metadata/check-redirect-uris.ts';
import { isLocal, webHost } from '../client-metadata/hosts.ts';

/** Who gets what is sent to a redirect URI: the owner of a host, whatever listens on this machine, or any application that claims the scheme. */
export type RedirectKind = 'https' | 'loopback' | 'private_use';

/**
 * What kind of redirect URI a text is, by the rules for client metadata.
 *
 * @returns undefined for what nobody may be sent to: plain http elsewhere, a fragment, a wildcard, a scheme that runs or opens things
 */
export function redirectKind(uri: string): RedirectKind | undefined {
  const isFaulty = redirectUriFindings(uri, '', true).some(({ severity }) => severity === 'error');
  // Whatever goes into a Location header and a policy is ASCII.
  if (isFaulty || !/^[\x21-\x7e]+$/.test(uri)) return undefined;
  const host = webHost(uri);
  // A certificate for this machine's own name shows nobody's control of anything.
  if (host !== undefined && isLocal(host)) return 'loopback';
  // URL parsers take `;` and `,` for parts of a host; in a content security policy they would begin another directive.
  if (host !== undefined) return /^https:/i.test(uri) && /^[a-z\d.-]+$/.test(host) ? 'https' : undefined;
  return /^[a-z][a-z\d-]*(?:\.[a-z\d-]+)+:/i.test(uri) ? 'private_use' : undefined;
}

/** What people call that place: a host, or a scheme. */
export function placeOf(redirectUri: string): string {
  return webHost(redirectUri) ?? new URL(redirectUri).protocol;
}
