import { err, ok, type Result } from '../../domain/result.ts';
import { clientInformation } from './client-information.ts';
import { nowOf, type Registry } from './context.ts';
import { isCredential } from './credentials.ts';
import { endRegistration } from './end.ts';
import type { Registration } from './ports.ts';
import type { Registered } from './register.ts';
import { refuseToken, type RegistrationRefusal } from './refusal.ts';

/**
 * Who asks to see or change a registration: the client it is about. A host that hands out registration access tokens of its own, and has
 * checked the one at hand, says `isAuthenticated`.
 */
export type ManagementRequest =
  | { readonly clientId: string; readonly registrationAccessToken: string }
  | { readonly clientId: string; readonly isAuthenticated: true };

/**
 * The registration that a registration access token is for. An unknown client, one that ended and a wrong token get the same 401
 * (RFC 7592 §2.1: never 404, which would tell strangers which clients exist).
 */
export async function managed(
  registry: Registry,
  request: ManagementRequest,
): Promise<Result<Registration, RegistrationRefusal>> {
  const registration = await registry.store.registration(request.clientId);
  const refusal = refuseToken(
    'registration_access_token',
    'The registration access token is not valid for this client. Register the client anew if it is gone.',
  );
  if (registration === undefined || registration.state === 'ended') return err(refusal);
  if ('isAuthenticated' in request) return ok(registration);
  const { tokenSha256, previousTokenSha256, previousTokenUntil } = registration;
  const isCurrent = isCredential(request.registrationAccessToken, tokenSha256);
  const isPrevious =
    isCredential(request.registrationAccessToken, previousTokenSha256) &&
    (previousTokenUntil ?? 0) > nowOf(registry);
  return isCurrent || isPrevious ? ok(registration) : err(refusal);
}

/** The client's own view of its registration (RFC 7592 §2.1). A secret cannot be shown again: only its digest is kept. */
export async function read(
  registry: Registry,
  request: ManagementRequest,
): Promise<Result<Registered, RegistrationRefusal>> {
  const found = await managed(registry, request);
  if (!found.ok) return found;
  const information = clientInformation(
    registry,
    found.value,
    'isAuthenticated' in request ? {} : { registrationAccessToken: request.registrationAccessToken },
  );
  return ok({ registration: found.value, information });
}

/** Deletes a registration at its client's wish (RFC 7592 §2.3). */
export async function remove(
  registry: Registry,
  request: ManagementRequest,
): Promise<Result<void, RegistrationRefusal>> {
  const found = await managed(registry, request);
  if (!found.ok) return found;
  const ended = await endRegistration(registry, request.clientId, 'deleted', 'the client deleted it');
  return ended.ok ? ok(undefined) : ended;
}
