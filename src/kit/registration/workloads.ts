import type { VerifiedStatement } from '../verifier/statement-verifier.ts';
import { nowOf, type Registry } from './context.ts';
import type { Registration } from './ports.ts';
import { standingOfRegistration } from './standing.ts';

/**
 * The registration that a workload has already: the same trust domain, SPIFFE ID and endpoint are the same client, however many SVIDs and
 * replicas it has. Undefined for every statement that is no JWT-SVID.
 */
export async function registrationOfWorkload(
  registry: Registry,
  statement: VerifiedStatement | undefined,
): Promise<Registration | undefined> {
  if (statement?.profile !== 'jwt-svid') return undefined;
  return registrationOf(registry, statement.provenance.issuer, statement.softwareId);
}

/**
 * A registration whose workload registers again: the same client, with a life begun anew. An SVID that is older than the one it rests on, of
 * another replica perhaps, takes nothing back.
 *
 * @param fresh what would be registered if there were none yet
 */
export function registeredAgain(
  registry: Registry,
  existing: Registration,
  fresh: Registration,
): Registration {
  const isOlder = (fresh.governing?.issuedAt ?? 0) < (existing.governing?.issuedAt ?? 0);
  const { clientClass, metadata, governing, expiresAt } = isOlder ? existing : fresh;
  return {
    ...existing,
    clientClass,
    metadata,
    governing,
    expiresAt,
    updatedAt: fresh.updatedAt,
    secretSha256: null,
    secretExpiresAt: null,
    tokenSha256: fresh.tokenSha256,
    // Another replica may hold the one before.
    previousTokenSha256: existing.tokenSha256,
    previousTokenUntil: nowOf(registry) + registry.policy.previousTokenSeconds,
    version: existing.version + 1,
  };
}

/**
 * Authenticates a client by the JWT-SVID of its workload (draft-ietf-oauth-spiffe-client-auth §3.1): its only audience is the authorization server,
 * so that an SVID that registered, and is returned and kept, never logs in.
 *
 * @returns the registration when it is live and its method is `spiffe_jwt`
 */
export async function authenticateWorkload(
  registry: Registry,
  svid: string,
): Promise<Registration | undefined> {
  const login = await registry.verifier?.verifyLogin(svid, registry.authorizationServer);
  if (login?.ok !== true) {
    if (login !== undefined) {
      const { reason, detail } = login.error;
      registry.log('info', 'registration.login_refused', { reason, detail });
    }
    return undefined;
  }
  const found = await registrationOf(registry, login.value.issuer, login.value.spiffeId);
  if (found?.metadata['token_endpoint_auth_method'] !== 'spiffe_jwt') return undefined;
  return (await standingOfRegistration(registry, found)).outcome === 'live' ? found : undefined;
}

async function registrationOf(
  { store }: Registry,
  issuer: string,
  softwareId: string,
): Promise<Registration | undefined> {
  return (await store.registrations({ issuer, softwareId, state: 'active' }, undefined, 1))[0];
}
