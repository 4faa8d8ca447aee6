import { ALGORITHMS } from '../../domain/statement/judge.ts';
import { isIssuerIdentifier } from '../../domain/statement/audience.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { didWebPlace, isDidWeb } from '../../domain/credential/did-web.ts';
import { isNamespace } from './client-identifiers.ts';

/** Profiles of statements that a trusted issuer signs under its own identifier; JWT-SVIDs are a trust domain's. */
export type IssuerProfile = Exclude<Profile, 'jwt-svid'>;

/** What a trusted issuer may say, and how its word is checked. Only `issuer` is needed. */
export type TrustedIssuer = {
  /**
   * The issuer identifier, compared octet by octet with `iss`. Keys are discovered from it alone (RFC 8414). For profile vc+jwt alone it may be
   * a `did:web`, whose document gives the keys with which it asserts.
   */
  readonly issuer: string;
  /**
   * What its statements may be; `rfc7591` alone unless said. Each is told by its own `typ` and has claims of its own, so that none passes for
   * another. `cimd` needs `mayVouchFor.clientIdentifiers`.
   */
  readonly profiles?: readonly IssuerProfile[];
  /** Which of this server's identifiers it may name in `aud`; all of them unless said. */
  readonly audience?: readonly string[];
  /** Tenants of the issuer whose decisions count here (`tenant` of profile cimd); none unless said. */
  readonly tenants?: readonly string[];
  /** Accepted values of `alg`; ES256, ES384, PS256, RS256 and EdDSA unless said. Never `none`, never HMAC. */
  readonly algorithms?: readonly string[];
  /** Accepted values of `typ` for profile rfc7591; `JWT` unless said (RFC 8725 §3.11). */
  readonly types?: readonly string[];
  /** Whether a statement must name this authorization server in `aud`. Unless said, only an `aud` that is there must. */
  readonly requireAudience?: boolean;
  /** What the issuer may speak for; everything unless said. */
  readonly mayVouchFor?: {
    readonly softwareIds?: readonly string[];
    /** Values of a claim that names the publisher, for example `org_id`. A statement without the claim is refused. */
    readonly publishers?: { readonly claim: string; readonly values: readonly string[] };
    /** Hosts of attested redirect URIs, exact or `*.example.org` for what is below; loopback and private-use schemes are not hosts. */
    readonly redirectHosts?: readonly string[];
    /**
     * Client identifier URLs that statements of profile cimd may be about: whole URLs, or beginnings that end with `/`, whose host may be
     * `*.example.org` for what is below; `any` for every https URL.
     */
    readonly clientIdentifiers?: 'any' | readonly string[];
  };
  /** Seconds after `iat` for which a statement is honoured, whatever its `exp`. */
  readonly maxLifetimeSeconds?: number;
  /** Seconds that clocks may differ; 60 unless said. */
  readonly clockToleranceSeconds?: number;
  readonly status?: StatusPolicy;
  /** Seconds that keys are used beyond their `max-age` while the issuer cannot be reached; 86,400 unless said. */
  readonly maxStaleKeysSeconds?: number;
};

/** How the status of a statement is asked for (draft-ietf-oauth-status-list). */
export type StatusPolicy = {
  /**
   * `required`: a statement without a status is refused; the default, but for profile cimd, where a status is optional. `when_present`:
   * it stands. `never`: nobody is asked.
   */
  readonly resolve?: 'required' | 'when_present' | 'never';
  /** What happens when the list cannot be had in time: `refuse` (the default) or `accept`, which the provenance then says. */
  readonly whenUnavailable?: 'refuse' | 'accept';
  /** Seconds that a list is used beyond its `ttl` while the issuer cannot be reached; 3,600 unless said, never past its `exp`. */
  readonly maxStaleSeconds?: number;
  /** Seconds that a list is used at most, for a server that wants to hear of a revocation sooner than the issuer's `ttl` asks for. */
  readonly maxAgeSeconds?: number;
  /** What SUSPENDED means: `refuse` (the default) or `accept`. */
  readonly suspended?: 'refuse' | 'accept';
};

