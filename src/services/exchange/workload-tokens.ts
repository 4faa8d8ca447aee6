import type { SpentToken } from '../../domain/exchange/exchange.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { Result } from '../../domain/result.ts';
import type { Workload } from '../../domain/workload/workload.ts';

/** A token of a platform that fits the rules of a workload. */
export type VerifiedWorkload = {
  readonly workload: Workload;
  /** What keeps the token from being used a second time. */
  readonly spent: SpentToken;
  /** What the ledger keeps of it: ids and places, never the token. */
  readonly record: JsonObject;
};

/** Verifies tokens of CI jobs and services against the rules they are bound by. */
export type WorkloadTokens = {
  /**
   * @param text a JWT of an OpenID Connect issuer or a SPIFFE trust domain that policy trusts
   * @param workloads the active bindings of one software; the first whose rules fit wins
   */
  verify(text: string, workloads: readonly Workload[]): Promise<Result<VerifiedWorkload, TokenRefusal>>;
};
