import { ALGORITHMS } from '../../domain/statement/judge.ts';
import { isIssuerIdentifier } from '../../domain/statement/audience.ts';

/** What a trusted issuer may say, and how its word is checked. Only `issuer` is needed. */
export type TrustedIssuer = {
  /** The issuer identifier, compared octet by octet with `iss`. Keys are discovered from it alone (RFC 8414). */
  readonly issuer: string;
  /** Accepted values of `alg`; ES256, ES384, PS256, RS256 and EdDSA unless said. Never `none`, never HMAC. */
  readonly algorithms?: readonly string[];
  /** Accepted values of `typ`; `JWT` unless said (RFC 8725 §3.11). */
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
  /** `required` (the default): a statement without a status is refused. `when_present`: it stands. `never`: nobody is asked. */
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
  readonly algorithms: readonly string[];
  readonly types: readonly string[];
  readonly requireAudience: boolean;
  readonly mayVouchFor: NonNullable<TrustedIssuer['mayVouchFor']>;
  readonly maxLifetimeSeconds: number | undefined;
  readonly clockToleranceSeconds: number;
  readonly status: Required<StatusPolicy>;
  readonly maxStaleKeysSeconds: number;
};

const DEFAULT_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];

const MAX_AGE_SECONDS = 43_200;

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
  // Beyond the scheme the same rules hold.
  if (!isIssuerIdentifier(allowHttp ? issuer.replace(/^http:/, 'https:') : issuer))
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
  for (const host of given.mayVouchFor?.redirectHosts ?? [])
    if (!isHostPattern(host))
      throw new TypeError(
        `mayVouchFor.redirectHosts of ${issuer} must name hosts alone, in ASCII, with at most a leading *. and no port, not ${JSON.stringify(host)}`,
      );
  const { resolve = 'required', whenUnavailable = 'refuse', suspended = 'refuse' } = given.status ?? {};
  for (const [name, choices] of Object.entries(STATUS_CHOICES)) {
    const chosen = { resolve, whenUnavailable, suspended }[name];
    // Programs without types can say anything, and what is misspelt must not mean something laxer.
    if (!choices.some((choice) => choice === chosen))
      throw new TypeError(`status.${name} of ${issuer} must be one of ${choices.join(', ')}`);
  }
  return {
    issuer,
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
