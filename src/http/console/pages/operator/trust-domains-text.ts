import {
  isJsonObject,
  parseJson,
  textMember,
  type JsonObject,
  type JsonValue,
} from '../../../../domain/json.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';

/** Deep enough for a bundle (SPIFFE Trust Domain and Bundle §4). */
const MAX_DEPTH = 18;
const NO_BUNDLE = 'Write: trust domain, then the https URL of its bundle or the bundle itself as JSON.';

/**
 * Reads trust domains as they are written into a form, one a line: the name, where its keys come from (a URL, or the bundle itself as JSON on the
 * same line), and what `iss` must be where that matters. The refusal is a sentence.
 */
export function trustDomainsIn(lines: readonly string[]): Result<JsonValue, string> {
  const domains: JsonObject[] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    if (name === '') return err(`“${shown(line)}” names no bundle. ${NO_BUNDLE}`);
    if (domains.some((domain) => domain['trust_domain'] === name)) return err(`“${name}” stands here twice.`);
    const read = rest.startsWith('{') ? givenBundle(rest) : bundleUrl(rest);
    if (!read.ok) return err(`“${shown(line)}”: ${read.error}`);
    domains.push({ trust_domain: name, ...read.value });
  }
  return ok(domains);
}

/** Trust domains on the wire, one a line, as `trustDomainsIn` reads them. */
export function trustDomainLines(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter(isJsonObject).map((domain) => {
        const bundle = domain['bundle'];
        const source = isJsonObject(bundle) ? JSON.stringify(bundle) : textMember(domain, 'bundle_url');
        return [textMember(domain, 'trust_domain'), source, textMember(domain, 'expected_iss')]
          .filter((word) => word !== '')
          .join(' ');
      })
    : [];
}

function bundleUrl(rest: string): Result<JsonObject, string> {
  const [url = '', issuer, ...others] = rest.split(/\s+/);
  if (others.length > 0) return err('There is more on the line than a name, a bundle and an issuer.');
  return url.startsWith('https://')
    ? ok({ bundle_url: url, bundle: null, expected_iss: issuer ?? null })
    : err(NO_BUNDLE);
}

/** The JSON goes up to the last brace; an issuer identifier has none. */
function givenBundle(rest: string): Result<JsonObject, string> {
  const end = rest.lastIndexOf('}') + 1;
  const issuer = rest.slice(end).trim();
  if (/\s/.test(issuer)) return err('There is more on the line than a name, a bundle and an issuer.');
  const bundle = parseJson(rest.slice(0, end), { maxDepth: MAX_DEPTH });
  return bundle.ok && isJsonObject(bundle.value)
    ? ok({ bundle_url: null, bundle: bundle.value, expected_iss: issuer === '' ? null : issuer })
    : err('The bundle is no JSON object. Write it on one line.');
}

function shown(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
