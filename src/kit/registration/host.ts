import { hostClient } from './client-information.ts';
import { nowOf, type Registry } from './context.ts';
import type { Registration } from './ports.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

/** Seconds after its end in which each sweep tells the host again to forget a client: a host is not out of order for longer. */
const REMINDED_SECONDS = 7 * 86_400;
/** Newer versions of a client that are passed on to the host in one request. */
const MAX_CATCH_UP = 10;

/** Asks the host before anything is stored. */
export async function hostRefusal(
  registry: Registry,
  registration: Registration,
  secret: string | undefined,
): Promise<RegistrationRefusal | undefined> {
  const refusal = await registry.clients?.check?.(hostClient(registration, secret));
  return refusal === undefined ? undefined : refuse(refusal.error, 'host', refusal.description);
}

/**
 * Gives the host a registration that is durable. Requests reach the host in another order than they were committed: whoever comes late
 * looks at what is stored by then, and leaves the host with that.
 *
 * @param secret the one just made, if one was
 * @returns whether the host has it
 */
export async function tellHost(
  registry: Registry,
  registration: Registration,
  secret: string | undefined,
): Promise<boolean> {
  const { clientId } = registration;
  if (registry.clients === undefined) return true;
  try {
    await registry.clients.put?.(hostClient(registration, secret));
    let told = registration;
    for (let round = 0; round < MAX_CATCH_UP; round += 1) {
      const current = await registry.store.registration(clientId);
      if (current === undefined || current.version === told.version) return true;
      if (current.state === 'ended') await registry.clients.remove?.(clientId);
      else await registry.clients.put?.(hostClient(current, undefined));
      told = current;
    }
    return true;
  } catch (error) {
    logFailure(registry, clientId, error);
    return false;
  }
}

/** Tells the host that a registration has ended. A host that cannot forget it now is told again by the next sweeps. */
export async function tellHostOfEnd(registry: Registry, clientId: string): Promise<void> {
  try {
    await registry.clients?.remove?.(clientId);
  } catch (error) {
    logFailure(registry, clientId, error);
  }
}

/** Whether a sweep should tell the host once more that this registration has ended. */
export function isToBeForgotten(registry: Registry, { state, updatedAt }: Registration): boolean {
  return state === 'ended' && updatedAt + REMINDED_SECONDS > nowOf(registry);
}

function logFailure(registry: Registry, clientId: string, error: unknown): void {
  registry.log('error', 'registration.host_failed', { client_id: clientId, error: String(error) });
}
