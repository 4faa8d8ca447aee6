import type { Profile } from '../../domain/statement/statement.ts';
import { DEFAULT_METADATA_POLICY, type MetadataPolicy } from '../../domain/client-metadata/policy.ts';

/** What it takes to register. */
export type Requirement = 'nothing' | 'initial_access_token' | 'software_statement' | 'both';

/**
 * A kind of client: who belongs to it, what it takes to register, what may be registered and for how long. Only `name` and
 * `requires` are needed.
 */
export type ClientClass = {
  readonly name: string;
  readonly requires: Requirement;
  /** Which clients belong to it; every condition given must hold. Classes are tried in order, and the first that fits decides. */
  readonly fits?: {
    readonly application_type?: 'web' | 'native';
    readonly token_endpoint_auth_method?: readonly string[];
    /** All of the client's grant types are among these. */
    readonly grant_types?: readonly string[];
    /** Whether the request carries a software statement. */
    readonly software_statement?: boolean;
    /** The request carries a software statement of one of these profiles. */
    readonly statement_profiles?: readonly Profile[];
  };
  /** Grant types that may be registered; authorization_code, refresh_token, client_credentials and device_code unless said. */
  readonly grantTypes?: readonly string[];
  /** Methods that may be registered. `client_secret_jwt` cannot: secrets are kept as digests. */
  readonly authMethods?: readonly string[];
  /** Scope tokens that may be granted; any when absent. What is asked for beyond them is left out of what is granted. */
  readonly scopes?: readonly string[];
  /** What a client gets that asks for no scope; none when absent. */
  readonly defaultScope?: string;
  /** Rules for metadata, the issuer's own (`domain/client-metadata/policy.ts`). */
  readonly metadata?: Partial<MetadataPolicy>;
  /** Seconds a registration lasts at most; no bound of its own when absent. */
  readonly lifetimeSeconds?: number;
  /** Whether a registration made from a statement ends with it: at its `exp`, and when its status is no longer valid. True unless said. */
  readonly boundToStatement?: boolean;
  /** Seconds after a registration lapsed in which a newer statement still renews it; 604,800 (a week) unless said. */
  readonly renewalGraceSeconds?: number;
  /**
   * Whether a client that came with a credential (profile vc+jwt) may be given a client secret; false unless said. One that came with a JWT-SVID
   * is never given one (draft-kasselman-oauth-dcr-trusted-issuer-token, Client Secrets).
   */
  readonly secretsForCredentials?: boolean;
  /** Seconds a client secret lasts; 0, the default, for no expiry. */
  readonly secretLifetimeSeconds?: number;
  /** Active registrations of one software at most; of one document (profile cimd) 1 unless said. */
  readonly maxPerSoftware?: number;
  /** Seconds after which a registration that was never used counts as abandoned; never when absent. */
  readonly abandonedAfterSeconds?: number;
  /** Members in which an update may add authority without a newer statement, for example `jwks` where each installation has its own key. */
  readonly mayGrow?: readonly string[];
};

export type RegistrationPolicy = {
  readonly classes: readonly ClientClass[];
  /**
   * When an older statement of a software is refused: once a newer one that attests less was seen (`when_narrowed`, the default), once
   * any newer one was seen (`newest`), or only by an operator's word (`manual`).
   */
  readonly iatFloor?: 'when_narrowed' | 'newest' | 'manual';
  /** Seconds for which the registration access token before a rotation stays good, so that a lost answer locks nobody out; 600 unless said. */
  readonly previousTokenSeconds?: number;
};

/** A class with every default filled in. */
export type Class = Required<
  Omit<
    ClientClass,
    | 'fits'
    | 'scopes'
    | 'defaultScope'
    | 'metadata'
    | 'lifetimeSeconds'
    | 'maxPerSoftware'
    | 'abandonedAfterSeconds'
  >
> & {
  readonly fits: NonNullable<ClientClass['fits']>;
  readonly scopes: readonly string[] | undefined;
  readonly defaultScope: string | undefined;
  readonly metadata: MetadataPolicy;
  readonly lifetimeSeconds: number | undefined;
  readonly maxPerSoftware: number | undefined;
  readonly abandonedAfterSeconds: number | undefined;
};

export type Policy = {
  readonly classes: readonly Class[];
  readonly iatFloor: NonNullable<RegistrationPolicy['iatFloor']>;
  readonly previousTokenSeconds: number;
};

/** Statements or nothing: what a server does that is told no more. */
export const DEFAULT_REGISTRATION_POLICY: RegistrationPolicy = {
  classes: [{ name: 'attested', requires: 'software_statement' }],
};

const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
];
const AUTH_METHODS = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  // What a client that came with a JWT-SVID has; no other is let through by the rules for metadata.
  'spiffe_jwt',
  'spiffe_x509',
  'spiffe_wit',
];
const WEEK_SECONDS = 7 * 86_400;

/** Fills in the defaults. Throws a TypeError that says what to change. */
export function policyOf(given: RegistrationPolicy): Policy {
  if (given.classes.length === 0) throw new TypeError('policy.classes is empty: nobody could register');
  const names = given.classes.map(({ name }) => name);
  const [double] = names.filter((name, i) => names.indexOf(name) < i);
  if (double !== undefined) throw new TypeError(`policy.classes has two classes named ${double}`);
  return {
    classes: given.classes.map(classOf),
    iatFloor: given.iatFloor ?? 'when_narrowed',
    previousTokenSeconds: whole('policy.previousTokenSeconds', given.previousTokenSeconds ?? 600),
  };
}

function classOf(given: ClientClass): Class {
  const { name } = given;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new TypeError(
      `class name ${JSON.stringify(name)}: up to 64 letters, digits, dots, dashes and underscores`,
    );
  const authMethods = given.authMethods ?? AUTH_METHODS;
  if (authMethods.includes('client_secret_jwt'))
    throw new TypeError(
      `class ${name}: client_secret_jwt needs the secret itself, and only its digest is kept`,
    );
  const optional = (member: 'lifetimeSeconds' | 'maxPerSoftware' | 'abandonedAfterSeconds') => {
    const value = given[member];
    return value === undefined ? undefined : whole(`${member} of class ${name}`, value);
  };
  return {
    name,
    requires: given.requires,
    fits: given.fits ?? {},
    grantTypes: given.grantTypes ?? GRANT_TYPES,
    authMethods,
    scopes: given.scopes,
    defaultScope: given.defaultScope,
    metadata: { ...DEFAULT_METADATA_POLICY, ...given.metadata },
    lifetimeSeconds: optional('lifetimeSeconds'),
    boundToStatement: given.boundToStatement ?? true,
    renewalGraceSeconds: whole(
      `renewalGraceSeconds of class ${name}`,
      given.renewalGraceSeconds ?? WEEK_SECONDS,
    ),
    secretsForCredentials: given.secretsForCredentials ?? false,
    secretLifetimeSeconds: whole(`secretLifetimeSeconds of class ${name}`, given.secretLifetimeSeconds ?? 0),
    maxPerSoftware: optional('maxPerSoftware'),
    abandonedAfterSeconds: optional('abandonedAfterSeconds'),
    mayGrow: given.mayGrow ?? [],
  };
}

function whole(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new TypeError(`${name} must be a whole number, not ${String(value)}`);
  return value;
}