/** A trusted issuer with every default filled in. */
export type IssuerTrust = {
  readonly issuer: string;
  /** The URL that what it publishes lies below: the issuer itself, or what its DID names. */
  readonly place: string;
  readonly profiles: readonly IssuerProfile[];
  readonly audience: readonly string[] | undefined;
  readonly tenants: readonly string[];
  readonly algorithms: readonly string[];
  readonly types: readonly string[];
  readonly requireAudience: boolean;
  readonly mayVouchFor: NonNullable<TrustedIssuer['mayVouchFor']>;
  readonly maxLifetimeSeconds: number | undefined;
  readonly clockToleranceSeconds: number;
  readonly status: Required<Omit<StatusPolicy, 'resolve'>> & {
    /** Undefined for what the profile of a statement makes the default. */
    readonly resolve: StatusPolicy['resolve'];
  };
  readonly maxStaleKeysSeconds: number;
};

const DEFAULT_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];

const MAX_AGE_SECONDS = 43_200;

const PROFILES: readonly string[] = ['rfc7591', 'cimd', 'vc+jwt'] satisfies readonly IssuerProfile[];
/** Types that are a profile's own. */
export const PROFILE_TYPES: Readonly<Record<string, IssuerProfile>> = {
  'software-statement+jwt': 'cimd',
  'vc+jwt': 'vc+jwt',
};

const STATUS_CHOICES = {
  resolve: ['required', 'when_present', 'never'],
  whenUnavailable: ['refuse', 'accept'],
  suspended: ['refuse', 'accept'],
} as const;

/**
 * Fills in the defaults. Throws a TypeError that says what to change: a trust anchor configured wrongly must not start.
 *
 * @param allowHttp whether the issuer may be plain http beyond this machine
 */
export function trustOf(given: TrustedIssuer, allowHttp: boolean): IssuerTrust {
  const { issuer } = given;
  const profiles = profilesOf(given);
  const place = placeOf(issuer, profiles);
  // Beyond the scheme the same rules hold.
  if (!isIssuerIdentifier(allowHttp ? place.replace(/^http:/, 'https:') : place))
    throw new TypeError(
      `issuer ${JSON.stringify(issuer)} is not an issuer identifier: an https URL without query or fragment (RFC 8414 §2); http is for loopback hosts only`,
    );
  const algorithms = given.algorithms ?? DEFAULT_ALGORITHMS;
  const unknown = algorithms.filter((alg) => !Object.hasOwn(ALGORITHMS, alg));
  if (algorithms.length === 0 || unknown.length > 0)
    throw new TypeError(
      `algorithms of ${issuer} must name asymmetric algorithms only${unknown.length > 0 ? `, not ${unknown.join(', ')}` : ''} (RFC 8725 §3.1)`,
    );
  const types = given.types ?? ['JWT'];
  if (types.length === 0 || types.includes(''))
    throw new TypeError(`types of ${issuer} must name at least one typ, and no empty one`);
  const reserved = types.find((type) => profileOfType(type) !== undefined);
  if (reserved !== undefined)
    throw new TypeError(
      `types of ${issuer} must not name ${reserved}: it is the type of another profile (profiles: ['${profileOfType(reserved) ?? ''}'])`,
    );
  for (const host of given.mayVouchFor?.redirectHosts ?? [])
    if (!isHostPattern(host))
      throw new TypeError(
        `mayVouchFor.redirectHosts of ${issuer} must name hosts alone, in ASCII, with at most a leading *. and no port, not ${JSON.stringify(host)}`,
      );
  const { resolve, whenUnavailable = 'refuse', suspended = 'refuse' } = given.status ?? {};
  for (const [name, choices] of Object.entries(STATUS_CHOICES)) {
    const chosen = { resolve: resolve ?? 'required', whenUnavailable, suspended }[name];
    // Programs without types can say anything, and what is misspelt must not mean something laxer.
    if (!choices.some((choice) => choice === chosen))
      throw new TypeError(`status.${name} of ${issuer} must be one of ${choices.join(', ')}`);
  }
  return {
    issuer,
    place,
    profiles,
    audience: given.audience,
    tenants: given.tenants ?? [],
    algorithms,
    types,
    requireAudience: given.requireAudience ?? false,
    mayVouchFor: given.mayVouchFor ?? {},
    maxLifetimeSeconds:
      given.maxLifetimeSeconds === undefined
        ? undefined
        : seconds(issuer, 'maxLifetimeSeconds', given.maxLifetimeSeconds),
    clockToleranceSeconds: seconds(issuer, 'clockToleranceSeconds', given.clockToleranceSeconds ?? 60),
    status: {
      resolve,
      whenUnavailable,
      maxStaleSeconds: seconds(issuer, 'status.maxStaleSeconds', given.status?.maxStaleSeconds ?? 3_600),
      maxAgeSeconds: seconds(issuer, 'status.maxAgeSeconds', given.status?.maxAgeSeconds ?? MAX_AGE_SECONDS),
      suspended,
    },
    maxStaleKeysSeconds: seconds(issuer, 'maxStaleKeysSeconds', given.maxStaleKeysSeconds ?? 86_400),
  };
}

