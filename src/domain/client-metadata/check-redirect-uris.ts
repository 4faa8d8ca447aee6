import type { JsonObject } from '../json.ts';
import { effectiveValue, usesRedirects } from './effective.ts';
import { findingOf, pointerTo, quoted, type Finding } from './finding.ts';
import type { MetadataPolicy } from './policy.ts';

const DANGEROUS: ReadonlySet<string> = new Set([
  'javascript',
  'data',
  'file',
  'blob',
  'vbscript',
  'about',
  'view-source',
  'filesystem',
  'jar',
  'content',
  'intent',
  'ws',
  'wss',
  'ftp',
  'mailto',
  'tel',
  'sms',
]);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]']);
const URI = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s;

/** Redirect URIs, as a list and one by one (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1). */
export function checkRedirectUris(metadata: JsonObject, policy: MetadataPolicy): readonly Finding[] {
  const value = metadata['redirect_uris'];
  const redirects = usesRedirects(metadata);
  if (value === undefined)
    return redirects
      ? [
          findingOf(
            'redirect-uris-missing',
            '/redirect_uris',
            'The grant types of this client redirect (an absent grant_types means authorization_code), but there is no redirect_uris. Add the exact URIs, or name grant types that do not redirect.',
          ),
        ]
      : [];
  if (!Array.isArray(value)) return [];
  const findings: Finding[] = [];
  if (!redirects)
    findings.push(
      findingOf(
        'redirect-uris-unused',
        '/redirect_uris',
        'No grant type of this client redirects; remove redirect_uris.',
      ),
    );
  if (value.length > policy.maxRedirectUris)
    findings.push(
      findingOf(
        'redirect-uris-too-many',
        '/redirect_uris',
        `There are ${value.length} redirect URIs; at most ${policy.maxRedirectUris} are allowed. Use one callback and carry the rest in state.`,
      ),
    );
  const isNative =
    effectiveValue(metadata, 'application_type') === 'native' ||
    effectiveValue(metadata, 'token_endpoint_auth_method') === 'none';
  const seen = new Set<string>();
  value.forEach((uri, i) => {
    if (typeof uri !== 'string' || uri === '') return;
    const pointer = pointerTo('redirect_uris', i);
    findings.push(...redirectUriFindings(uri, pointer, isNative));
    if (seen.has(uri))
      findings.push(
        findingOf('redirect-uri-duplicate', pointer, `${quoted(uri)} is listed before; remove it here.`),
      );
    seen.add(uri);
  });
  return findings;
}

/** What is wrong with one redirect URI; the text itself is looked at, not only what a URL parser makes of it. */
export function redirectUriFindings(uri: string, pointer: string, isNative: boolean): readonly Finding[] {
  if (uri.startsWith('urn:ietf:wg:oauth:2.0:oob'))
    return [
      findingOf(
        'redirect-uri-out-of-band',
        pointer,
        'The out-of-band redirect is gone; use http://127.0.0.1/callback with the port of the moment.',
      ),
    ];
  const [, scheme = '', rest = ''] = URI.exec(uri) ?? [];
  // Whatever a parser might skip, fold or turn around makes exact comparison meaningless.
  if (
    scheme === '' ||
    /[\s\p{Cc}\\<>"^`{|}]/u.test(uri) ||
    uri.length > 2_000 ||
    /%(?![0-9A-Fa-f]{2})/.test(uri)
  )
    return [
      findingOf(
        'redirect-uri-invalid',
        pointer,
        `${quoted(uri)} is not an absolute URI. Write it whole, without spaces, control characters or backslashes.`,
      ),
    ];
  const kind = scheme.toLowerCase();
  if (DANGEROUS.has(kind))
    return [
      findingOf(
        'redirect-uri-dangerous-scheme',
        pointer,
        `The scheme ${quoted(kind)} cannot take an authorization response.`,
      ),
    ];
  const findings: Finding[] = [];
  if (uri.includes('#'))
    findings.push(
      findingOf(
        'redirect-uri-fragment',
        pointer,
        `${quoted(uri)} has a fragment; remove # and what follows.`,
      ),
    );
  if (uri.includes('*'))
    findings.push(
      findingOf('redirect-uri-wildcard', pointer, `${quoted(uri)} has a wildcard; list each URI exactly.`),
    );
  if (hasDotSegments(rest))
    findings.push(
      findingOf(
        'redirect-uri-dot-segments',
        pointer,
        `The path of ${quoted(uri)} has dot segments; write the path it means.`,
      ),
    );
  return kind === 'https' || kind === 'http'
    ? [...findings, ...hierarchicalFindings(uri, kind, pointer)]
    : [...findings, ...privateSchemeFindings(scheme, pointer, isNative)];
}

function hierarchicalFindings(uri: string, scheme: 'http' | 'https', pointer: string): readonly Finding[] {
  const [, authority = ''] = /^[^:]+:\/\/([^/?#]*)/.exec(uri) ?? [];
  if (authority === '' || !URL.canParse(uri))
    return [
      findingOf(
        'redirect-uri-invalid',
        pointer,
        `${quoted(uri)} names no host; write ${scheme}://host/path.`,
      ),
    ];
  const findings: Finding[] = [];
  const url = new URL(uri);
  if (authority.includes('@'))
    findings.push(
      findingOf('redirect-uri-userinfo', pointer, `${quoted(uri)} has a user part before @; remove it.`),
    );
  if (/\P{ASCII}/u.test(authority))
    findings.push(
      findingOf('redirect-uri-host-unicode', pointer, `Write the host as ${quoted(url.hostname)}.`),
    );
  if (scheme === 'http' && !LOOPBACK.has(url.hostname))
    findings.push(
      url.hostname === 'localhost'
        ? findingOf(
            'redirect-uri-localhost',
            pointer,
            'Use http://127.0.0.1 or http://[::1]: the name localhost may resolve elsewhere.',
          )
        : findingOf('redirect-uri-http', pointer, `${quoted(uri)} is not encrypted; use https.`),
    );
  // The parser accepts 127.1, 0x7f000001 and the like as loopback: other parsers do not.
  if (scheme === 'http' && LOOPBACK.has(url.hostname) && !authority.startsWith(url.hostname))
    findings.push(findingOf('redirect-uri-http', pointer, `Write the loopback address as ${url.hostname}.`));
  if ([...url.searchParams.values()].some((value) => /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(value)))
    findings.push(
      findingOf(
        'redirect-uri-open-redirector',
        pointer,
        `A query parameter of ${quoted(uri)} holds a URL. Make sure nothing is forwarded there, or carry it in state.`,
      ),
    );
  return findings;
}

function privateSchemeFindings(scheme: string, pointer: string, isNative: boolean): readonly Finding[] {
  const findings: Finding[] = [];
  if (!/^[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+$/.test(scheme))
    findings.push(
      findingOf(
        'redirect-uri-private-scheme-form',
        pointer,
        `${quoted(scheme)} is not a reversed domain name; use one of yours, such as com.example.app.`,
      ),
    );
  if (!isNative)
    findings.push(
      findingOf(
        'redirect-uri-private-scheme-client',
        pointer,
        'Only native clients can receive a private-use scheme: set application_type to "native" or use https.',
      ),
    );
  return findings;
}

function hasDotSegments(rest: string): boolean {
  const path = rest.replace(/^\/\/[^/?#]*/, '').replace(/[?#].*$/s, '');
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
}
