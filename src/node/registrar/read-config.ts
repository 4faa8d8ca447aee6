import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { PROFILES } from '../../domain/statement/statement.ts';

const seconds = z.int().min(0);
const texts = z.array(z.string().min(1));

/** Options of the kit's `TrustedIssuer`, by the same names. */
const trustedIssuer = z.strictObject({
  issuer: z.string().min(1),
  profiles: z.array(z.enum(['rfc7591', 'cimd', 'vc+jwt'])).exactOptional(),
  audience: texts.exactOptional(),
  tenants: texts.exactOptional(),
  algorithms: texts.exactOptional(),
  types: texts.exactOptional(),
  requireAudience: z.boolean().exactOptional(),
  mayVouchFor: z
    .strictObject({
      softwareIds: texts.exactOptional(),
      publishers: z.strictObject({ claim: z.string().min(1), values: texts }).exactOptional(),
      redirectHosts: texts.exactOptional(),
      clientIdentifiers: z.union([z.literal('any'), texts]).exactOptional(),
    })
    .exactOptional(),
  maxLifetimeSeconds: seconds.exactOptional(),
  clockToleranceSeconds: seconds.exactOptional(),
  status: z
    .strictObject({
      resolve: z.enum(['required', 'when_present', 'never']).exactOptional(),
      whenUnavailable: z.enum(['refuse', 'accept']).exactOptional(),
      maxStaleSeconds: seconds.exactOptional(),
      maxAgeSeconds: seconds.exactOptional(),
      suspended: z.enum(['refuse', 'accept']).exactOptional(),
    })
    .exactOptional(),
  maxStaleKeysSeconds: seconds.exactOptional(),
});

/** Options of the kit's `TrustedTrustDomain`, by the same names. `audience` is the registration endpoint unless said. */
const trustDomain = z.strictObject({
  trustDomain: z.string().min(1),
  bundle: z.record(z.string(), z.json()).exactOptional(),
  bundleEndpoint: z.url().exactOptional(),
  audience: z.url().exactOptional(),
  spiffeIds: texts,
  issuer: z.string().min(1).nullable().exactOptional(),
  requireIssuer: z.boolean().exactOptional(),
  members: texts.exactOptional(),
  defaults: z.record(z.string(), z.json()).exactOptional(),
  redirectHosts: texts.exactOptional(),
  maxLifetimeSeconds: seconds.exactOptional(),
  registrationSeconds: seconds.exactOptional(),
  clockToleranceSeconds: seconds.exactOptional(),
});

/** Options of the kit's `ClientClass`, by the same names. */
const clientClass = z.strictObject({
  name: z.string(),
  requires: z.enum(['nothing', 'initial_access_token', 'software_statement', 'both']),
  fits: z
    .strictObject({
      application_type: z.enum(['web', 'native']).exactOptional(),
      token_endpoint_auth_method: texts.exactOptional(),
      grant_types: texts.exactOptional(),
      software_statement: z.boolean().exactOptional(),
      statement_profiles: z.array(z.enum(PROFILES)).exactOptional(),
    })
    .exactOptional(),
  grantTypes: texts.exactOptional(),
  authMethods: texts.exactOptional(),
  scopes: texts.exactOptional(),
  defaultScope: z.string().exactOptional(),
  metadata: z
    .strictObject({
      extraMembers: texts.exactOptional(),
      extraGrantTypes: texts.exactOptional(),
      maxRedirectUris: z.int().min(1).exactOptional(),
      deprecatedGrants: z.enum(['error', 'warning']).exactOptional(),
    })
    .exactOptional(),
  lifetimeSeconds: seconds.exactOptional(),
  boundToStatement: z.boolean().exactOptional(),
  renewalGraceSeconds: seconds.exactOptional(),
  secretsForCredentials: z.boolean().exactOptional(),
  secretLifetimeSeconds: seconds.exactOptional(),
  maxPerSoftware: seconds.exactOptional(),
  abandonedAfterSeconds: seconds.exactOptional(),
  mayGrow: texts.exactOptional(),
});

const rateLimit = z
  .union([z.literal(false), z.strictObject({ uses: z.int().min(1), seconds: z.int().min(1) })])
  .exactOptional();

const config = z.strictObject({
  /** RFC 8414 issuer identifier of the authorization server that clients register for. */
  authorizationServer: z.string().default('http://localhost:8789'),
  /** URL of the registration endpoint as clients reach it; `<authorizationServer>/register` unless said. */
  endpoint: z.string().exactOptional(),
  issuers: z.array(trustedIssuer).default([]),
  /** SPIFFE trust domains whose workloads register with JWT-SVIDs. */
  trustDomains: z.array(trustDomain).default([]),
  /** The tenant that registers here, for statements that name one (`aud_tenant`). */
  tenant: z.string().min(1).exactOptional(),
  /** What statements may name in `aud`; the authorization server unless said. */
  audience: texts.exactOptional(),
  policy: z
    .strictObject({
      classes: z.array(clientClass).min(1),
      iatFloor: z.enum(['when_narrowed', 'newest', 'manual']).exactOptional(),
      previousTokenSeconds: seconds.exactOptional(),
    })
    .exactOptional(),
  limits: z.strictObject({ address: rateLimit, token: rateLimit, statement: rateLimit }).exactOptional(),
  /** Header in which a proxy in front names the client's address; its last entry counts. */
  addressHeader: z.string().exactOptional(),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8789),
  /** Directory of the database. */
  data: z.string().default('./registrar-data'),
  /** Directory of the sealed key that signs the audit log. */
  keys: z.string().default('./registrar-keys'),
  /** Minutes between two sweeps while serving; 0 for none. */
  sweepMinutes: z.int().min(0).default(60),
  /** Members of the authorization server's own metadata, to be published with the registrar's (RFC 8414 §2). */
  metadata: z.record(z.string(), z.json()).exactOptional(),
});

/** What the operator of a stand-alone registration server sets; the names are those of the kit's options. */
export type RegistrarConfig = z.infer<typeof config>;

export type ConfigRefusal = { readonly code: 'config'; readonly detail: string };

/**
 * Reads a configuration file, every problem at once. Without a file, defaults for this machine.
 *
 * @param trust issuers to trust beside those of the file
 */
export function readConfig(
  path: string | undefined,
  trust: readonly string[],
): Result<RegistrarConfig, ConfigRefusal> {
  const parsed = config.safeParse(path === undefined ? {} : contentsOf(path));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path: place, message }) => `  /${place.map(String).join('/')}: ${message}`,
    );
    return err({
      code: 'config',
      detail: `${path ?? 'the configuration'} cannot be used:\n${problems.join('\n')}`,
    });
  }
  return ok({
    ...parsed.data,
    issuers: [...parsed.data.issuers, ...trust.map((issuer) => ({ issuer }))],
  });
}

/** What a file holds; a text that says why when it cannot be read, which no configuration is. */
function contentsOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return String(error);
  }
}
