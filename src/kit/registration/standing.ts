import { nowOf, type Registry } from './context.ts';
import type { EndReason, Registration } from './ports.ts';

/** Whether a client may be used now, and if not, why. */
export type ClientStanding =
  | { readonly outcome: 'live'; readonly registration: Registration }
  /** It may come back: by a newer statement, or when its statement stands again. `reason` is for logs. */
  | {
      readonly outcome: 'lapsed';
      readonly registration: Registration;
      readonly because: 'expired' | 'revoked' | 'suspended' | 'statement' | 'unknown_status';
      readonly detail: string;
    }
  | { readonly outcome: 'ended'; readonly registration: Registration; readonly because: EndReason }
  | { readonly outcome: 'unknown' };

/**
 * Whether a client may be used at this moment. Ask before issuing a token: it costs one read, and the status list from memory.
 */
export async function standingOf(registry: Registry, clientId: string): Promise<ClientStanding> {
  const registration = await registry.store.registration(clientId);
  return registration === undefined ? { outcome: 'unknown' } : standingOfRegistration(registry, registration);
}

/** The same for a registration that was read already. */
export async function standingOfRegistration(
  registry: Registry,
  registration: Registration,
): Promise<ClientStanding> {
  if (registration.state === 'ended')
    return { outcome: 'ended', registration, because: registration.endReason ?? 'operator' };
  const { governing, expiresAt } = registration;
  if (expiresAt !== null && expiresAt <= nowOf(registry))
    return {
      outcome: 'lapsed',
      registration,
      because: 'expired',
      detail: `It expired at ${new Date(expiresAt * 1000).toISOString()}.`,
    };
  const isBound = classOf(registry, registration)?.boundToStatement ?? true;
  if (governing === null || !isBound) return { outcome: 'live', registration };
  if (registry.verifier === undefined)
    return lapsed(
      registration,
      'unknown_status',
      'No verifier is configured, so its statement cannot be checked.',
    );
  const standing = await registry.verifier.standing(governing);
  if (standing.ok) return { outcome: 'live', registration };
  const { reason, detail, retryAfterSeconds } = standing.error;
  if (retryAfterSeconds !== undefined) return lapsed(registration, 'unknown_status', detail);
  return lapsed(registration, reason === 'revoked' || reason === 'suspended' ? reason : 'statement', detail);
}

/** The class a registration was admitted to; undefined when the policy has it no more. */
export function classOf(registry: Registry, registration: Registration) {
  return registry.policy.classes.find(({ name }) => name === registration.clientClass);
}

/** Whether a registration lapsed longer ago than its class lets a newer statement renew it. */
export function isGraceOver(registry: Registry, registration: Registration): boolean {
  const { expiresAt } = registration;
  const grace = classOf(registry, registration)?.renewalGraceSeconds ?? 0;
  return expiresAt !== null && expiresAt + grace <= nowOf(registry);
}

function lapsed(
  registration: Registration,
  because: 'revoked' | 'suspended' | 'statement' | 'unknown_status',
  detail: string,
): ClientStanding {
  return { outcome: 'lapsed', registration, because, detail };
}
