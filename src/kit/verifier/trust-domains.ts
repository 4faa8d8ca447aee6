import { memberOf } from '../../domain/client-metadata/members.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Fetcher } from '../../domain/network/fetcher.ts';
import { readTrustBundle } from '../../domain/spiffe/bundle.ts';
import { bundleEndpoint, staticBundle, type BundleSource } from '../../domain/spiffe/bundle-source.ts';
import { isTrustDomain, parseSpiffeIdPattern, type SpiffeIdPattern } from '../../domain/spiffe/spiffe-id.ts';

/**
 * A SPIFFE trust domain whose JWT-SVIDs register clients (draft-kasselman-oauth-dcr-trusted-issuer-token). One of `bundle` and `bundleEndpoint` is
 * needed.
 */
export type TrustedTrustDomain = {
  /** Its name, without scheme: `example.org`. */
  readonly trustDomain: string;
  /** Its bundle as JSON (SPIFFE Trust Domain and Bundle §4). */
  readonly bundle?: JsonObject;
  /** URL of its bundle endpoint, profile https_web; the verifier then needs `fetcher`. */
  readonly bundleEndpoint?: string;
  /** What an SVID that registers must have as its only `aud`: the URL of the registration endpoint. Never an identifier of the authorization server. */
  readonly audience: string;
  /** SPIFFE IDs that may register: whole, or with a final `/*`. */
  readonly spiffeIds: readonly string[];
  /** What `iss` must be where there is one; `spiffe://<trustDomain>` unless said, and null for anything. */
  readonly issuer?: string | null;
  /** Whether `iss` must be there, as the draft has it; SVIDs need none, so false unless said. */
  readonly requireIssuer?: boolean;
  /** Client metadata that its SVIDs may attest; names, texts, redirects, grants and scopes unless said. */
  readonly members?: readonly string[];
  /** Client metadata of every client of this trust domain, where its SVID does not say otherwise. */
  readonly defaults?: JsonObject;
  /** Hosts of attested redirect URIs, as in `mayVouchFor.redirectHosts`. */
  readonly redirectHosts?: readonly string[];
  /** Seconds that an SVID lasts at most; 3,600 unless said. */
  readonly maxLifetimeSeconds?: number;
  /** Seconds after which a registration needs a fresh SVID; a day unless said. An SVID itself lasts minutes. */
  readonly registrationSeconds?: number;
  /** Seconds that clocks may differ; 60 unless said. */
  readonly clockToleranceSeconds?: number;
};

/** A trust domain with every default filled in. */
export type DomainTrust = Required<
  Omit<TrustedTrustDomain, 'bundle' | 'bundleEndpoint' | 'spiffeIds' | 'redirectHosts' | 'members'>
> & {
  readonly source: BundleSource;
  readonly patterns: readonly SpiffeIdPattern[];
  readonly members: ReadonlySet<string>;
  readonly redirectHosts: readonly string[] | undefined;
};

/** No keys and no hosts of other services: a workload shows its SVID, and nothing else is to be fetched for it. */
const DEFAULT_MEMBERS = [
  'client_name',
  'client_uri',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'contacts',
  'redirect_uris',
  'grant_types',
  'response_types',
  'scope',
  'application_type',
  'token_endpoint_auth_method',
  'tls_client_auth_san_uri',
  'software_id',
  'software_version',
];

/**
 * Fills in the defaults. Throws a TypeError that says what to change: a trust anchor configured wrongly must not start.
 *
 * @param options.audience identifiers of the authorization server, which no SVID that registers may be for
 * @param options.now seconds
 */
export function domainTrustOf(
  given: TrustedTrustDomain,
  options: {
    readonly audience: readonly string[];
    readonly fetcher: Fetcher | undefined;
    readonly now: () => number;
    readonly background: (work: Promise<unknown>) => void;
  },
): DomainTrust {
  const { trustDomain, audience } = given;
  if (!isTrustDomain(trustDomain))
    throw new TypeError(`trustDomain ${JSON.stringify(trustDomain)} is no name of a SPIFFE trust domain`);
  // An SVID that registers comes back in answers and is kept: it must never be one that logs in.
  if (!URL.canParse(audience) || options.audience.includes(audience))
    throw new TypeError(
      `audience of ${trustDomain} must be the URL of the registration endpoint, and no identifier of the authorization server`,
    );
  const patterns = given.spiffeIds.map((text) => {
    const pattern = parseSpiffeIdPattern(text);
    if (!pattern.ok || pattern.value.trustDomain !== trustDomain)
      throw new TypeError(
        `spiffeIds of ${trustDomain} must name its own IDs, with at most a final /*, not ${text}`,
      );
    return pattern.value;
  });
  if (patterns.length === 0)
    throw new TypeError(`spiffeIds of ${trustDomain} is empty: nobody could register`);
  const members = given.members ?? DEFAULT_MEMBERS;
  const unknown = members.find((name) => !isMember(name));
  if (unknown !== undefined)
    throw new TypeError(`members of ${trustDomain} names ${unknown}, which is no client metadata`);
  const seconds = (
    name: 'maxLifetimeSeconds' | 'registrationSeconds' | 'clockToleranceSeconds',
    unsaid: number,
  ) => {
    const value = given[name] ?? unsaid;
    if (!Number.isSafeInteger(value) || value < 0)
      throw new TypeError(
        `${name} of ${trustDomain} must be a whole number of seconds, not ${String(value)}`,
      );
    return value;
  };
  return {
    trustDomain,
    audience,
    issuer: given.issuer === undefined ? `spiffe://${trustDomain}` : given.issuer,
    requireIssuer: given.requireIssuer ?? false,
    defaults: given.defaults ?? {},
    redirectHosts: given.redirectHosts,
    members: new Set(members),
    patterns,
    source: sourceOf(given, options),
    maxLifetimeSeconds: seconds('maxLifetimeSeconds', 3_600),
    registrationSeconds: seconds('registrationSeconds', 86_400),
    clockToleranceSeconds: seconds('clockToleranceSeconds', 60),
  };
}

/** Whether a name is client metadata that a statement may attest. */
export function isMember(name: string): boolean {
  return memberOf(name) !== undefined || name === 'software_id' || name === 'software_version';
}

function sourceOf(
  { trustDomain, bundle, bundleEndpoint: url }: TrustedTrustDomain,
  { fetcher, now, background }: Parameters<typeof domainTrustOf>[1],
): BundleSource {
  if ((bundle === undefined) === (url === undefined))
    throw new TypeError(`${trustDomain} needs its bundle or its bundleEndpoint, and not both`);
  if (url !== undefined) {
    if (fetcher === undefined)
      throw new TypeError(
        `bundleEndpoint of ${trustDomain} needs the option fetcher: it is asked through guarded fetch`,
      );
    return bundleEndpoint({ url, fetcher, now, background });
  }
  const read = isJsonObject(bundle) ? readTrustBundle(bundle) : undefined;
  if (read?.ok !== true)
    throw new TypeError(`bundle of ${trustDomain} cannot be used: ${read?.error ?? 'it is no JSON object'}`);
  return staticBundle(read.value);
}
