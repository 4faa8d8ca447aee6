import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { Result } from '../../domain/result.ts';
import type { Issuer } from '../issuer.ts';
import { clientKeys } from './client-keys.ts';
import { exchange, type ExchangeTools } from './exchange.ts';
import { cancel, poll, type DeferralRequest } from './poll.ts';
import { redeem, type RedemptionRequest } from './redeem.ts';
import type { Credentials, ExchangeRequest, TokenOutcome } from './request.ts';
import type { WorkloadTokens } from './workload-tokens.ts';

/** The token endpoint's use cases, with what they keep in memory between requests: keys of clients, and of those who vouch for workloads. */
export type TokenEndpoint = {
  exchange(request: ExchangeRequest, credentials: Credentials): Promise<Result<TokenOutcome, TokenRefusal>>;
  redeem(request: RedemptionRequest, credentials: Credentials): Promise<Result<TokenOutcome, TokenRefusal>>;
  poll(request: DeferralRequest, credentials: Credentials): Promise<Result<TokenOutcome, TokenRefusal>>;
  cancel(request: DeferralRequest, credentials: Credentials): Promise<Result<void, TokenRefusal>>;
};

/** Puts the token endpoint of an issuer together. */
export function tokenEndpoint(issuer: Issuer, workloads: WorkloadTokens): TokenEndpoint {
  const tools: ExchangeTools = { keysOf: clientKeys(issuer), workloads };
  return {
    exchange: (request, credentials) => exchange(issuer, tools, request, credentials),
    redeem: (request, credentials) => redeem(issuer, tools, request, credentials),
    poll: (request, credentials) => poll(issuer, tools, request, credentials),
    cancel: (request, credentials) => cancel(issuer, tools, request, credentials),
  };
}
