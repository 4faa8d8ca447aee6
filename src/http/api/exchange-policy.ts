import { z } from 'zod';
import type { ExchangePolicy } from '../../domain/policy.ts';
import { FORMS } from '../../domain/workload/rule-reader.ts';
import { givenObject } from './schemas.ts';

const seconds = (least: number, most: number) => z.int().min(least).max(most);

/** What the token endpoint accepts, on the wire. */
export const exchangePolicySchema = z.strictObject({
  workload_issuers: z
    .array(z.string().max(500).regex(FORMS.issuer, 'must be the https URL of an issuer'))
    .max(100)
    .describe('OpenID Connect issuers whose tokens workloads may be bound to'),
  trust_domains: z
    .array(
      z.strictObject({
        trust_domain: z.string().regex(/^[a-z0-9._-]{1,255}$/, 'must be a SPIFFE trust domain name'),
        bundle_url: z
          .url({ protocol: /^https$/ })
          .max(500)
          .nullable()
          .describe('https bundle endpoint'),
        bundle: givenObject.nullable().describe('the bundle itself, where there is no endpoint'),
        expected_iss: z.string().min(1).max(500).nullable(),
      }),
    )
    .max(100),
  renewal_grace_seconds: seconds(0, 90 * 86_400).describe(
    'for so long after it expired a statement still renews itself',
  ),
  deferral_lifetime_seconds: seconds(1, 90 * 86_400).describe('for so long a request waits for people'),
  poll_interval_seconds: seconds(1, 3_600),
  max_pending: z.int().min(1).max(1_000).describe('how many requests about one software may wait'),
});

export function exchangePolicyOf(body: z.output<typeof exchangePolicySchema>): ExchangePolicy {
  return {
    workloadIssuers: body.workload_issuers,
    trustDomains: body.trust_domains.map((each) => ({
      trustDomain: each.trust_domain,
      bundleUrl: each.bundle_url,
      bundle: each.bundle,
      expectedIss: each.expected_iss,
    })),
    renewalGraceSeconds: body.renewal_grace_seconds,
    deferralLifetimeSeconds: body.deferral_lifetime_seconds,
    pollIntervalSeconds: body.poll_interval_seconds,
    maxPending: body.max_pending,
  };
}

export function exchangePolicyBody(policy: ExchangePolicy) {
  return {
    workload_issuers: policy.workloadIssuers,
    trust_domains: policy.trustDomains.map((each) => ({
      trust_domain: each.trustDomain,
      bundle_url: each.bundleUrl,
      bundle: each.bundle,
      expected_iss: each.expectedIss,
    })),
    renewal_grace_seconds: policy.renewalGraceSeconds,
    deferral_lifetime_seconds: policy.deferralLifetimeSeconds,
    poll_interval_seconds: policy.pollIntervalSeconds,
    max_pending: policy.maxPending,
  };
}
