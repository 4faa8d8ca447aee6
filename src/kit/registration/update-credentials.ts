import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { needsSecret } from './admit.ts';
import { nowOf, type Registry } from './context.ts';
import { isCredential, newClientSecret, type NewCredential } from './credentials.ts';
import type { ManagementRequest } from './manage.ts';
import type { Registration } from './ports.ts';

/**
 * A secret is made when one is needed and there is none, when the one there was has expired, or when it may never have arrived: the request
 * comes with the token before the last rotation, so that answer was lost, and names no secret.
 */
export function secretFor(
  registry: Registry,
  registration: Registration,
  metadata: JsonObject,
  request: ManagementRequest & { readonly body: JsonValue },
): NewCredential | undefined {
  if (!needsSecret(metadata)) return undefined;
  const { secretSha256, secretExpiresAt, tokenSha256 } = registration;
  const isExpired = secretExpiresAt !== null && secretExpiresAt !== 0 && secretExpiresAt <= nowOf(registry);
  const isNamed = isJsonObject(request.body) && typeof request.body['client_secret'] === 'string';
  const isAnswerLost =
    !('isAuthenticated' in request) && !isCredential(request.registrationAccessToken, tokenSha256);
  return secretSha256 === null || isExpired || (isAnswerLost && !isNamed)
    ? newClientSecret(registry.random)
    : undefined;
}

/** A client that no longer needs its secret loses it. */
export function keptSecret(
  registration: Registration,
  metadata: JsonObject,
): Pick<Registration, 'secretSha256' | 'secretExpiresAt'> {
  return needsSecret(metadata)
    ? { secretSha256: registration.secretSha256, secretExpiresAt: registration.secretExpiresAt }
    : { secretSha256: null, secretExpiresAt: null };
}

/** The registration access token changes with each update; the one that was presented stays good for a while. */
export function rotated(
  registry: Registry,
  { tokenSha256, previousTokenSha256 }: Registration,
  request: ManagementRequest,
  newSha256: string,
): Pick<Registration, 'tokenSha256'> & Partial<Registration> {
  if ('isAuthenticated' in request) return { tokenSha256 };
  return {
    tokenSha256: newSha256,
    previousTokenSha256: isCredential(request.registrationAccessToken, tokenSha256)
      ? tokenSha256
      : previousTokenSha256,
    previousTokenUntil: nowOf(registry) + registry.policy.previousTokenSeconds,
  };
}
