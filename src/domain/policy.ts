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
};
