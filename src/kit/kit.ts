/**
 * `imprimatur/kit`: what an authorization server embeds to trust an issuer of software statements and to govern registration.
 * Everything here runs on Node, Workers and wherever else there is Web Crypto and `node:crypto`'s hash.
 */
export {
  createStatementVerifier,
  type Provenance,
  type StatementStatus,
  type StatementVerifier,
  type StatementVerifierOptions,
  type VerifiedStatement,
} from './verifier/statement-verifier.ts';
export type { IssuerProfile, StatusPolicy, TrustedIssuer } from './verifier/trusted-issuer.ts';
export type { TrustedTrustDomain } from './verifier/trust-domains.ts';
export type { StatementErrorCode, StatementRefusal, StatementRefusalReason } from './verifier/refusal.ts';

export {
  createRegistrationEndpoint,
  mountRegistrar,
  type Limits,
  type RegistrationEndpoint,
  type RegistrationEndpointOptions,
} from './registration/endpoint.ts';
export { createClientsEndpoint } from './registration/clients-endpoint.ts';
export { createRegistrar, type Registrar, type RegistrarOptions } from './registration/registrar.ts';
export type { ClientClass, RegistrationPolicy, Requirement } from './registration/policy.ts';
export type { RegistrationErrorCode, RegistrationRefusal } from './registration/refusal.ts';
export type { NewClientRequest, Registered } from './registration/register.ts';
export type { ManagementRequest } from './registration/manage.ts';
export type { ClientStanding } from './registration/standing.ts';
export type { Swept, SweepOptions, SweepResult } from './registration/sweep.ts';
export type {
  HostClient,
  HostClients,
  HostRefusal,
  Registration,
  RegistrationFilter,
  RegistrationStore,
} from './registration/ports.ts';
export { createMemoryStore } from './registration/memory-store.ts';
export { registrationMetadata } from './registration/discovery.ts';
export { cloudflareAddress, nodeAddress } from './registration/client-address.ts';
export { memoryRateLimiter, type RateLimit, type RateLimiter } from '../domain/rate-limit.ts';
export { takePrecedence } from './registration/request.ts';
export {
  createRegistrationDiscovery,
  type DiscoveryRefusal,
  type RegistrationDiscovery,
} from './client/discover-registration.ts';
export type { FetchedDocument, Fetcher, FetchRefusal, FetchWanted } from '../domain/network/fetcher.ts';
