import type { WorkloadTokens } from '../exchange/workload-tokens.ts';
import { no } from '../exchange/token-refusals.ts';
import type { Issuer } from '../issuer.ts';

/** Verifies the tokens that platforms give their workloads. */
export function workloadTokens(_issuer: Issuer): WorkloadTokens {
  return { verify: async () => no('invalid_request', 'No platform is trusted here yet.') };
}
