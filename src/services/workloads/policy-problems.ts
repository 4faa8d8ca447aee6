import type { ExchangePolicy, TrustedDomain } from '../../domain/policy.ts';
import { readTrustBundle } from '../../domain/spiffe/bundle.ts';

type Problem = { readonly pointer: string; readonly detail: string };

/** Members of a private or a symmetric JWK (RFC 7518 §6). The policy is shown to everybody and kept in the ledger. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** What is wrong with whom the policy trusts about workloads, beyond the form of its members. */
export function exchangePolicyProblems(policy: ExchangePolicy, identifier: string): readonly Problem[] {
  const own = policy.workloadIssuers.indexOf(identifier);
  return [
    ...(own < 0
      ? []
      : [
          {
            pointer: `/exchange/workload_issuers/${own}`,
            detail: 'This issuer signs no tokens of workloads.',
          },
        ]),
    ...policy.trustDomains.flatMap((domain, i) => {
      const detail = domainProblem(domain, policy.trustDomains.slice(0, i));
      return detail === undefined ? [] : [{ pointer: `/exchange/trust_domains/${i}`, detail }];
    }),
  ];
}

function domainProblem(domain: TrustedDomain, before: readonly TrustedDomain[]): string | undefined {
  const { trustDomain, bundle, bundleUrl } = domain;
  if (before.some((other) => other.trustDomain === trustDomain)) return `${trustDomain} stands here twice.`;
  if ((bundle === null) === (bundleUrl === null))
    return `${trustDomain} needs the URL of its bundle or the bundle itself, one of the two.`;
  if (bundle === null) return undefined;
  const read = readTrustBundle(bundle);
  if (!read.ok) return read.error;
  return [...read.value.keys.values()].some((key) => SECRET_MEMBERS.some((name) => name in key))
    ? 'The bundle holds a private key. Give its public keys alone.'
    : undefined;
}
