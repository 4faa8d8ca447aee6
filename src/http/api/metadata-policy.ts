import { z } from 'zod';
import type { MetadataPolicy } from '../../domain/client-metadata/policy.ts';
import { RESERVED, SERVER_ASSIGNED } from '../../domain/client-metadata/members.ts';

/** The part of the policy that rules client metadata, on the wire. */
export const metadataPolicySchema = z.strictObject({
  extra_members: z
    .array(
      z
        .string()
        .min(1)
        .max(100)
        .refine(
          (name) => !RESERVED.has(name) && !SERVER_ASSIGNED.has(name),
          'is a claim only the issuer or a server may set',
        ),
    )
    .max(100)
    .describe('members beyond the registered ones that may be signed'),
  extra_grant_types: z.array(z.string().min(1).max(200)).max(50),
  max_redirect_uris: z.int().min(1).max(200),
  deprecated_grants: z.enum(['error', 'warning']).describe('what the implicit and password grants are'),
  unverified_hosts: z.enum(['error', 'warning']).describe('what hosts outside the verified domains are'),
});

export function metadataPolicyOf(body: z.output<typeof metadataPolicySchema>): MetadataPolicy {
  return {
    extraMembers: body.extra_members,
    extraGrantTypes: body.extra_grant_types,
    maxRedirectUris: body.max_redirect_uris,
    deprecatedGrants: body.deprecated_grants,
    unverifiedHosts: body.unverified_hosts,
  };
}

export function metadataPolicyBody(policy: MetadataPolicy) {
  return {
    extra_members: policy.extraMembers,
    extra_grant_types: policy.extraGrantTypes,
    max_redirect_uris: policy.maxRedirectUris,
    deprecated_grants: policy.deprecatedGrants,
    unverified_hosts: policy.unverifiedHosts,
  };
}
