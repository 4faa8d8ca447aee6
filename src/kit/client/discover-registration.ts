import { isJsonObject, textMember } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { isIssuerIdentifier } from '../../domain/statement/audience.ts';
import { metadataUrl } from '../../domain/statement/judge.ts';
import { fetchJson } from '../fetch-document.ts';

export type DiscoveryRefusal = {
  readonly code: 'untrusted' | 'unreachable' | 'metadata' | 'no_registration_endpoint' | 'foreign_endpoint';
  readonly detail: string;
};

/** Finds the registration endpoint of a trusted authorization server; see `createRegistrationDiscovery`. */
export type RegistrationDiscovery = (issuer: string) => Promise<Result<string, DiscoveryRefusal>>;

const MAX_OCTETS = 256 * 1024;

/**
 * For clients: finds registration endpoints in the metadata (RFC 8414) of authorization servers that were configured, and nowhere else. A
 * URL that stood in a prompt, a page or a response is never asked: whoever wrote it would receive the software statement.
 *
 * @param options.trusted issuer identifiers of authorization servers; throws a TypeError for anything else
 * @param options.otherOrigins origins besides the server's own at which its endpoint may lie
 */
export function createRegistrationDiscovery(options: {
  readonly trusted: readonly string[];
  readonly otherOrigins?: readonly string[];
  readonly fetch?: typeof fetch;
}): RegistrationDiscovery {
  const { trusted, otherOrigins = [] } = options;
  const wrong = trusted.find((issuer) => !isIssuerIdentifier(issuer));
  if (wrong !== undefined)
    throw new TypeError(`${JSON.stringify(wrong)} is not an issuer identifier (RFC 8414 §2)`);
  return async (issuer) => {
    if (!trusted.includes(issuer))
      return refuse(
        'untrusted',
        'This authorization server is not one that was configured; it was not asked.',
      );
    const rules = { fetch: options.fetch ?? globalThis.fetch.bind(globalThis), issuer };
    const wanted = { accept: 'application/json', maxOctets: MAX_OCTETS };
    const fetched = await fetchJson(metadataUrl(issuer), wanted, rules);
    if (!fetched.ok) return refuse('unreachable', `The metadata could not be had: ${fetched.error}.`);
    const metadata = fetched.value.value;
    // RFC 8414 §3.3: metadata that names another issuer is not this server's.
    if (!isJsonObject(metadata) || metadata['issuer'] !== issuer)
      return refuse('metadata', `What ${metadataUrl(issuer)} gives is not the metadata of ${issuer}.`);
    const endpoint = textMember(metadata, 'registration_endpoint');
    if (endpoint === '')
      return refuse('no_registration_endpoint', `${issuer} offers no dynamic client registration.`);
    return judgeEndpoint(endpoint, issuer, otherOrigins);
  };
}

function judgeEndpoint(
  endpoint: string,
  issuer: string,
  otherOrigins: readonly string[],
): Result<string, DiscoveryRefusal> {
  if (!URL.canParse(endpoint)) return refuse('metadata', 'Its registration_endpoint is not a URL.');
  const { origin, protocol, hash, username, password } = new URL(endpoint);
  const own = new URL(issuer);
  if (protocol !== 'https:' && protocol !== own.protocol)
    return refuse('foreign_endpoint', 'Its registration_endpoint is not https.');
  if (hash !== '') return refuse('metadata', 'Its registration_endpoint has a fragment.');
  if (username !== '' || password !== '')
    return refuse('metadata', 'Its registration_endpoint holds a user name or password.');
  return origin === own.origin || otherOrigins.includes(origin)
    ? ok(endpoint)
    : refuse(
        'foreign_endpoint',
        `Its registration_endpoint lies at ${origin}; name that in otherOrigins if it is meant.`,
      );
}

function refuse(code: DiscoveryRefusal['code'], detail: string): Result<never, DiscoveryRefusal> {
  return err({ code, detail });
}
