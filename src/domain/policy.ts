import type { IssuerRole } from './access.ts';
import type { JsonObject } from './json.ts';
import type { MetadataPolicy } from './client-metadata/policy.ts';
import { DEFAULT_METADATA_POLICY } from './client-metadata/policy.ts';
import { DEFAULT_KEY_TIMES, type KeyTimes } from './signing-key.ts';

/** What the operator decides once for everybody. Kept in versions; each submission names the one it met. */
export type IssuerPolicy = {
  readonly version: number;
  /** How many different reviewers must approve. */
  readonly requiredApprovals: 1 | 2;
  readonly statement: {
    /** Seconds. */
    readonly defaultLifetimeSeconds: number;
    readonly maxLifetimeSeconds: number;
    /** `any` valid RFC 8414 issuer identifier, or only these; an empty list allows no audience. */
    readonly audiences: 'any' | readonly string[];
    readonly maxAudiences: number;
  };
  readonly metadata: MetadataPolicy;
  readonly keys: KeyTimes;
  readonly signIn: SignInPolicy;
  readonly exchange: ExchangePolicy;
};

/** What the token endpoint accepts, and how long it waits for people. */
export type ExchangePolicy = {
  /** OpenID Connect issuers whose tokens publishers may bind workloads to. Each is trusted to say who runs there. */
  readonly workloadIssuers: readonly string[];
  /** SPIFFE trust domains whose JWT-SVIDs publishers may bind workloads to. */
  readonly trustDomains: readonly TrustedDomain[];
  /** Seconds after its `exp` for which a statement still renews itself. */
  readonly renewalGraceSeconds: number;
  /** Seconds for which a request waits for people. */
  readonly deferralLifetimeSeconds: number;
  /** Seconds a client waits between two polls. */
  readonly pollIntervalSeconds: number;
  /** How many requests about one software may wait at once. */
  readonly maxPending: number;
};

/** A SPIFFE trust domain that is trusted, and where its keys come from: configured, never inferred (SPIFFE Federation §4). */
export type TrustedDomain = {
  readonly trustDomain: string;
  /** https URL of its bundle endpoint (profile https_web); null when the bundle itself is given. */
  readonly bundleUrl: string | null;
  readonly bundle: JsonObject | null;
  /** What `iss` must be where a JWT-SVID has one; null when it does not matter. */
  readonly expectedIss: string | null;
};

/** Whether a way to sign in may be used, and whether it is the only one. */
export type SignInChoice = 'allowed' | 'required' | 'off';

/** How people sign in at the console. */
export type SignInPolicy = {
  readonly passkeys: SignInChoice;
  readonly openIdConnect: SignInChoice;
  /** Roles by group: the claim of an ID token that holds a person's groups, and what each group may do. */
  readonly groups: {
    readonly claim: string;
    readonly roles: Readonly<Record<string, readonly IssuerRole[]>>;
  };
  readonly session: {
    /** Seconds without a request after which a session is over. */
    readonly idleSeconds: number;
    /** Seconds after which it is over whatever happens. */
    readonly absoluteSeconds: number;
    /** Seconds for which a passkey just shown lets its owner do what asks for one. */
    readonly stepUpSeconds: number;
  };
};

export const DEFAULT_POLICY: IssuerPolicy = {
  version: 1,
  requiredApprovals: 1,
  statement: {
    defaultLifetimeSeconds: 90 * 86_400,
    maxLifetimeSeconds: 400 * 86_400,
    audiences: 'any',
    maxAudiences: 20,
  },
  metadata: DEFAULT_METADATA_POLICY,
  keys: DEFAULT_KEY_TIMES,
  signIn: {
    passkeys: 'allowed',
    openIdConnect: 'allowed',
    groups: { claim: 'groups', roles: {} },
    session: { idleSeconds: 8 * 3_600, absoluteSeconds: 7 * 86_400, stepUpSeconds: 600 },
  },
  exchange: {
    workloadIssuers: ['https://token.actions.githubusercontent.com', 'https://gitlab.com'],
    trustDomains: [],
    renewalGraceSeconds: 7 * 86_400,
    deferralLifetimeSeconds: 14 * 86_400,
    pollIntervalSeconds: 30,
    maxPending: 20,
  },
};
