import { ok, type Result } from '../../domain/result.ts';
import { withoutOne } from './attested-software.ts';
import { auditEntry } from './audit.ts';
import { decideAndCommit, nowOf, type Registry } from './context.ts';
import { tellHostOfEnd } from './host.ts';
import type { EndReason, Registration, RegistrationChange } from './ports.ts';
import type { RegistrationRefusal } from './refusal.ts';

/**
 * Ends a registration for good: its credentials stop, the host's own store is told, the record stays. Does nothing to one that ended already.
 *
 * @param because a sentence for the audit record
 * @returns the registration as it is now; undefined for an unknown client
 */
export async function endRegistration(
  registry: Registry,
  clientId: string,
  reason: EndReason,
  because: string,
): Promise<Result<Registration | undefined, RegistrationRefusal>> {
  const known = await registry.store.registration(clientId);
  if (known === undefined || known.state === 'ended') return ok(known);
  const ended = await decideAndCommit<Registration | undefined>(registry, async () => {
    const current = (await registry.store.registration(clientId)) ?? known;
    if (current.state === 'ended') return ok({ settled: current });
    const row: Registration = {
      ...current,
      state: 'ended',
      endReason: reason,
      updatedAt: nowOf(registry),
      secretSha256: null,
      previousTokenSha256: null,
      previousTokenUntil: null,
      version: current.version + 1,
    };
    const changes: RegistrationChange[] = [{ replace: 'registration', row }];
    if (current.governing !== null) {
      const { issuer, softwareId } = current.governing;
      const software = await registry.store.software(issuer, softwareId);
      if (software !== undefined) changes.push(withoutOne(software));
    }
    const entry = auditEntry(registry, 'client.ended', clientId, {
      reason,
      because,
      software_statement:
        current.governing === null
          ? null
          : { iss: current.governing.issuer, jti: current.governing.jti, sha256: current.governing.digest },
    });
    return ok({ entries: [entry] as const, changes, value: row });
  });
  if (ended.ok) await tellHostOfEnd(registry, clientId);
  return ended;
}