/** The profile that a `typ` belongs to alone; undefined for any other (RFC 7515 §4.1.9). */
export function profileOfType(typ: string): IssuerProfile | undefined {
  const type = typ.toLowerCase().replace(/^application\//, '');
  return Object.hasOwn(PROFILE_TYPES, type) ? PROFILE_TYPES[type] : undefined;
}

/** Where an issuer publishes. A DID that cannot be meant is left as it is, and refused as no issuer identifier. */
function placeOf(issuer: string, profiles: readonly IssuerProfile[]): string {
  if (!isDidWeb(issuer)) return issuer;
  if (profiles.some((profile) => profile !== 'vc+jwt'))
    throw new TypeError(`${issuer} is a DID, which issues credentials alone: profiles must be ['vc+jwt']`);
  const place = didWebPlace(issuer);
  if (!place.ok) throw new TypeError(`issuer ${JSON.stringify(issuer)} cannot be meant: ${place.error}`);
  return place.value;
}

function profilesOf({
  issuer,
  profiles = ['rfc7591'],
  mayVouchFor,
}: TrustedIssuer): readonly IssuerProfile[] {
  if (profiles.length === 0 || profiles.some((profile) => !PROFILES.includes(profile)))
    throw new TypeError(`profiles of ${issuer} must name some of ${PROFILES.join(', ')}`);
  const { clientIdentifiers } = mayVouchFor ?? {};
  if (clientIdentifiers === undefined && profiles.includes('cimd'))
    throw new TypeError(
      `profile cimd of ${issuer} needs mayVouchFor.clientIdentifiers: the client identifier URLs it may attest, or 'any'`,
    );
  if (clientIdentifiers !== undefined && clientIdentifiers !== 'any')
    for (const namespace of clientIdentifiers)
      if (!isNamespace(namespace))
        throw new TypeError(
          `mayVouchFor.clientIdentifiers of ${issuer} must name https URLs, or beginnings of them that end with /, not ${JSON.stringify(namespace)}`,
        );
  return profiles;
}

function isHostPattern(pattern: string): boolean {
  const host = pattern.toLowerCase().replace(/^\*\./, '');
  return (
    !host.includes('*') && URL.canParse(`https://${host}`) && new URL(`https://${host}`).hostname === host
  );
}

function seconds(issuer: string, name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new TypeError(`${name} of ${issuer} must be a whole number of seconds, not ${String(value)}`);
  return value;
}
