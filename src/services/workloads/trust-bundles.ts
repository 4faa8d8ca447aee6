import type { TrustedDomain } from '../../domain/policy.ts';
import { readTrustBundle } from '../../domain/spiffe/bundle.ts';
import { bundleEndpoint, staticBundle, type BundleSource } from '../../domain/spiffe/bundle-source.ts';
import type { Issuer } from '../issuer.ts';

/** The bundles of the trust domains that policy names. */
export type TrustBundles = { sourceOf(domain: TrustedDomain): BundleSource | undefined };

/** Keeps a source for each trust domain as it is configured now: another URL or bundle is another source. */
export function trustBundles(issuer: Issuer): TrustBundles {
  const sources = new Map<
    string,
    { readonly configured: string; readonly source: BundleSource | undefined }
  >();
  return {
    sourceOf: (domain) => {
      const configured = JSON.stringify([domain.bundleUrl, domain.bundle]);
      const known = sources.get(domain.trustDomain);
      if (known?.configured === configured) return known.source;
      const source = makeSource(issuer, domain);
      sources.set(domain.trustDomain, { configured, source });
      return source;
    },
  };
}

function makeSource(issuer: Issuer, { bundleUrl, bundle }: TrustedDomain): BundleSource | undefined {
  if (bundle !== null) {
    const read = readTrustBundle(bundle);
    return read.ok ? staticBundle(read.value) : undefined;
  }
  return bundleUrl === null
    ? undefined
    : bundleEndpoint({ url: bundleUrl, fetcher: issuer.fetcher, now: () => issuer.clock.now() });
}
