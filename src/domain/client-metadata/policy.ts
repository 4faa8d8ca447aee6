/** What an operator decides about client metadata. */
export type MetadataPolicy = {
  /** Members beyond the registered ones that may be signed. */
  readonly extraMembers: readonly string[];
  /** Grant types beyond the known ones. */
  readonly extraGrantTypes: readonly string[];
  readonly maxRedirectUris: number;
  /** Whether the implicit and password grants are errors or only warned of. */
  readonly deprecatedGrants: 'error' | 'warning';
  /** Whether a host outside the publisher's verified domains is an error or only warned of. */
  readonly unverifiedHosts: 'error' | 'warning';
};

export const DEFAULT_METADATA_POLICY: MetadataPolicy = {
  extraMembers: [],
  extraGrantTypes: [],
  maxRedirectUris: 50,
  deprecatedGrants: 'error',
  unverifiedHosts: 'warning',
};
